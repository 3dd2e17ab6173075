internal import Crossing
internal import Vocabulary

/// The venue's own log against the journal: every answer the venue gave our port must be recorded
/// once, with the same quantity and price, and every answer recorded must be in the log.
struct Reconcile {
    /// What a venue's answer is called in both books.
    enum Kind: Hashable { case accepted, executed, canceled, replaced, rejected, broken, restated }

    private struct Key: Hashable {
        var kind: Kind
        var venue: UInt8
        var ref: UInt64
        /// Match number of executions and breaks, else 0.
        var match: UInt64
    }

    private struct Fact {
        var qty: Int64
        /// What was open before anything of ours ended it: a replace that was dead at once.
        var qtyOther: Int64
        var px: Int64
        var order: Terms
        var orderID: ClOrdID
        var place: CheckPlace
        var seen = false
    }

    private struct Sent {
        var order: Terms
        var qty: Int64
        var px: Int64
        var orderID: ClOrdID
        var place: CheckPlace
        /// Of a replace: the number it replaces.
        var origRef: UInt64
        var entered = false
    }

    struct Port: Hashable {
        var venue: UInt8
        var ref: UInt64
    }

    private var facts: [Key: [Fact]] = [:]
    private var sent: [Port: Sent] = [:]
    /// Shares of each order that a person's word brought, not the venue's.
    private var resolved: [Port: Int64] = [:]
    /// Orders a person ended, beside what the venue's log leaves open.
    private var words = PersonsWords()
    /// Orders of these that the venue's log ends by itself.
    private var endedThere: Set<Port> = []
    private var venuesRead: Set<UInt8> = []
    private var venuesWithEnters: Set<UInt8> = []

    // MARK: The journal's side

    mutating func note(_ record: AuditRecord, at place: CheckPlace) {
        words.note(record, at: place)
        guard record.venue != noIndex8, record.userRefNum != 0 else { return }
        if record.kind == .new || record.kind == .replaceReq {
            let port = Port(venue: record.venue, ref: UInt64(record.userRefNum))
            sent[port] = Sent(
                order: Terms(record),
                qty: record.qty.units,
                px: record.px.units,
                orderID: record.orderID,
                place: place,
                origRef: record.kind == .replaceReq ? UInt64(record.origUserRefNum) : 0
            )
        }
        noteWord(record)
        guard let kind = Kind(record) else { return }
        let executes = kind == .executed || kind == .broken
        let key = Key(
            kind: kind,
            venue: record.venue,
            ref: UInt64(record.userRefNum),
            match: executes ? record.match : 0
        )
        let moved = executes || kind == .canceled
        let fact = Fact(
            qty: moved ? record.lastQty.units : kind.openQty(record),
            qtyOther: kind == .replaced ? record.lastQty.units : -1,
            px: executes ? record.lastPx.units : record.px.units,
            order: Terms(record),
            orderID: record.orderID,
            place: place
        )
        facts[key, default: []].append(fact)
    }

    /// What a person said of an order stands for whatever the venue said of it and we never heard.
    private mutating func noteWord(_ record: AuditRecord) {
        guard record.flags.contains(.byProof), record.kind != .replaceReq else { return }
        let port = Port(venue: record.venue, ref: UInt64(record.userRefNum))
        switch (record.kind, record.status) {
        case (.fill, _): resolved[port, default: 0] += record.lastQty.units
        case (.canceled, .canceled), (.reject, .rejected): resolved[port, default: 0] += 0
        default: break
        }
    }

    /// The line is one that a person's word stands for.
    private mutating func isCovered(_ line: VenueLogLine, _ kind: Kind, _ venue: UInt8) -> Bool {
        let port = Port(venue: venue, ref: line.ref)
        guard let qty = resolved[port], kind != .broken, kind != .replaced else { return false }
        if kind == .canceled || kind == .rejected { endedThere.insert(port) }
        guard kind == .executed else { return true }
        guard line.qty <= qty else { return false }
        resolved[port] = qty - line.qty
        return true
    }

    // MARK: The venue's side

