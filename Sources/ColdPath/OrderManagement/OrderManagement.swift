package import ColdCore
package import Vocabulary

/// The mirror of every order of the day, by the same transition table the engine uses.
///
/// It believes nothing it has not computed: what a record says an order is *after* it is compared
/// with what the mirror says, and every difference is a break.
package struct OrderManagement: Sendable {
    package struct Counts: Equatable, Sendable {
        package var orders = 0
        package var refused = 0
        package var illegalTransitions = 0
        package var unknownOrders = 0
        package var duplicates = 0
        package var lateFills = 0
        package var beyondLeaves = 0
        package var breaks = 0
    }

    /// What all children of one parent add up to.
    package struct ParentTotals: Equatable, Sendable {
        package var children: [ClOrdID] = []
        package var cumQty: OrderQty = .zero
        package var average = AveragePrice()
        /// What the children may come to; zero when nobody said.
        package var qty: OrderQty = .zero
        /// Filled and open of all children.
        package var reachQty: OrderQty = .zero
    }

    /// How many refusals without an order stay at hand for `order why`.
    static let refusalsMax = 4_096

    package private(set) var counts = Counts()
    package private(set) var fills: [Fill] = []
    package private(set) var parents: [UInt64: ParentTotals] = [:]
    /// The last difference between the engine and this mirror, in words.
    package private(set) var lastBreak: String?

    private var lines: [ClOrdID: OrderLine] = [:]
    private var arrival: [ClOrdID] = []
    private var live: Set<ClOrdID> = []
    private var decisions: [ClOrdID: [Decision]] = [:]
    private var refusals: [Decision] = []
    private var byCommand: [UInt64: ClOrdID] = [:]
    private var fillsByMatch: [FillKey: Int] = [:]

    private struct FillKey: Hashable {
        var venue: UInt8
        var orderID: ClOrdID
        var match: UInt64
    }

    package init() {}

    // MARK: Records

    package mutating func apply(_ record: Record) {
        // A routed client's order is no order at a venue: only its legs are.
        if record.kind == .parent {
            if record.qty.units > 0 {
                parents[record.orderID.value, default: ParentTotals()].qty = record.qty
            }
            return
        }
        if record.kind == .new || opensByAdoption(record) { open(record) }
        if record.isGateReject { refuse(record) }
        guard record.orderID != .none || record.kind == .fill, record.kind != .new else { return }
        guard var line = lines[record.orderID] else {
            if !record.isGateReject, concernsAnOrder(record.kind) { counts.unknownOrders += 1 }
            if record.kind == .fill, !record.flags.contains(.duplicate) {
                keep(record, OrderLine(opening: record))
            }
            return
        }

        let reached = line.cumQty + line.leavesQty
        let step = line.apply(record)
        count(step)
        reach(line.parent, by: (line.cumQty + line.leavesQty).units - reached.units, record)
        if [.cancelReq, .replaceReq, .modifyReq, .reject].contains(record.kind),
            !record.isGateReject
        {
            decisions[record.orderID, default: []].append(Decision(record))
        }
        if record.kind == .fill, step != .duplicate { keep(record, line) }
        if record.kind == .bust, step == .applied { bust(record, &line) }
        compare(record, line, step)
        lines[record.orderID] = line
        if line.status.isLive { live.insert(line.orderID) } else { live.remove(line.orderID) }
    }

    private func opensByAdoption(_ record: Record) -> Bool {
        record.flags.contains(.adopted) && record.orderID != .none && lines[record.orderID] == nil
            && concernsAnOrder(record.kind)
    }

    private func concernsAnOrder(_ kind: RecordKind) -> Bool {
        switch kind {
        case .ack, .reject, .fill, .cancelReq, .canceled, .replaceReq, .replaced, .bust, .restated,
            .modifyReq:
            true
        default: false
        }
    }

    private mutating func open(_ record: Record) {
        guard lines[record.orderID] == nil else {
            counts.duplicates += 1
            return
        }
        lines[record.orderID] = OrderLine(opening: record)
        arrival.append(record.orderID)
        live.insert(record.orderID)
        decisions[record.orderID] = [Decision(record)]
        counts.orders += 1
        if record.commandID != 0 { byCommand[record.commandID] = record.orderID }
        if record.parent != 0 {
            parents[record.parent, default: ParentTotals()].children.append(record.orderID)
            if parents[record.parent]?.qty == .zero, record.value > 0 {
                parents[record.parent]?.qty = OrderQty(units: record.value)
            }
            reach(record.parent, by: record.qty.units, record)
        }
    }

    /// Σ (filled + open) of the children stays within the parent; beyond it is a break.
    private mutating func reach(_ parent: UInt64, by delta: Int64, _ record: Record) {
        guard parent != 0, delta != 0, var totals = parents[parent] else { return }
        totals.reachQty = OrderQty(units: totals.reachQty.units &+ delta)
        parents[parent] = totals
        guard delta > 0, totals.qty.units > 0, totals.reachQty > totals.qty else { return }
        counts.breaks += 1
        lastBreak = """
            record \(record.seq) (\(record.kind.name)): children of parent \(parent) reach \
            \(totals.reachQty.units), the parent is \(totals.qty.units)
            """
    }

    private mutating func refuse(_ record: Record) {
        counts.refused += 1
        if record.orderID != .none, lines[record.orderID] != nil {
            decisions[record.orderID, default: []].append(Decision(record))
            return
        }
        if refusals.count == Self.refusalsMax { refusals.removeFirst(Self.refusalsMax / 4) }
        refusals.append(Decision(record))
    }

    private mutating func count(_ step: OrderLine.Step) {
        switch step {
        case .applied, .ignored: break
        case .duplicate: counts.duplicates += 1
        case .lateFill: counts.lateFills += 1
        case .illegal: counts.illegalTransitions += 1
        case .beyondLeaves: counts.beyondLeaves += 1
        }
    }

    private mutating func keep(_ record: Record, _ line: OrderLine) {
        guard let side = line.side, record.lastQty.units > 0 else { return }
        let key = FillKey(venue: record.venue, orderID: record.orderID, match: record.match)
        fillsByMatch[key] = fills.count
        fills.append(Fill(record, line: line, side: side))
        guard line.parent != 0 else { return }
        var totals = parents[line.parent, default: ParentTotals()]
        totals.cumQty = totals.cumQty + record.lastQty
        totals.average.add(px: record.lastPx, qty: record.lastQty)
        parents[line.parent] = totals
    }

    /// A broken trade leaves the order, the average price and the parent's total.
    private mutating func bust(_ record: Record, _ line: inout OrderLine) {
        let key = FillKey(venue: record.venue, orderID: record.orderID, match: record.match)
        guard let index = fillsByMatch[key], !fills[index].busted else { return }
        fills[index].busted = true
        let fill = fills[index]
        line.undo(px: fill.lastPx, qty: fill.lastQty)
        guard line.parent != 0, var totals = parents[line.parent] else { return }
        totals.cumQty = totals.cumQty - fill.lastQty
        totals.average.remove(px: fill.lastPx, qty: fill.lastQty)
        parents[line.parent] = totals
    }

    /// The same law at two places far apart: the engine's "after" fields against the mirror.
    private mutating func compare(_ record: Record, _ line: OrderLine, _ step: OrderLine.Step) {
        let compared: Set<RecordKind> = [
            .ack, .fill, .canceled, .replaced, .bust, .reject, .restated, .cancelReq, .replaceReq,
            .modifyReq,
        ]
        guard compared.contains(record.kind), step == .applied, record.status != .vacant else {
            return
        }
        let same =
            record.leavesQty == line.leavesQty && record.cumQty == line.cumQty
            && record.status == line.status
        guard !same else { return }
        counts.breaks += 1
        lastBreak = """
            record \(record.seq) (\(record.kind.name)) says order \(line.orderID) is \
            \(record.status) with \(record.leavesQty.units) open, the mirror says \(line.status) \
            with \(line.leavesQty.units)
            """
    }

    // MARK: Lookups

    package func line(_ orderID: ClOrdID) -> OrderLine? { lines[orderID] }
    package var openCount: Int { live.count }
    package var unknownCount: Int { live.count { lines[$0]?.status == .unknown } }

    /// Open orders, oldest first.
    package var openOrders: [OrderLine] {
        live.compactMap { lines[$0] }
            .sorted { ($0.openedNs, $0.orderID.value) < ($1.openedNs, $1.orderID.value) }
    }

    /// The last `limit` orders, in the order they were approved.
    package func recent(_ limit: Int) -> [OrderLine] {
        arrival.suffix(max(0, limit)).compactMap { lines[$0] }
    }

    package func children(of parent: UInt64) -> [OrderLine] {
        (parents[parent]?.children ?? []).compactMap { lines[$0] }
    }

    package func executions(of orderID: ClOrdID) -> [Fill] {
        fills.filter { $0.orderID == orderID }
    }

    /// What decided about `orderID`, in order.
    package func decisions(about orderID: ClOrdID) -> [Decision] { decisions[orderID] ?? [] }

    /// A refusal that never became an order, by the record or the command that names it.
    package func refusal(named number: UInt64) -> Decision? {
        refusals.last { $0.seq == number || ($0.commandID != 0 && $0.commandID == number) }
    }

    /// The last `limit` refusals, oldest first.
    package func recentRefusals(_ limit: Int) -> [Decision] {
        Array(refusals.suffix(max(0, limit)))
    }

    package func order(ofCommand commandID: UInt64) -> ClOrdID? { byCommand[commandID] }

    /// The law of every order, for tests and the day report: total = filled + canceled + open,
    /// where an overfill may only make it more.
    package var conservationHolds: Bool {
        lines.values.allSatisfy {
            $0.cumQty + $0.canceledQty + $0.leavesQty >= $0.qty && $0.leavesQty.units >= 0
        }
    }
}
