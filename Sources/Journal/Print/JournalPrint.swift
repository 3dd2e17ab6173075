package import Crossing
internal import Vocabulary

/// Journal entries as text: one JSON object an event, keys always the same and in this order:
/// `seq t kind venue session ref orderID clOrdID symbol side ordType tif qty px leavesQty cumQty
/// lastQty lastPx match status code parent strategy account` (`null` where a record is about no
/// such thing).
///
/// Keeps the session name each venue last logged in with, because records of orders do not.
package struct JournalPrint {
    package let names: JournalNames
    /// Adds `client clientRef commandID venueRef venueSeq flags detail asked value uid gid
    /// pid refPx refAgeNs bidPx askPx text`, for those who ask why.
    package var verbose: Bool
    private var sessions: [UInt8: String] = [:]

    package init(names: JournalNames = JournalNames(), verbose: Bool = false) {
        self.names = names
        self.verbose = verbose
    }

    package mutating func line(_ entry: JournalEntry) -> String {
        line(entry.record, raw: entry.rawBytes, sequence: entry.sequence)
    }

    package mutating func line(_ record: AuditRecord, raw: [UInt8], sequence: UInt64) -> String {
        if let name = record.sessionName(raw) { sessions[record.venue] = name }
        var json = JSONLine()
        json.add("seq", sequence)
        json.add("t", record.t)
        json.add("kind", record.kind.name)
        addWhere(record, to: &json)
        addOrder(record, to: &json)
        addOutcome(record, to: &json)
        if verbose { addWhy(record, raw: raw, to: &json) }
        return json.finished
    }

    private func addWhere(_ record: AuditRecord, to json: inout JSONLine) {
        let venue = names.name(Int(record.venue), in: names.venues, absent: Int(noIndex8))
        json.add("venue", venue)
        json.add("session", sessions[record.venue] ?? client(record))
        json.add("ref", record.userRefNum == 0 ? nil : record.userRefNum)
        let orderID = record.orderID == .none ? nil : record.orderID.description
        json.add("orderID", orderID)
        json.add("clOrdID", orderID)
    }

    private func addOrder(_ record: AuditRecord, to json: inout JSONLine) {
        json.add(
            "symbol",
            names.name(Int(record.instrument), in: names.symbols, absent: Int(noIndex16))
        )
        json.add("side", letter(record.side))
        json.add("ordType", letter(record.ordType))
        json.add("tif", record.side == 0 ? nil : letter(record.timeInForce))
        let isTrigger =
            record.kind == .operator && record.detail == UInt32(Command.Kind.trigger.rawValue)
        let about =
            record.orderID != .none || record.kind == .adjust || record.kind == .reject || isTrigger
        json.add("qty", about ? record.qty.units : nil)
        json.add("px", about ? record.px.units : nil)
        json.add("leavesQty", about ? record.leavesQty.units : nil)
        json.add("cumQty", about ? record.cumQty.units : nil)
    }

    private func addOutcome(_ record: AuditRecord, to json: inout JSONLine) {
        let moves = record.kind == .fill || record.kind == .bust
        json.add("lastQty", moves || record.kind == .canceled ? record.lastQty.units : nil)
        json.add("lastPx", moves ? record.lastPx.units : nil)
        // Of a New and of an operator's record: the override it used, asked for or confirmed.
        json.add("match", moves || record.match != 0 ? record.match : nil)
        json.add("status", record.orderID == .none ? nil : "\(record.status)")
        json.add("code", record.code)
        json.add("parent", record.parent == 0 ? nil : record.parent)
        json.add(
            "strategy",
            names.name(Int(record.strategy), in: names.strategies, absent: Int(noIndex16))
        )
        json.add(
            "account",
            names.name(Int(record.account), in: names.accounts, absent: Int(noIndex16))
        )
    }

    private func addWhy(_ record: AuditRecord, raw: [UInt8], to json: inout JSONLine) {
        json.add("client", client(record))
        json.add("clientRef", record.clientRefNum == 0 ? nil : record.clientRefNum)
        json.add("commandID", record.commandID == 0 ? nil : record.commandID)
        json.add("venueRef", record.venueOrderRef == 0 ? nil : record.venueOrderRef)
        json.add("venueSeq", record.venueSeq == 0 ? nil : record.venueSeq)
        json.add("flags", record.flags.rawValue)
        json.add("detail", record.detail)
        let asked = Command.Kind(rawValue: UInt8(truncatingIfNeeded: record.detail))
        json.add("asked", record.kind == .operator ? asked.map { "\($0)" } : nil)
        json.add("value", record.value)
        json.add("uid", record.uid == UInt32.max ? nil : record.uid)
        json.add("gid", record.gid == UInt32.max ? nil : record.gid)
        let isAsked = record.uid != UInt32.max && record.userRefNum == 0
        json.add("pid", isAsked && record.origUserRefNum != 0 ? record.origUserRefNum : nil)
        json.add("refPx", record.refPx.units)
        json.add("refAgeNs", record.refAgeNs)
        json.add("bidPx", record.bidPx.units)
        json.add("askPx", record.askPx.units)
        let printable = raw.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        json.add("text", raw.isEmpty || !printable ? nil : trimmed(raw))
    }

    private func client(_ record: AuditRecord) -> String? {
        names.name(Int(record.client), in: names.clients, absent: Int(noIndex16))
    }

    private func letter(_ byte: UInt8) -> String? {
        byte > 0x20 && byte < 0x7F ? String(UnicodeScalar(byte)) : nil
    }
}

/// The words in raw bytes, without the spaces that pad them.
func trimmed(_ raw: [UInt8]) -> String {
    var bytes = raw[...]
    while let last = bytes.last, last == 0x20 || last == 0 { bytes.removeLast() }
    while let first = bytes.first, first == 0x20 { bytes.removeFirst() }
    return String(decoding: bytes, as: UTF8.self)
}
