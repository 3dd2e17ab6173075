import Crossing
import Foundation
import Testing
import Vocabulary

/// What decided an order is what was in force when it was decided.
@Suite("apus order why")
struct OrderWhyTests {
    private let state: StateJournal

    init() throws { state = try StateJournal() }

    private static func order(_ id: UInt64, _ qty: Int64) -> AuditRecord {
        var record = AuditRecord()
        record.kind = .new
        record.orderID = ClOrdID(id)
        record.side = Side.buy.rawValue
        record.qty = OrderQty(units: qty)
        record.px = Price(units: 1_000_000)
        record.leavesQty = record.qty
        record.status = .pendingNew
        (record.instrument, record.account, record.strategy, record.venue) = (0, 0, 1, 0)
        record.userRefNum = UInt32(id)
        return record
    }

    private static func venue(_ kind: RecordKind, _ seq: UInt64, _ status: OrdStatus) -> AuditRecord
    {
        var record = order(7, 100)
        record.kind = kind
        record.status = status
        record.venueSeq = seq
        return record
    }

    private func why(_ id: UInt64) -> Tool {
        Tool.run("order", "why", ClOrdID(id).description, "--state", state.path)
    }

    @Test(
        "names the limits in force at its record, not the configuration's nor those set behind it"
    )
    func limits() throws {
        try state.write([
            StateJournal.limit(LimitField.maxOrderQty.rawValue, instrument: 0, 40),
            Self.order(7, 30),
            StateJournal.limit(LimitField.maxOrderQty.rawValue, instrument: 0, 9),
        ])
        let told = why(7)
        #expect(
            told.out.contains("    AAPL maxOrderQty 40, changed while running\n"),
            "\(told.out)\(told.err)"
        )
        #expect(!told.out.contains("AAPL maxOrderNotional off, changed"))
        #expect(told.out.components(separatedBy: "changed while running").count == 2, "\(told.out)")
    }

    @Test("its position holds what the date began with and what was broken behind it")
    func position() throws {
        var ack = Self.venue(.ack, 1, .new)
        ack.leavesQty = OrderQty(units: 100)
        var fill = Self.venue(.fill, 2, .partiallyFilled)
        fill.lastQty = OrderQty(units: 60)
        fill.lastPx = Price(units: 1_000_000)
        fill.match = 5
        (fill.leavesQty, fill.cumQty) = (OrderQty(units: 40), OrderQty(units: 60))
        var bust = Self.venue(.bust, 3, .partiallyFilled)
        bust.match = 5
        (bust.lastQty, bust.lastPx) = (fill.lastQty, fill.lastPx)
        (bust.leavesQty, bust.cumQty) = (OrderQty(units: 40), .zero)
        try state.write([
            StateJournal.adjust(account: 0, instrument: 0, 500), Self.order(7, 100), ack, fill,
            Self.order(8, 10), bust, Self.order(9, 10),
        ])
        let rolled = Tool.run("journal", "replay", "--state", state.path)
        #expect(rolled.status == 0, "\(rolled.err)")
        #expect(
            why(8).out.contains(
                "position 560, open buys 40, open sells 0, live orders of the account 1"
            ),
            "\(why(8).out)"
        )
        #expect(
            why(9).out.contains(
                "position 500, open buys 50, open sells 0, live orders of the account 2"
            ),
            "\(why(9).out)"
        )
    }

    @Test("of a date that began with shares counts them")
    func holdings() throws {
        try state.write([StateJournal.adjust(account: 0, instrument: 0, 300)])
        let rolled = Tool.run("day", "roll", "--config", Tool.demo, "--state", state.path)
        #expect(rolled.status == 0, "\(rolled.err)")
        try state.write([Self.order(7, 100)], on: 20_261_123)
        #expect(why(7).out.contains("position 300, open buys 0"), "\(why(7).out)\(why(7).err)")
    }
}
