import Crossing
import HotPath
import Simulation
import Testing
import Vocabulary

/// A law nobody has seen fall proves nothing: each is broken here by hand.
@Suite("Laws of the simulation fall when they are broken")
struct LawTests {
    private let probe: LawProbe
    init() throws { probe = try LawProbe() }

    private func session(_ event: SessionEvent, venue: UInt8 = 0, t: Int64 = 1) -> AuditRecord {
        var record = AuditRecord()
        record.kind = .session
        record.detail = event.rawValue
        record.venue = venue
        record.t = t
        return record
    }

    private func new(_ counter: UInt64, number: UInt32, qty: Int64 = 100) -> AuditRecord {
        var record = AuditRecord()
        record.kind = .new
        record.orderID = ClOrdID(instance: 0, epoch: 1, owner: Owner.operator, counter: counter)
        record.owner = Owner.operator
        record.venue = 0
        record.side = Side.buy.rawValue
        record.ordType = OrdType.limit.rawValue
        record.timeInForce = TimeInForce.day.rawValue
        record.instrument = 3
        record.account = 0
        record.strategy = 0
        record.qty = OrderQty(units: qty)
        record.px = Price(units: 100_000)
        record.userRefNum = number
        record.t = 2
        return record
    }

    private func fill(_ order: AuditRecord, seq: UInt64, match: UInt64) -> AuditRecord {
        var record = AuditRecord()
        record.kind = .fill
        record.orderID = order.orderID
        record.venue = 0
        record.side = order.side
        record.instrument = order.instrument
        record.account = order.account
        record.strategy = order.strategy
        record.userRefNum = order.userRefNum
        record.lastQty = OrderQty(units: 10)
        record.lastPx = order.px
        record.match = match
        record.venueSeq = seq
        record.t = 3
        return record
    }

    private func tell(_ record: AuditRecord) -> String? { probe.judge(probe.applied(record)) }

