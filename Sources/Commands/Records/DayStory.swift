internal import Crossing
internal import Journal
internal import Vocabulary

/// What a day came to, out of its journal alone: orders, fills, positions, refusals. Works on a
/// system that is down.
struct DayStory {
    struct Order {
        let id: ClOrdID
        var new: AuditRecord
        var last: AuditRecord
        var cumQty: Int64 = 0
        /// Σ lastQty × lastPx, 1e-4; wide, because a venue may say any price.
        var paid: Int128 = 0

        var avgPx: Int64? { cumQty == 0 ? nil : Int64(clamping: paid / Int128(cumQty)) }
    }

    struct Holding: Hashable {
        let account: UInt16
        let instrument: UInt16
    }

    let names: JournalNames
    let tradingDate: UInt32
    private(set) var orders: [ClOrdID: Order] = [:]
    private(set) var sequence: [ClOrdID] = []
    private(set) var fills: [AuditRecord] = []
    private(set) var refusals: [UInt16: Int] = [:]
    /// Journal sequence of the first New our gate refused.
    private(set) var firstRefusal: UInt64?
    private(set) var incidents = 0
    /// What fills, busts and adjustments came to. The configuration's start positions are not in it.
    private(set) var moved: [Holding: Int64] = [:]
    private(set) var records = 0
    /// Limits a person set while running, the last of each: they end with the date.
    private(set) var limitsSet: [AuditRecord] = []
    private let triggers = TriggerStory()

    init(_ directory: StateDirectory, date: UInt32?) throws {
        let journal = try JournalOfDay(directory, date: date)
        names = journal.names
        tradingDate = journal.tradingDate
        try journal.forEach { entry in
            let record = entry.record
            if firstRefusal == nil, record.kind == .reject, record.orderID == .none {
                firstRefusal = entry.sequence
            }
            add(record)
        }
    }

    private mutating func add(_ record: AuditRecord) {
        records += 1
        triggers.add(record)
        if record.flags.contains(.incident) || record.kind == .incident { incidents += 1 }
        if record.flags.contains(.duplicate) { return }
        move(record)
        // One taken over at a login lives from then on like one of this life.
        let isTakenOver = record.flags.contains(.adopted) && orders[record.orderID] == nil
        if record.kind == .new || isTakenOver && record.kind == .ack {
            sequence.append(record.orderID)
            orders[record.orderID] = Order(id: record.orderID, new: record, last: record)
            return
        }
        if record.kind == .limit, !record.flags.contains(.fromCold),
            LimitField(rawValue: record.detail)?.isPossible(record.value) == true
        {
            limitsSet.removeAll {
                $0.detail == record.detail && $0.instrument == record.instrument
                    && $0.account == record.account && $0.strategy == record.strategy
                    && $0.venue == record.venue
            }
            limitsSet.append(record)
        }
        if record.kind == .reject { refusals[record.code, default: 0] += 1 }
        guard record.orderID != .none else { return }
        if record.kind == .fill { fills.append(record) }
        orders[record.orderID]?.last = record
        guard record.kind == .fill else { return }
        orders[record.orderID]?.cumQty &+= record.lastQty.units
        orders[record.orderID]?.paid += DayStory.value(of: record)
    }

    private mutating func move(_ record: AuditRecord) {
        let holding = Holding(account: record.account, instrument: record.instrument)
        let sign = Side(rawValue: record.side)?.sign ?? 0
        // Wrapping: the ledger of hot has refused or blocked what does not fit; the story goes on.
        switch record.kind {
        case .fill: moved[holding, default: 0] &+= sign &* record.lastQty.units
        case .bust: moved[holding, default: 0] &-= sign &* record.lastQty.units
        case .adjust: moved[holding, default: 0] &+= record.qty.units
        default: break
        }
    }

    private static func value(of fill: AuditRecord) -> Int128 {
        Int128(fill.lastQty.units) * Int128(fill.lastPx.units)
    }

    /// Orders that have not ended.
    var open: [Order] {
        sequence.compactMap { orders[$0] }.filter {
            $0.last.status.isLive && $0.last.leavesQty.units > 0
        }
    }

