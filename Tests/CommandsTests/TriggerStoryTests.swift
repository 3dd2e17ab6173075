import Crossing
import Testing
import Vocabulary

/// What a reader of the journal is told of an operator's trigger: who set it, what it took, and what
/// ended it.
@Suite("A trigger's story, out of the journal")
struct TriggerStoryTests {
    private let state: StateJournal

    init() throws { state = try StateJournal() }

    private func told(_ records: [AuditRecord]) throws -> [String] {
        try state.write(records)
        let tool = Tool.run("day", "report", "--state", state.path)
        #expect(tool.status == 0, "\(tool.err)")
        return tool.out.split(separator: "\n").map(String.init).filter { $0.hasPrefix("trigger") }
    }

    /// Of AAPL, account DESK1, strategy row 1, buy 700 at 99.99.
    private static func set(_ id: UInt64, _ kind: Command.Kind = .trigger) -> AuditRecord {
        var record = AuditRecord()
        record.kind = .operator
        record.detail = UInt32(kind.rawValue)
        record.uid = 1000
        record.commandID = id
        record.instrument = 0
        guard kind == .trigger else { return record }
        record.account = 0
        record.strategy = 1
        record.side = Side.buy.rawValue
        record.qty = OrderQty(units: 700)
        record.px = Price(units: 999_900)
        return record
    }

    private static func order(_ id: UInt64, _ qty: Int64, _ command: UInt64) -> AuditRecord {
        var record = set(command)
        record.kind = .new
        record.detail = 0
        record.owner = Owner.trigger
        record.orderID = ClOrdID(id)
        record.qty = OrderQty(units: qty)
        record.leavesQty = record.qty
        record.status = .pendingNew
        return record
    }

    private static func refusal(_ command: UInt64) -> AuditRecord {
        var record = order(0, 700, command)
        record.kind = .reject
        record.orderID = .none
        record.flags = .gate
        record.code = RiskCode.collarBuy.rawValue
        return record
    }

    private static func massCancel(
        _ change: (inout AuditRecord) -> Void = { _ in }
    ) -> AuditRecord {
        var record = set(90, .massCancel)
        record.instrument = noIndex16
        change(&record)
        return record
    }

    private static let half = "asked for 500 in 1 orders, 0 filled; "
    private static let whole = "asked for 700 in 2 orders, 0 filled; "
    private static let terms = "trigger buy 700 AAPL at 99.99 or better, account DESK1, strategy "

    @Test("stands, or says which record ended it and whose it is")
    func endings() throws {
        let cases: [(AuditRecord, String)] = [
            (Self.set(2, .clearTrigger), Self.half + "ended TIME: cleared by uid 1000"),
            (Self.massCancel(), Self.half + "ended TIME: mass cancel by uid 1000"),
            (
                Self.massCancel { $0.side = Side.buy.rawValue },
                Self.half + "ended TIME: mass cancel by uid 1000"
            ),
            (Self.massCancel { $0.side = Side.sell.rawValue }, Self.half + "stands"),
            (Self.massCancel { $0.venue = 0 }, Self.half + "stands"),
            (
                StateJournal.kill(.symbol, uid: UInt32.max),
                Self.half + "ended TIME: kill of symbol AAPL by hot itself"
            ),
            (
                StateJournal.kill(.account, .lossLimit),
                Self.half + "ended TIME: 113 \(RiskCode.lossLimit.meaning) of account "
                    + "DESK1 by uid 1000"
            ),
            (StateJournal.kill(.account, .reduceOnly), Self.half + "stands"),
            (Self.order(8, 200, 1), Self.whole + "ended TIME: all asked for"),
            (
                Self.refusal(1),
                Self.half + "ended TIME: its order was refused with 301: "
                    + RiskCode.collarBuy.meaning
            ),
        ]
        for (record, wanted) in cases {
            let state = try TriggerStoryTests()
            let lines = try state.told([Self.set(1), Self.order(7, 500, 1), record])
            #expect(lines.count == 1)
            let line = lines.first ?? ""
            #expect(line.hasPrefix(Self.terms), "\(line)")
            let parts = line.components(after: " by uid 1000; ")
            #expect(parts == wanted, "\(line)")
        }
    }

    @Test("another one of the symbol ends the one before it")
    func replaced() throws {
        let lines = try told([Self.set(1), Self.set(2)])
        #expect(lines.count == 2)
        #expect(lines.first?.hasSuffix("replaced by another by uid 1000") == true)
        #expect(lines.last?.hasSuffix("asked for nothing; stands") == true)
    }

    @Test("an order that a trigger gave says so when asked why, and so does its refusal")
    func why() throws {
        try state.write([Self.set(1), Self.order(7, 500, 1), Self.refusal(1)])
        let order = Tool.run(
            "order",
            "why",
            ClOrdID(7).description,
            "--state",
            state.path
        )
        #expect(order.out.contains("  given by \(Self.terms)"), "\(order.out)\(order.err)")
        let refused = Tool.run("order", "why", "3", "--state", state.path)
        #expect(refused.out.contains("its order was refused with 301"), "\(refused.out)")
    }

    @Test(
        "a day roll says of one that stands that it ends with the date, and nothing of one that ended"
    )
    func rolled() throws {
        var other = Self.set(2)
        other.instrument = 1
        var cleared = Self.set(3, .clearTrigger)
        cleared.instrument = 1
        try state.write([Self.set(1), other, cleared])
        let tool = Tool.run("day", "roll", "--config", Tool.demo, "--state", state.path)
        #expect(tool.status == 0, "\(tool.err)")
        let lines = tool.out.split(separator: "\n").filter { $0.contains("trigger") }
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("  does not carry \(Self.terms)") == true, "\(tool.out)")
        #expect(lines.first?.hasSuffix("asked for nothing; stands") == true)
    }

    @Test("its setting is printed with its quantity and price, and every operator's record by name")
    func printed() throws {
        try state.write([Self.set(1), Self.massCancel()])
        let lines = Tool.run("journal", "print", "--verbose", "--state", state.path).out
            .split(separator: "\n")
        #expect(lines.first?.contains("\"side\":\"B\"") == true)
        #expect(lines.first?.contains("\"qty\":700,\"px\":999900") == true)
        #expect(lines.first?.contains("\"asked\":\"trigger\"") == true)
        #expect(lines.last?.contains("\"asked\":\"massCancel\"") == true)
    }
}

extension String {
    /// What follows `mark`, times of day as TIME.
    fileprivate func components(after mark: String) -> String {
        guard let place = firstRange(of: mark) else { return self }
        return String(self[place.upperBound...]).replacing(
            /[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}/,
            with: "TIME"
        )
    }
}