    private func open() { #expect(tell(session(.reconciled)) == nil) }

    private func enterBytes(_ number: UInt32, qty: UInt32) -> [UInt8] {
        func big(_ value: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
        }
        return [0x4F] + big(UInt64(number), 4) + [Side.buy.rawValue] + big(UInt64(qty), 4)
            + Array("ZVZZT   ".utf8) + big(100_000, 8) + [0x30]
            + [UInt8](repeating: 0x20, count: 20)
    }

    @Test("a life as it should be breaks none")
    func sound() {
        open()
        let order = new(1, number: 1)
        #expect(tell(order) == nil)
        #expect(probe.sent(enterBytes(1, qty: 100), to: 0) == nil)
        #expect(tell(fill(order, seq: 1, match: 7)) == nil)
        #expect(tell(fill(order, seq: 2, match: 8)) == nil)
    }

    @Test("L14: a new order for a venue that is not reconciled")
    func notOpen() {
        open()
        #expect(tell(session(.down)) == nil)
        #expect(tell(new(1, number: 1)) == "L14")
    }

    @Test("L11: a record whose after is not what replay finds")
    func after() {
        open()
        var order = probe.applied(new(1, number: 1))
        order.leavesQty = OrderQty(units: 99)
        #expect(probe.judge(order) == "L11")
    }

    @Test("L3: worst long above the limit, an order above its size, an order while killed")
    func exposure() throws {
        open()
        for counter in UInt64(1)...2 {
            #expect(tell(new(counter, number: UInt32(counter), qty: 2_000)) == nil)
        }
        #expect(tell(new(3, number: 3, qty: 1_001)) == "L3")

        let second = try LawTests()
        second.open()
        #expect(second.tell(second.new(1, number: 1, qty: 2_001)) == "L3")

        let third = try LawTests()
        third.open()
        var kill = AuditRecord()
        kill.kind = .kill
        kill.detail = UInt32(KillScope.strategy.rawValue)
        kill.strategy = 0
        kill.t = 2
        #expect(third.tell(kill) == nil)
        #expect(third.tell(third.new(1, number: 1)) == "L3")
    }

    @Test("L4: bytes without a record, or with another size")
    func wire() throws {
        open()
        #expect(probe.sent(enterBytes(1, qty: 100), to: 0) == "L4")

        let other = try LawTests()
        other.open()
        #expect(other.tell(other.new(1, number: 1)) == nil)
        #expect(other.probe.sent(other.enterBytes(1, qty: 101), to: 0) == "L4")
    }

    private func leg(
        _ counter: UInt64,
        _ number: UInt32,
        of parent: AuditRecord,
        qty: Int64
    )
        -> AuditRecord
    {
        var record = new(counter, number: number, qty: qty)
        record.parent = parent.orderID.value
        record.value = parent.qty.units
        record.origUserRefNum = number
        return record
    }

    private func routed(_ event: ParentEvent, qty: Int64 = 100) -> AuditRecord {
        var record = AuditRecord()
        record.kind = .parent
        record.detail = event.rawValue
        record.orderID = ClOrdID(instance: 0, epoch: 1, owner: Owner.firstClient, counter: 77)
        record.qty = OrderQty(units: qty)
        record.client = 3
        record.clientRefNum = 1
        record.t = 2
        return record
    }

    @Test("L20: a leg that leaves before its order is accepted, an order accepted in part")
    func routed() throws {
        open()
        let parent = routed(.opened)
        #expect(tell(parent) == nil)
        #expect(tell(leg(78, 1, of: parent, qty: 60)) == nil)
        #expect(probe.sent(enterBytes(1, qty: 60), to: 0) == "L20")

        let other = try LawTests()
        other.open()
        #expect(other.tell(parent) == nil)
        #expect(other.tell(other.leg(78, 1, of: parent, qty: 60)) == nil)
        #expect(other.tell(other.routed(.accepted)) == "L20")

        let whole = try LawTests()
        whole.open()
        #expect(whole.tell(parent) == nil)
        #expect(whole.tell(whole.leg(78, 1, of: parent, qty: 60)) == nil)
        #expect(whole.tell(whole.leg(79, 2, of: parent, qty: 40)) == nil)
        #expect(whole.tell(whole.routed(.accepted)) == nil)
        #expect(whole.probe.sent(whole.enterBytes(1, qty: 60), to: 0) == nil)
    }

    @Test("L3, L4: a re-mark to long of what is not owned, a Modify without a record")
    func remark() throws {
        open()
        var order = new(1, number: 1)
        order.side = Side.sellShort.rawValue
        #expect(tell(order) == nil)
        var remark = order
        remark.kind = .modifyReq
        remark.side = Side.sell.rawValue
        #expect(tell(remark) == "L3")

        let other = try LawTests()
        other.open()
        #expect(other.tell(order) == nil)
        let modify: [UInt8] = [0x4D, 0, 0, 0, 1, Side.sellShortExempt.rawValue, 0, 0, 0, 100]
        #expect(other.probe.sent(modify, to: 0) == "L4")
    }

    private func kill() -> AuditRecord {
        var kill = AuditRecord()
        kill.kind = .kill
        kill.detail = UInt32(KillScope.firm.rawValue)
        kill.commandID = 9
        kill.t = 3
        return kill
    }

    @Test("L6: an approval while a kill is wanted, an order that leaves once it is obeyed")
    func kills() throws {
        open()
        probe.turn(wordIsUp: true)
        #expect(tell(new(1, number: 1)) == "L6")

        let late = try LawTests()
        late.open()
        late.probe.turn()
        #expect(late.tell(late.new(1, number: 1)) == nil)
        #expect(late.tell(late.kill()) == nil)
        late.probe.turn()
        #expect(late.probe.sent(late.enterBytes(1, qty: 100), to: 0) == "L6")

        let told = try LawTests()
        told.open()
        told.probe.turn()
        #expect(told.tell(told.new(1, number: 1)) == nil)
        #expect(told.tell(told.kill()) == nil)
        told.probe.killAnswered(unsentBytes: 50)
        told.probe.turn()
        #expect(told.probe.sent(told.enterBytes(1, qty: 100), to: 0) == nil)
    }

    @Test("L5: a number sent again")
    func again() {
        open()
        #expect(tell(new(1, number: 1)) == nil)
        #expect(probe.sent(enterBytes(1, qty: 100), to: 0) == nil)
        #expect(probe.sent(enterBytes(1, qty: 100), to: 0) == "L5")
    }

    @Test("L8: a message of the venue left out, an execution that moves a position twice")
    func stream() throws {
        open()
        let order = new(1, number: 1)
        #expect(tell(order) == nil)
        #expect(tell(fill(order, seq: 2, match: 7)) == "L8")

        let other = try LawTests()
        other.open()
        #expect(other.tell(order) == nil)
        #expect(other.tell(other.fill(order, seq: 1, match: 7)) == nil)
        var twice = other.probe.applied(other.fill(order, seq: 2, match: 7))
        twice.flags.remove(.duplicate)
        #expect(other.probe.judge(twice) == "L8")
    }

    @Test("L15: a command of cold that takes effect twice")
    func command() {
        open()
        for counter in UInt64(1)...2 {
            var order = new(counter, number: UInt32(counter))
            order.flags = .fromCold
            order.commandID = 9
            #expect(tell(order) == (counter == 1 ? nil : "L15"))
        }
    }

    @Test("L17: time that runs back")
    func time() {
        open()
        #expect(tell(session(.down, t: 0)) == "L17")
    }
}