    /// Bought, sold and what both came to, by symbol.
    struct Traded {
        var bought: Int64 = 0
        var sold: Int64 = 0
        var paid: Int128 = 0
        var received: Int128 = 0

        var avgBought: Int64? { bought == 0 ? nil : Int64(clamping: paid / Int128(bought)) }
        var avgSold: Int64? { sold == 0 ? nil : Int64(clamping: received / Int128(sold)) }
    }

    var traded: [(symbol: String, Traded)] {
        var table: [UInt16: Traded] = [:]
        for fill in fills {
            let value = Self.value(of: fill)
            if Side(rawValue: fill.side)?.isBuy == true {
                table[fill.instrument, default: Traded()].bought &+= fill.lastQty.units
                table[fill.instrument, default: Traded()].paid += value
            } else {
                table[fill.instrument, default: Traded()].sold &+= fill.lastQty.units
                table[fill.instrument, default: Traded()].received += value
            }
        }
        return table.sorted { $0.key < $1.key }.map { (symbol($0.key), $0.value) }
    }

    func symbol(_ index: UInt16) -> String {
        names.name(Int(index), in: names.symbols, absent: Int(noIndex16)) ?? "-"
    }

    func account(_ index: UInt16) -> String {
        names.name(Int(index), in: names.accounts, absent: Int(noIndex16)) ?? "-"
    }

    func venue(_ index: UInt8) -> String {
        names.name(Int(index), in: names.venues, absent: Int(noIndex8)) ?? "-"
    }
}

extension DayStory {
    /// The triggers that stood when the journal ended: they end with the date.
    var triggerLines: [String] {
        triggers.lives.filter { $0.end == nil }.map { $0.text(names) }
    }

    /// One line for each limit a person set: whose, which, and to what.
    var limitLines: [String] {
        limitsSet.compactMap { record in
            guard let known = LimitName.all.first(where: { $0.raw == record.detail }) else {
                return nil
            }
            let row =
                switch known.row {
                case .symbol: symbol(record.instrument)
                case .account: account(record.account)
                case .strategy: strategy(record.strategy)
                case .venue: venue(record.venue)
                case .firm: "firm"
                }
            return "\(row) \(known.name) \(known.text(record.value))"
        }
    }

    private func strategy(_ index: UInt16) -> String {
        names.name(Int(index), in: names.strategies, absent: Int(noIndex16)) ?? "-"
    }
}

// MARK: As text and JSON

extension DayStory {
    var text: String {
        var lines = [
            "trading date \(tradingDate): \(records) records, \(sequence.count) orders, "
                + "\(fills.count) fills, \(refusals.values.reduce(0, +)) refusals, "
                + "\(incidents) incidents"
        ]
        var table = Table(["symbol", "bought", "avg", "sold", "avg", "net"])
        for (symbol, traded) in traded {
            table.add([
                symbol, String(traded.bought),
                traded.avgBought.map { Format.price($0) } ?? "-",
                String(traded.sold),
                traded.avgSold.map { Format.price($0) } ?? "-",
                String(traded.bought &- traded.sold),
            ])
        }
        if !table.isEmpty { lines.append(table.text) }
        for (code, count) in refusals.sorted(by: { $0.key < $1.key }) {
            let meaning = RiskCode(rawValue: code)?.meaning ?? "the venue's reason"
            lines.append("refused \(count) times: \(code) \(meaning)")
        }
        lines += triggers.lives.map { $0.text(names) }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        [
            "tradingDate": .number(tradingDate), "records": .number(records),
            "orders": .number(sequence.count), "fills": .number(fills.count),
            "incidents": .number(incidents),
            "refusals": .object(
                refusals.sorted { $0.key < $1.key }.map { ("\($0.key)", .number($0.value)) }
            ),
            "symbols": .array(
                traded.map { symbol, traded in
                    [
                        "symbol": .string(symbol), "bought": .int(traded.bought),
                        "paid": .int(Int64(clamping: traded.paid)), "sold": .int(traded.sold),
                        "received": .int(Int64(clamping: traded.received)),
                    ]
                }
            ),
            "triggers": .array(triggers.lives.map { .string($0.text(names)) }),
        ]
    }
}
