internal import ArgumentParser
internal import Crossing
internal import Journal
internal import Vocabulary

/// Why was it sent, or refused? Answered from the journal alone, so also after the day.
struct OrderWhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "The quote, limits and counters that decided an order, and its life since.",
        discussion: """
            The reference is the mid of the books we subscribe to, not the national best bid and \
            offer.
            """
    )

    @Argument(
        help: "Order id, or the journal sequence of a refusal (`apus journal print --kind reject`)."
    )
    var id: String
    @Option(help: "Trading date as yyyymmdd (default: the image's).") var date: UInt32?
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        // What the gate refused never became an order and has no id: its place names it.
        let sequence = id.count < ClOrdID.textLength ? UInt64(id) : nil
        let orderID = sequence == nil ? try OrderArguments.orderID(id) : .none
        let directory = StateDirectory(path: state.directory)
        let journal = try JournalOfDay(directory, date: date)
        var story = OrderStory(id: orderID, sequence: sequence, names: journal.names)
        try journal.forEach { story.add($0) }
        guard story.isKnown else {
            throw Failure(.badInput, "order \(id) is not in the journal of \(journal.tradingDate)")
        }
        guard story.isOfOrder else {
            throw Failure(
                .badInput,
                "ID \"\(id)\": record \(id) of \(journal.tradingDate) is about no order; "
                    + "`apus order list --all` and `apus journal print --kind reject` show what to ask for"
            )
        }
        story.stateBefore(directory, journal.tradingDate)
        Console.out(
            output.json ? "[" + story.jsonLines.joined(separator: ",\n ") + "]" : story.text
        )
    }
}

/// One order's records, and what stood around the first of them.
struct OrderStory {
    let id: ClOrdID
    /// Of a record that is about no order.
    let sequence: UInt64?
    let names: JournalNames
    private var print: JournalPrint
    private var decision: AuditRecord?
    private var decisionSequence: UInt64 = 0
    private var life: [AuditRecord] = []
    private let triggers = TriggerStory()
    private(set) var jsonLines: [String] = []
    private var counters = "none"
    private var limitLines: [String] = []

    init(id: ClOrdID, sequence: UInt64? = nil, names: JournalNames) {
        self.id = id
        self.sequence = sequence
        self.names = names
        print = JournalPrint(names: names, verbose: true)
    }

    var isKnown: Bool { !life.isEmpty }
    /// A record of an order, or of one that the gate refused.
    var isOfOrder: Bool { decision.map { $0.orderID != .none || $0.kind == .reject } ?? false }

    mutating func add(_ entry: JournalEntry) {
        let record = entry.record
        triggers.add(record)
        let isOurs = sequence.map { $0 == entry.sequence } ?? (record.orderID == id)
        if isOurs {
            if decision == nil { (decision, decisionSequence) = (record, entry.sequence) }
            life.append(record)
            jsonLines.append(print.line(entry))
        }
    }

    /// Counters and limits as they were when it was decided: before its own record.
    mutating func stateBefore(_ directory: StateDirectory, _ tradingDate: UInt32) {
        guard let decision else { return }
        do {
            let state = try DecisionState(
                directory,
                tradingDate,
                of: decision,
                at: decisionSequence
            )
            (counters, limitLines) = (state.counters, state.limits)
        } catch {
            counters = "and limits are not known: \(error)"
        }
    }

    private func name(_ index: UInt16, _ table: [String]) -> String {
        names.name(Int(index), in: table, absent: Int(noIndex16)) ?? "-"
    }

    var text: String {
        guard let decision else { return "" }
        let verdict =
            decision.code == 0
            ? "approved"
            : "refused with \(decision.code): \(RiskCode(rawValue: decision.code)?.meaning ?? "?")"
        var lines = [
            "\(sequence.map { "record \($0)" } ?? "\(id)"): \(describe(decision))",
            "  \(Format.time(decision.t)) UTC \(verdict)",
            "  market   bid \(price(decision.bidPx)), ask \(price(decision.askPx))\(spread(decision)), reference "
                + "\(price(decision.refPx)), \(Format.duration(decision.refAgeNs)) old, feed message "
                + "\(decision.feedSeq) of \(venue(decision.venue))",
            "  counters \(counters)",
            "  limits   version \(decision.limitsVersion)",
        ]
        lines += limitLines
        if decision.owner == Owner.trigger { lines.append("  given by \(giver(decision))") }
        lines.append("  life")
        for record in life { lines.append("    \(event(record))") }
        return lines.joined(separator: "\n")
    }

    private func giver(_ decision: AuditRecord) -> String {
        triggers.giver(of: decision)?.text(names) ?? "a trigger that no record here has set"
    }

    /// Beside maxSpread of the limits: further apart, and the middle is no reference (304).
    private func spread(_ record: AuditRecord) -> String {
        guard record.bidPx.units > 0, record.askPx.units > 0 else { return "" }
        return ", spread \(Format.price(record.askPx.units - record.bidPx.units))"
    }

    private func describe(_ record: AuditRecord) -> String {
        let side = Side(rawValue: record.side)?.description ?? "?"
        let parent = record.parent == 0 ? "" : ", child of parent \(record.parent)"
        return "\(side) \(record.qty.units) \(name(record.instrument, names.symbols)) at "
            + "\(price(record.px)) on \(venue(record.venue)), account "
            + "\(name(record.account, names.accounts)), strategy "
            + "\(name(record.strategy, names.strategies))\(parent)"
    }

    private func event(_ record: AuditRecord) -> String {
        var words = "\(Format.time(record.t)) \(record.kind.name)"
        if record.kind == .fill {
            words += " \(record.lastQty.units) at \(price(record.lastPx)), match \(record.match)"
        }
        if record.kind == .new && record.match != 0 { words += " by override \(record.match)" }
        if record.kind == .canceled { words += " \(record.lastQty.units)" }
        if record.kind == .replaceReq {
            words += " to \(record.qty.units) at \(price(record.px))"
        }
        if record.kind == .replaced {
            // The venue's word is what it has open; executed shares are of the total, too.
            let total = record.cumQty.units + record.leavesQty.units
            words += " to \(total) at \(price(record.px))"
        }
        if record.code != 0 {
            // A venue's reason is a number of its own, which only looks like one of ours.
            let meaning = RiskCode(rawValue: record.code)?.meaning
            let ours = record.flags.contains(.gate) ? meaning.map { " \($0)" } ?? "" : ""
            words += " code \(record.code)\(ours)"
        }
        return words
            + ", \(record.leavesQty.units) open, \(record.cumQty.units) filled, \(record.status)"
    }

    private func venue(_ index: UInt8) -> String {
        names.name(Int(index), in: names.venues, absent: Int(noIndex8)) ?? "no venue"
    }

    private func price(_ price: Price) -> String {
        price.units == 0 ? "none" : Format.price(price.units)
    }
}