    /// Takes one event of our port at `venue`; a finding when the books differ.
    mutating func match(
        _ line: VenueLogLine,
        venue: UInt8,
        names: JournalNames,
        at place: CheckPlace,
        to found: inout Found
    ) {
        venuesRead.insert(venue)
        if line.event == .enter || line.event == .replace {
            arrived(line, venue, names, at: place, to: &found)
        }
        words.take(line, venue, replacing: sent[Port(venue: venue, ref: line.ref)]?.origRef ?? 0)
        guard let kind = Kind(line.event) else { return }
        found.verdict.venueEvents += 1
        let executes = kind == .executed || kind == .broken
        let key = Key(
            kind: kind,
            venue: venue,
            ref: line.ref,
            match: executes ? line.match : 0
        )
        guard let index = facts[key]?.firstIndex(where: { !$0.seen }),
            let fact = facts[key]?[index]
        else {
            if isCovered(line, kind, venue) {
                found.verdict.matched += 1
                return
            }
            found.verdict.lost &+= 1
            let text =
                "\(line.event.rawValue) of \(line.ref), \(line.qty) @ \(line.px), "
                + "match \(line.match), is not in the journal"
            found.add(.missing, place, .none, text)
            return
        }
        facts[key]?[index].seen = true
        guard let text = difference(kind, line, fact, names) else {
            found.verdict.matched += 1
            return
        }
        found.add(.different, place, fact.orderID, "\(text) (journal seq \(fact.place.sequence))")
    }

    /// What reached the venue must be what was recorded before it left, to the last digit.
    private mutating func arrived(
        _ line: VenueLogLine,
        _ venue: UInt8,
        _ names: JournalNames,
        at place: CheckPlace,
        to found: inout Found
    ) {
        if line.event == .enter { venuesWithEnters.insert(venue) }
        let port = Port(venue: venue, ref: line.ref)
        guard let order = sent[port] else {
            found.verdict.unexplained &+= 1
            let text = "the venue got order \(line.ref) of \(line.qty), none was recorded"
            found.add(.unrecordedOrder, place, .none, text)
            return
        }
        sent[port]?.entered = true
        var text = order.order.difference(line, names, exactly: line.event == .enter)
        let what = "\(line.event.rawValue) of \(line.ref)"
        if line.qty != order.qty {
            text = "\(what): venue \(line.qty), journal \(order.qty)"
        } else if line.px != order.px {
            text = "\(what): venue @ \(line.px), journal @ \(order.px)"
        }
        guard let text else { return }
        let tail = " (journal seq \(order.place.sequence))"
        found.add(.different, place, order.orderID, text + tail)
    }

    private func difference(
        _ kind: Kind,
        _ line: VenueLogLine,
        _ fact: Fact,
        _ names: JournalNames
    ) -> String? {
        if let text = fact.order.difference(line, names, exactly: false) { return text }
        if kind == .rejected || kind == .restated { return nil }
        if line.qty != fact.qty, line.qty != fact.qtyOther {
            return "\(line.event.rawValue) of \(line.ref): venue \(line.qty), journal \(fact.qty)"
        }
        let priced = kind != .canceled && kind != .broken
        if priced, line.px != fact.px {
            return "\(line.event.rawValue) of \(line.ref): venue @ \(line.px), journal @ \(fact.px)"
        }
        return nil
    }

    /// What is in the journal and in no log of that venue.
    ///
    /// `everyVenue`: each venue that ever answered us must have a log with a line of ours in it.
    func finish(
        _ orders: [UInt64: CheckedOrder],
        everyVenue: Bool,
        names: JournalNames,
        to found: inout Found
    ) {
        if everyVenue { checkLogs(names, to: &found) }
        checkWords(to: &found)
        words.finish(venuesRead, names, begun: { sent[$0]?.place.sequence ?? 0 }, to: &found)
        for (key, list) in facts where venuesRead.contains(key.venue) {
            for fact in list where !fact.seen {
                found.verdict.unexplained &+= 1
                let text =
                    "\(key.kind) of \(key.ref), \(fact.qty) @ \(fact.px), "
                    + "is not in the log of \(names.venue(key.venue))"
                found.add(.unexplained, fact.place, fact.orderID, text)
            }
        }
        for (port, order) in sent where venuesWithEnters.contains(port.venue) && !order.entered {
            guard let known = orders[order.orderID.value], known.sequence == order.place.sequence,
                !known.wasProved
            else { continue }
            found.verdict.unexplained &+= 1
            let name = names.venue(port.venue)
            let text = "order \(port.ref) never reached \(name), and nothing proved it"
            found.add(.unexplained, order.place, order.orderID, text)
        }
    }
}

