import Crossing
import Journal
import Vocabulary

/// A correct day, record by record and line by line, to plant mistakes in.
///
/// One order of 100: acknowledged, filled 40, replaced to a chain of 90 (50 open), 20 canceled by
/// decrement, the rest filled; a second one of parent 7 rejected; a third proved never received.
final class OrderStory {
    var records: [(record: AuditRecord, raw: [UInt8])] = []
    var log: [String] = []
    private var venueSeq: UInt64 = 0
    private var t: Int64 = 1_000

    static var names: JournalNames {
        var names = JournalNames()
        names.venues = ["NSDQ", "BX"]
        names.venueUsers = ["apus", "apus"]
        names.symbols = ["AAPL"]
        names.accounts = ["desk"]
        names.strategies = ["twap", "hand"]
        return names
    }

    init() {
        login()
        parent(7, qty: 300)
        new(1, ref: 1, qty: 100)
        venue("accepted", .ack, 1, ref: 1) { $0.status = .new }
        venue("executed", .fill, 1, ref: 1, last: 40, match: 501, leaves: 60, cum: 40) {
            $0.status = .partiallyFilled
        }
        replaceReq(1, ref: 2, qty: 90)
        venue("replaced", .replaced, 1, ref: 2, leaves: 50, cum: 40) {
            $0.origUserRefNum = 1
            $0.status = .partiallyFilled
        }
        venue("canceled", .canceled, 1, ref: 2, last: 20, leaves: 30, cum: 40) {
            $0.status = .partiallyFilled
        }
        venue("executed", .fill, 1, ref: 2, last: 30, match: 502, leaves: 0, cum: 70) {
            $0.status = .filled
        }
        new(2, ref: 3, qty: 200, parent: 7)
        venue("rejected", .reject, 2, ref: 3, leaves: 0) { $0.status = .rejected }
        new(3, ref: 4, qty: 10, entered: false)
        proof(3, ref: 4)
    }

    /// The venue loses our session; a person begins another, which has the same name. In it an order
    /// of 10 is accepted and canceled.
    func rollsSession() {
        var record = AuditRecord()
        record.kind = .session
        record.venue = 0
        record.detail = SessionEvent.rolled.rawValue
        put(record)
        venueSeq = 0
        login()
        new(4, ref: 5, qty: 10)
        venue("accepted", .ack, 4, ref: 5, open: 10, leaves: 10) { $0.status = .new }
        venue("canceled", .canceled, 4, ref: 5, last: 10, leaves: 0) { $0.status = .canceled }
    }

    /// An order of 10 that was accepted; a person says it was filled, the venue canceled it.
    func personSaysFilled(venue event: String) {
        new(4, ref: 5, qty: 10)
        venue("accepted", .ack, 4, ref: 5, open: 10, leaves: 10) { $0.status = .new }
        var record = base(.fill, 4, 5)
        record.flags = .byProof
        record.lastQty = OrderQty(units: 10)
        record.lastPx = Price(units: 999_900)
        record.cumQty = record.lastQty
        record.status = .filled
        put(record)
        line(event, 5, qty: 10, px: event == "executed" ? 999_900 : 1_000_000, match: 777)
    }

    /// An order of 10 that was accepted, and that a person ended with `filled` of them executed; the
    /// venue's log says nothing more of it. With `anew` the venue begins a session of another name.
    func personSaysOver(filled: Int64 = 0, anew: Bool = false) {
        new(4, ref: 5, qty: 10)
        venue("accepted", .ack, 4, ref: 5, open: 10, leaves: 10) { $0.status = .new }
        if filled > 0 {
            var record = base(.fill, 4, 5)
            record.flags = .byProof
            record.detail = Proof.resolved.rawValue
            record.lastQty = OrderQty(units: filled)
            record.lastPx = Price(units: 999_900)
            record.cumQty = record.lastQty
            record.leavesQty = OrderQty(units: 10 - filled)
            record.status = filled == 10 ? .filled : .partiallyFilled
            put(record)
        }
        if filled < 10 {
            var record = base(.canceled, 4, 5)
            record.flags = .byProof
            record.detail = Proof.resolved.rawValue
            record.lastQty = OrderQty(units: 10 - filled)
            record.cumQty = OrderQty(units: filled)
            record.status = .canceled
            put(record)
        }
        if anew {
            line("login", 0, qty: nil, px: nil, match: nil, session: "apus")
        }
    }

    private func put(_ record: AuditRecord, _ raw: [UInt8] = []) {
        var record = record
        t += 1
        record.t = t
        records.append((record, raw))
    }

