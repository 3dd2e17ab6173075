internal import Crossing
internal import Vocabulary

/// The laws about orders, over all records of a date: order by order, then summed over parents,
/// strategies and venues.
struct OrderLaws {
    private(set) var orders: [UInt64: CheckedOrder] = [:]
    private var parents: [UInt64: ParentSum] = [:]

    struct ParentSum {
        /// What the parent may reach; `nil` until its own record was seen.
        var qty: Int64?
        var used: Int64 = 0
    }

    mutating func apply(
        _ record: AuditRecord,
        raw: UnsafeRawBufferPointer,
        at place: CheckPlace,
        to verdict: inout Found
    ) {
        if record.kind == .algo {
            if let qty = unsafe parentQty(record, raw) {
                parents[record.parent, default: ParentSum()].qty = qty
                checkParent(record.parent, at: place, to: &verdict)
            }
            return
        }
        if record.kind == .parent {
            // A routed client's order; its legs come as orders of their own.
            if record.qty.units > 0 {
                parents[record.orderID.value, default: ParentSum()].qty = record.qty.units
            }
            return
        }
        guard record.orderID != .none else { return }
        if record.kind == .new {
            begin(record, at: place, to: &verdict)
            return
        }
        let key = record.orderID.value
        if orders[key] == nil {
            guard record.flags.contains(.adopted) else {
                judgeUnknown(record, at: place, to: &verdict)
                return
            }
            orders[key] = CheckedOrder(record, sequence: place.sequence)
            use(record.parent, orders[key].map { $0.open } ?? 0)
        }
        let before = reach(key)
        if let wrong = orders[key]?.apply(record) {
            verdict.add(wrong.law, place, record.orderID, wrong.text)
        }
        let parent = orders[key]?.parent ?? 0
        use(parent, reach(key) &- before)
        if reach(key) > before { checkParent(parent, at: place, to: &verdict) }
    }

    private mutating func begin(
        _ record: AuditRecord,
        at place: CheckPlace,
        to verdict: inout Found
    ) {
        let key = record.orderID.value
        if let known = orders[key] {
            let text = "order number used before, at seq \(known.sequence)"
            verdict.add(.order, place, record.orderID, text)
            return
        }
        guard record.qty.units > 0 else {
            verdict.add(.order, place, record.orderID, "a new order of \(record.qty.units)")
            return
        }
        var order = CheckedOrder(record, sequence: place.sequence)
        if let wrong = order.apply(record) {
            verdict.add(wrong.law, place, record.orderID, wrong.text)
        }
        orders[key] = order
        if record.parent != 0, record.value > 0, parents[record.parent]?.qty == nil {
            // No word of the parent itself: the total its child was approved against.
            parents[record.parent, default: ParentSum()].qty = record.value
        }
        use(record.parent, order.open)
        checkParent(record.parent, at: place, to: &verdict)
    }

    /// What an algo's record says its parent may reach: in its quantity field, or as the fifth word
    /// of `twap start SYMBOL SIDE QTY …`. `nil` for what says nothing of it.
    private func parentQty(_ record: AuditRecord, _ raw: UnsafeRawBufferPointer) -> Int64? {
        guard record.parent != 0 else { return nil }
        if record.qty.units > 0 { return record.qty.units }
        let words = unsafe raw.split(separator: 0x20)
        guard unsafe words.count > 4, unsafe words[1].elementsEqual("start".utf8) else {
            return nil
        }
        return unsafe Int64(String(decoding: words[4], as: UTF8.self))
    }

    private func judgeUnknown(
        _ record: AuditRecord,
        at place: CheckPlace,
        to verdict: inout Found
    ) {
        let ours = record.flags.contains(.gate) || record.kind == .incident
        let told: RecordFlags = [.incident, .notUnderstood, .duplicate, .late]
        guard !ours, record.flags.isDisjoint(with: told), record.kind.movesOrder else { return }
        verdict.add(
            .unknownOrder,
            place,
            record.orderID,
            "\(record.kind.name) for an order never recorded, no incident"
        )
    }

    /// Filled and open: what counts against the parent.
    private func reach(_ key: UInt64) -> Int64 {
        guard let order = orders[key] else { return 0 }
        return order.filled &+ order.open &+ order.beyond
    }

    private mutating func use(_ parent: UInt64, _ delta: Int64) {
        guard parent != 0, delta != 0 else { return }
        parents[parent, default: ParentSum()].used &+= delta
    }

    private func checkParent(
        _ parent: UInt64,
        at place: CheckPlace,
        to verdict: inout Found
    ) {
        guard let sum = parents[parent], let qty = sum.qty, sum.used > qty else { return }
        let text = "children of parent \(parent) reach \(sum.used), the parent is \(qty)"
        verdict.add(.parent, place, .none, text)
    }

    /// Sums by strategy and by venue: the recorded open quantities against everything else.
    func checkSums(_ names: JournalNames, at place: CheckPlace, to verdict: inout Found) {
        var strategies: [Int: Int64] = [:]
        var venues: [Int: Int64] = [:]
        for order in orders.values {
            let rest = order.filled &+ order.canceled &+ order.rejected &+ order.busted
            let missing = order.total &- rest &- order.leavesRecorded
            strategies[Int(order.strategy), default: 0] &+= order.beyond == 0 ? missing : 0
            venues[Int(order.venue), default: 0] &+= order.beyond == 0 ? missing : 0
        }
        for (index, missing) in strategies.sorted(by: { $0.key < $1.key }) where missing != 0 {
            let name = names.name(index, in: names.strategies, absent: Int(noIndex16)) ?? "none"
            verdict.add(.strategy, place, .none, "\(name): \(missing) not accounted for")
        }
        for (index, missing) in venues.sorted(by: { $0.key < $1.key }) where missing != 0 {
            let name = names.name(index, in: names.venues, absent: Int(noIndex8)) ?? "none"
            verdict.add(.venue, place, .none, "\(name): \(missing) not accounted for")
        }
    }
}

extension RecordKind {
    /// Kinds that only make sense for an order that was recorded before.
    var movesOrder: Bool {
        switch self {
        case .ack, .fill, .canceled, .replaced, .restated, .bust, .cancelReq, .replaceReq,
            .modifyReq:
            true
        default: false
        }
    }
}

/// Where in the journal a law is being checked.
struct CheckPlace {
    var file: String
    var offset: Int
    var sequence: UInt64
}

/// Findings on their way into the verdict.
struct Found {
    var verdict: JournalVerdict

    mutating func add(
        _ law: JournalLaw,
        _ place: CheckPlace,
        _ orderID: ClOrdID,
        _ text: String
    ) {
        verdict.add(
            JournalFinding(
                law: law,
                file: place.file,
                place: place.offset,
                sequence: place.sequence,
                orderID: orderID,
                text: text
            )
        )
    }
}