extension Reconcile {
    /// A log that is not there, or says nothing, proves nothing.
    private func checkLogs(_ names: JournalNames, to found: inout Found) {
        var answers: [UInt8: Int] = [:]
        for (key, list) in facts { answers[key.venue, default: 0] += list.count }
        for (venue, count) in answers.sorted(by: { $0.key < $1.key })
        where !venuesRead.contains(venue) {
            let place = facts.first { $0.key.venue == venue }?.value.first?.place
            guard let place else { continue }
            found.add(
                .venueLog,
                place,
                .none,
                "\(names.venue(venue)) gave \(count) answers, and there is no log of it that says one of them"
            )
        }
    }

    /// Shares a person said were filled, of an order that ended without them in the venue's log. A
    /// log that never ends the order says nothing against the person.
    private func checkWords(to found: inout Found) {
        for (port, qty) in resolved where qty > 0 && endedThere.contains(port) {
            guard let order = sent[port] else { continue }
            found.verdict.unexplained &+= 1
            found.add(
                .unexplained,
                order.place,
                order.orderID,
                "a person said \(qty) more shares of order \(port.ref) were filled than the "
                    + "venue's log has"
            )
        }
    }
}

extension Reconcile {
    /// Which way and in what: a fill of the other side moves the position away from the record by
    /// twice its shares, and one of another symbol moves two.
    struct Terms {
        let side: UInt8
        let instrument: UInt16

        init(_ record: AuditRecord) {
            side = record.side
            instrument = record.instrument
        }

        /// `exactly`: S, T and E are told apart; later a mark may have been changed on the way.
        func difference(
            _ line: VenueLogLine,
            _ names: JournalNames,
            exactly: Bool
        ) -> String? {
            let what = "\(line.event.rawValue) of \(line.ref)"
            if side != 0, line.side.utf8.count == 1, let theirs = line.side.utf8.first {
                let buys = UInt8(ascii: "B")
                guard exactly ? theirs == side : (theirs == buys) == (side == buys) else {
                    return "\(what): venue side \(line.side), journal \(UnicodeScalar(side))"
                }
            }
            guard !line.symbol.isEmpty, Int(instrument) < names.symbols.count,
                names.symbols[Int(instrument)] != line.symbol
            else { return nil }
            return "\(what): venue \(line.symbol), journal \(names.symbols[Int(instrument)])"
        }
    }
}

extension Reconcile.Kind {
    init?(_ record: AuditRecord) {
        let told: RecordFlags = [.duplicate, .byProof, .gate, .notUnderstood]
        guard record.flags.isDisjoint(with: told) else { return nil }
        switch record.kind {
        case .ack: self = .accepted
        case .fill: self = .executed
        case .canceled: self = .canceled
        case .replaced: self = .replaced
        case .reject: self = .rejected
        case .bust: self = .broken
        // Only Modified is in the log; priority and display changes move nothing.
        case .restated where record.reason == UInt8(ascii: "M"): self = .restated
        default: return nil
        }
    }

    /// What the venue had open as it answered.
    func openQty(_ record: AuditRecord) -> Int64 {
        self == .replaced ? record.leavesQty.units : record.qty.units
    }

    init?(_ event: VenueLogLine.Event) {
        switch event {
        case .accepted: self = .accepted
        case .executed: self = .executed
        case .canceled: self = .canceled
        case .replaced: self = .replaced
        case .rejected: self = .rejected
        case .broken: self = .broken
        case .restated: self = .restated
        default: return nil
        }
    }
}