    private func base(_ kind: RecordKind, _ order: UInt64, _ ref: UInt32) -> AuditRecord {
        var record = AuditRecord()
        record.kind = kind
        record.orderID = ClOrdID(order)
        record.userRefNum = ref
        record.venue = 0
        record.side = Side.buy.rawValue
        record.ordType = OrdType.limit.rawValue
        record.timeInForce = TimeInForce.day.rawValue
        record.instrument = 0
        record.account = 0
        record.strategy = 0
        record.px = Price(units: 1_000_000)
        record.status = .pendingNew
        return record
    }

    private func line(
        _ event: String,
        _ ref: UInt32,
        qty: Int64?,
        px: Int64?,
        match: UInt64?,
        session: String = "S1"
    ) {
        let text: (Int64?) -> String = { $0.map { "\($0)" } ?? "null" }
        log.append(
            "{\"t\":\(t),\"venue\":\"NSDQ\",\"session\":\"\(session)\",\"ev\":\"\(event)\",\"ref\":\(ref)"
                + ",\"orn\":null,\"symbol\":\"AAPL\",\"side\":\"B\",\"qty\":\(text(qty))"
                + ",\"px\":\(text(px)),\"match\":\(text(match.map(Int64.init)))"
                + ",\"reason\":null}"
        )
    }

    private func login() {
        var record = AuditRecord()
        record.kind = .session
        record.venue = 0
        record.detail = SessionEvent.loggedIn.rawValue
        put(record, Array("S1        ".utf8))
        line("login", 0, qty: nil, px: nil, match: nil)
    }

    private func parent(_ id: UInt64, qty: Int64) {
        var record = AuditRecord()
        record.kind = .algo
        record.parent = id
        put(record, Array("twap start AAPL B \(qty) - 60000 6 desk twap * -".utf8))
    }

    private func new(
        _ order: UInt64,
        ref: UInt32,
        qty: Int64,
        parent: UInt64 = 0,
        entered: Bool = true
    ) {
        var record = base(.new, order, ref)
        record.qty = OrderQty(units: qty)
        record.leavesQty = record.qty
        record.parent = parent
        put(record)
        if entered { line("enter", ref, qty: qty, px: 1_000_000, match: nil) }
    }

    private func replaceReq(_ order: UInt64, ref: UInt32, qty: Int64) {
        var record = base(.replaceReq, order, ref)
        record.qty = OrderQty(units: qty)
        put(record)
        line("replace", ref, qty: qty, px: 1_000_000, match: nil)
    }

    private func venue(
        _ event: String,
        _ kind: RecordKind,
        _ order: UInt64,
        ref: UInt32,
        open: Int64 = 100,
        last: Int64 = 0,
        match: UInt64 = 0,
        leaves: Int64 = 100,
        cum: Int64 = 0,
        _ change: (inout AuditRecord) -> Void
    ) {
        var record = base(kind, order, ref)
        venueSeq += 1
        record.venueSeq = venueSeq
        record.qty = OrderQty(units: kind == .ack ? open : 0)
        record.lastQty = OrderQty(units: last)
        record.lastPx = Price(units: kind == .fill ? 999_900 : 0)
        record.match = match
        record.leavesQty = OrderQty(units: leaves)
        record.cumQty = OrderQty(units: cum)
        change(&record)
        put(record)
        let qty: Int64? =
            switch kind {
            case .ack: open
            case .replaced: leaves
            case .reject: nil
            default: last
            }
        let px: Int64? = kind == .fill ? 999_900 : kind == .reject ? nil : 1_000_000
        line(event, ref, qty: qty, px: px, match: kind == .fill ? match : nil)
    }

    private func proof(_ order: UInt64, ref: UInt32) {
        var record = base(.canceled, order, ref)
        record.flags = .byProof
        record.lastQty = OrderQty(units: 10)
        record.status = .notReceived
        put(record)
    }

    /// Index of the nth record of `kind`.
    func index(_ kind: RecordKind, _ nth: Int = 0) -> Int {
        records.indices.filter { records[$0].record.kind == kind }[nth]
    }

    /// Writes the day and its venue log, and checks them.
    func verdict(
        withLog: Bool = true,
        everyVenue: Bool = false,
        skippingSlotsAt gap: Int? = nil
    ) throws -> JournalVerdict {
        let day = Day()
        var writer = try day.open()
        for (index, item) in records.enumerated() {
            if index == gap { day.slot += 2 }
            try day.append(&writer, item.record, item.raw)
        }
        try writer.sync()
        let path = "\(day.journal)/NSDQ.jsonl"
        File.write(path, log.map { $0 + "\n" }.joined())
        return try JournalCheck.run(
            journal: day.journal,
            tradingDate: Day.date,
            names: Self.names,
            venueLogs: withLog ? [path] : [],
            everyVenue: everyVenue
        )
    }
}
