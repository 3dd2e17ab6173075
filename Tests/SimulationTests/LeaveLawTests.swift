import Crossing
import HotPath
import Simulation
import Testing
import Vocabulary

/// What two persons must do, and what a client forbids itself, broken by hand.
@Suite("Law L22 falls when it is broken")
struct LeaveLawTests {
    private let probe: LawProbe
    init() throws {
        probe = try LawProbe()
        var open = AuditRecord()
        open.kind = .session
        open.detail = SessionEvent.reconciled.rawValue
        open.venue = 0
        open.t = 1
        #expect(tell(open) == nil)
    }

    private func tell(_ record: AuditRecord) -> String? { probe.judge(probe.applied(record)) }

    /// Leave 1: buy at most 2 500 ZVZZT at 11.00 until 1 µs after midnight of 1970; more than the
    /// limit of 2 000 and than the collar.
    private func asked(_ act: Command.Kind = .new) -> AuditRecord {
        var record = AuditRecord()
        record.kind = .operator
        record.detail = UInt32(Command.Kind.overrideAsk.rawValue)
        record.reason = act.rawValue
        record.match = 1
        record.uid = 7
        record.instrument = 3
        record.account = noIndex16
        record.strategy = noIndex16
        record.side = Side.buy.rawValue
        record.qty = OrderQty(units: 2_500)
        record.px = Price(units: 110_000)
        record.value = 1_000
        record.t = 1
        return record
    }

    private func given(by uid: UInt32 = 8, t: Int64 = 2) -> AuditRecord {
        var record = asked()
        record.detail = UInt32(Command.Kind.overrideConfirm.rawValue)
        record.uid = uid
        record.t = t
        record.commandID = 5
        return record
    }

    private func order(
        _ counter: UInt64 = 1,
        qty: Int64 = 2_500,
        px: Int64 = 110_000,
        t: Int64 = 3
    ) -> AuditRecord {
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
        record.px = Price(units: px)
        record.refPx = Price(units: 100_000)
        record.userRefNum = UInt32(counter)
        record.match = 1
        record.t = t
        return record
    }

    @Test("asked by one, given by another, used once: nothing falls; used again: L22")
    func once() {
        #expect(tell(asked()) == nil)
        #expect(tell(given()) == nil)
        #expect(tell(order()) == nil)
        #expect(tell(order(2, qty: 10)) == "L22")
    }

    @Test("without leave, or before a second person gave it")
    func notGiven() throws {
        #expect(tell(order()) == "L22")
        let other = try LeaveLawTests()
        #expect(other.tell(other.asked()) == nil)
        #expect(other.tell(other.order()) == "L22")
    }

    @Test("given by the one who asked, or when it had run out")
    func agrees() throws {
        #expect(tell(asked()) == nil)
        #expect(tell(given(by: 7)) == "L22")
        let other = try LeaveLawTests()
        #expect(other.tell(other.asked()) == nil)
        #expect(other.tell(other.given(t: 1_000)) == "L22")
    }

    @Test("more shares, a worse price, another symbol, too late")
    func beyond() throws {
        let beyond = [
            order(qty: 2_501), order(px: 110_100), order(t: 1_000),
            {
                var record = order()
                record.instrument = 2
                return record
            }(),
        ]
        for record in beyond {
            let one = try LeaveLawTests()
            #expect(one.tell(one.asked()) == nil)
            #expect(one.tell(one.given()) == nil)
            #expect(one.tell(record) == "L22")
        }
    }

    @Test("a client that disabled its order entry")
    func disabled() {
        var off = AuditRecord()
        off.kind = .session
        off.detail = SessionEvent.entryDisabled.rawValue
        off.flags = .fromClient
        off.client = 0
        off.clientRefNum = 1
        off.t = 2
        #expect(tell(off) == nil)
        var entered = order(qty: 100, px: 100_000)
        entered.match = 0
        entered.flags = .fromClient
        entered.client = 0
        entered.clientRefNum = 2
        #expect(tell(entered) == "L22")
    }
}
