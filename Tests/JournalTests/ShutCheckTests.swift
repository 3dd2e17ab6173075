import Crossing
import Journal
import Testing
import Vocabulary

@Suite("journal check, what is approved under a latch")
struct ShutCheckTests {
    private func kill(_ code: UInt16 = 0) -> AuditRecord {
        var record = AuditRecord()
        record.kind = .kill
        record.detail = UInt32(KillScope.firm.rawValue)
        record.code = code
        record.t = 1_001
        return record
    }

    @Test("a replace under a kill of the firm is found")
    func replaceUnderKill() throws {
        let story = OrderStory()
        story.records.insert((kill(), []), at: story.index(.replaceReq))
        story.records.removeLast(4)
        let verdict = try story.verdict(withLog: false)
        let texts = verdict.findings.map(\.text)
        #expect(
            texts.contains { $0.contains("the kill of firm") && $0.contains("replace") },
            "\(texts)"
        )
    }

    /// The day's own records behind the planted one are left out; a new order follows it.
    private func verdict(
        behind planted: AuditRecord,
        _ between: [AuditRecord] = []
    ) throws -> [String] {
        let story = OrderStory()
        let at = story.index(.new, 1)
        let next = story.records[at]
        story.records.removeSubrange(at...)
        story.records += ([planted] + between).map { ($0, []) }
        story.records.append(next)
        return try story.verdict(withLog: false).found(.shut).map(\.text)
    }

    private func answer(_ kind: RecordKind, _ order: UInt64, _ status: OrdStatus) -> AuditRecord {
        let story = OrderStory()
        var record = story.records[story.index(.fill)].record
        record.kind = kind
        record.orderID = ClOrdID(order)
        record.flags = .incident
        record.status = status
        record.match = 900
        record.venueSeq = 0
        return record
    }

    @Test(
        "a new order in a symbol that what the venue said has shut is found, until a person arms it"
    )
    func blocked() throws {
        var stranger = answer(.fill, 99, .filled)
        stranger.lastQty = OrderQty(units: 5)
        let found = try verdict(behind: stranger)
        #expect(found.count == 1, "\(found)")
        #expect(
            found.first?.hasPrefix(
                "a new order under AAPL, 104: a fill of an order nobody knows, seq "
            ) == true,
            "\(found)"
        )
        var arm = AuditRecord()
        arm.kind = .arm
        arm.detail = UInt32(KillScope.symbol.rawValue)
        arm.instrument = 0
        #expect(try verdict(behind: stranger, [arm]).isEmpty)
        // What a person armed is the break alone: the incident stands.
        arm.code = RiskCode.unknownOrderOnSymbol.rawValue
        #expect(try verdict(behind: stranger, [arm]).count == 1)
    }

    @Test(
        "more filled than was open shuts the symbol; a fill behind the end, or told twice, does not"
    )
    func overfilled() throws {
        var order = answer(.new, 9, .pendingNew)
        order.flags = []
        order.userRefNum = 90
        (order.qty, order.leavesQty) = (OrderQty(units: 10), OrderQty(units: 10))
        (order.lastQty, order.cumQty) = (.zero, .zero)
        var fill = answer(.fill, 9, .filled)
        (fill.lastQty, fill.cumQty, fill.leavesQty) = (
            OrderQty(units: 12), OrderQty(units: 12), .zero
        )
        let found = try verdict(behind: order, [fill])
        #expect(found.first?.contains("104: 12 filled of 10 open") == true, "\(found)")
        fill.flags = [.incident, .duplicate]
        #expect(try verdict(behind: order, [fill]).isEmpty)
        // The first order of the day is over since long.
        var late = answer(.fill, 1, .filled)
        late.flags = [.incident, .late]
        late.lastQty = OrderQty(units: 5)
        #expect(try verdict(behind: late).isEmpty)
    }

    @Test("an order that is UNKNOWN shuts its symbol until it is known again")
    func unknown() throws {
        var order = answer(.new, 9, .pendingNew)
        order.flags = []
        order.userRefNum = 90
        (order.qty, order.leavesQty) = (OrderQty(units: 10), OrderQty(units: 10))
        (order.lastQty, order.cumQty) = (.zero, .zero)
        var silent = order
        silent.kind = .timer
        silent.status = .unknown
        let found = try verdict(behind: order, [silent])
        #expect(found.first?.contains("is UNKNOWN, seq") == true, "\(found)")
        var known = order
        known.kind = .ack
        known.status = .new
        #expect(try verdict(behind: order, [silent, known]).isEmpty)
    }

    @Test("a new order under 415 of the firm is found")
    func newUnderPortfolio() throws {
        let story = OrderStory()
        story.records.insert((kill(415), []), at: story.index(.new, 1))
        let verdict = try story.verdict(withLog: false)
        #expect(!verdict.found(.shut).isEmpty, "\(verdict.findings.map(\.text))")
    }
}
