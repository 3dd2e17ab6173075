internal import Crossing
internal import Vocabulary

/// The laws about where an order comes from and what let it pass: whose it is, under which number,
/// by whose leave, under which limits, and that nothing was shut that had to let it through.
struct OriginLaws {
    private let names: JournalNames
    private var numbers: [UInt8: Set<UInt32>] = [:]
    private var latches: [Latch: UInt64] = [:]
    /// Shut by what the venues said, without a `kill` record.
    private var blocks = SymbolBlocks()
    private var entryOff: [Entry: UInt64] = [:]
    private var tokens: [UInt64: Token] = [:]
    private var limitsVersion: UInt32 = 0
    private var limitsMayMove = true
    private var clientSeqs: [UInt16: UInt64] = [:]

    /// What is latched: scope, which row of it, which latch; 0 is the kill itself.
    private struct Latch: Hashable {
        var scope: UInt8
        var row: UInt16
        var code: UInt16
    }

    /// Order entry of a client, or of our port at a venue.
    private struct Entry: Hashable {
        var client: UInt16
        var venue: UInt8
    }

    private struct Token {
        var askedBy: UInt32
        var givenBy: UInt32?
        var expiryNs: Int64
        var isUsed = false
    }

    init(names: JournalNames) { self.names = names }

    mutating func apply(_ record: AuditRecord, at place: CheckPlace, to found: inout Found) {
        checkLimits(record, at: place, to: &found)
        checkClient(record, at: place, to: &found)
        switch record.kind {
        case .new:
            checkNumber(record, at: place, to: &found)
            checkNew(record, at: place, to: &found)
        case .replaceReq:
            checkNumber(record, at: place, to: &found)
            checkLatches(record, "a replace", Self.refusing, at: place, to: &found)
        case .modifyReq:
            checkLatches(record, "a modify", Self.refusingMarks, at: place, to: &found)
        case .cancelReq where record.flags.contains(.massCancel): use(record)
        case .kill, .arm: note(record, at: place)
        case .session: noteSession(record, at: place)
        case .operator: noteToken(record)
        case .limit where !Self.measured.contains(record.detail): limitsMayMove = true
        default: break
        }
        blocks.note(record, sequence: place.sequence)
    }

    // MARK: Numbers

    private mutating func checkNumber(
        _ record: AuditRecord,
        at place: CheckPlace,
        to found: inout Found
    ) {
        guard !use(record) else { return }
        let text = "UserRefNum \(record.userRefNum) of \(names.venue(record.venue)) was used before"
        found.add(.number, place, record.orderID, text)
    }

    /// `false` when the number was used before.
    @discardableResult
    private mutating func use(_ record: AuditRecord) -> Bool {
        guard record.userRefNum != 0 else { return true }
        return numbers[record.venue, default: []].insert(record.userRefNum).inserted
    }

    /// What a client was told is numbered, and no number is told twice.
    private mutating func checkClient(
        _ record: AuditRecord,
        at place: CheckPlace,
        to found: inout Found
    ) {
        guard record.clientSeq != 0, record.client != noIndex16 else { return }
        let last = clientSeqs[record.client] ?? 0
        if record.clientSeq <= last {
            let name = clientName(record.client)
            let text = "client \(name): message \(record.clientSeq) after \(last)"
            found.add(.clientSequence, place, record.orderID, text)
        }
        clientSeqs[record.client] = max(last, record.clientSeq)
    }

    // MARK: What let it pass

    private mutating func checkNew(
        _ record: AuditRecord,
        at place: CheckPlace,
        to found: inout Found
    ) {
        if record.account == noIndex16 || record.strategy == noIndex16 {
            let what = record.account == noIndex16 ? "account" : "strategy"
            found.add(.attribution, place, record.orderID, "an order without \(what)")
        }
        if let shut = shut(record) {
            found.add(.shut, place, record.orderID, "a new order under \(shut)")
        }
        if record.match != 0 { checkToken(record, at: place, to: &found) }
    }

    /// Codes that refuse every new order of their scope; the others let some through.
    private static let refusing: [UInt16] = [0, 112, 113, 114, 115, 415, 504, 505]
    /// Of these, what refuses another mark as well.
    private static let refusingMarks: [UInt16] = [0, 112, 113, 114, 115, 505]

    private func checkLatches(
        _ record: AuditRecord,
        _ what: String,
        _ codes: [UInt16],
        at place: CheckPlace,
        to found: inout Found
    ) {
        guard let latch = latched(record, codes) ?? blocked(record) else { return }
        found.add(.shut, place, record.orderID, "\(what) under \(latch)")
    }

    private func latched(_ record: AuditRecord, _ codes: [UInt16]) -> String? {
        let scopes: [(KillScope, UInt16)] = [
            (.firm, 0), (.account, record.account), (.strategy, record.strategy),
            (.symbol, record.instrument), (.venue, UInt16(record.venue)),
        ]
        for (scope, row) in scopes {
            for code in codes {
                let latch = Latch(scope: scope.rawValue, row: row, code: code)
                guard let sequence = latches[latch] else { continue }
                let meaning = RiskCode(rawValue: code)?.meaning ?? "unknown code"
                let what = code == 0 ? "the kill" : "latch \(code) (\(meaning))"
                return "\(what) of \(scope)\(name(scope, row)), seq \(sequence)"
            }
        }
        return nil
    }

    private func shut(_ record: AuditRecord) -> String? {
        if let latch = latched(record, Self.refusing) ?? blocked(record) { return latch }
        let client = Entry(client: record.client, venue: noIndex8)
        if record.client != noIndex16, let sequence = entryOff[client] {
            return "entry disabled by client \(clientName(record.client)), seq \(sequence)"
        }
        let venue = Entry(client: noIndex16, venue: record.venue)
        if let sequence = entryOff[venue] {
            return "entry disabled at \(names.venue(record.venue)), seq \(sequence)"
        }
        return nil
    }

    private func blocked(_ record: AuditRecord) -> String? {
        blocks.shut(record.instrument).map {
            "\(name(.symbol, record.instrument).dropFirst()), \($0)"
        }
    }

    private func clientName(_ index: UInt16) -> String {
        names.name(Int(index), in: names.clients, absent: Int(noIndex16)) ?? "none"
    }

    /// " DESK1"; nothing for the firm.
    private func name(_ scope: KillScope, _ row: UInt16) -> String {
        let table: [String]
        switch scope {
        case .firm: return ""
        case .account: table = names.accounts
        case .strategy: table = names.strategies
        case .symbol: table = names.symbols
        case .venue: table = names.venues
        }
        return " \(names.name(Int(row), in: table, absent: Int(noIndex16)) ?? "none")"
    }

    private mutating func note(_ record: AuditRecord, at place: CheckPlace) {
        guard record.detail <= 255, let scope = KillScope(rawValue: UInt8(record.detail)) else {
            return
        }
        let row: UInt16 =
            switch scope {
            case .firm: 0
            case .account: record.account
            case .strategy: record.strategy
            case .symbol: record.instrument
            case .venue: UInt16(record.venue)
            }
        let isLatch = RiskCode(rawValue: record.code)?.isLatch == true
        let latch = Latch(scope: scope.rawValue, row: row, code: isLatch ? record.code : 0)
        if record.kind == .kill {
            latches[latch] = latches[latch] ?? place.sequence
        } else if record.code == 0 {
            latches = latches.filter { $0.key.scope != latch.scope || $0.key.row != row }
        } else {
            latches[latch] = nil
        }
    }

    private mutating func noteSession(_ record: AuditRecord, at place: CheckPlace) {
        switch SessionEvent(rawValue: record.detail) {
        case .entryDisabled: entryOff[entry(record)] = place.sequence
        case .entryEnabled: entryOff[entry(record)] = nil
        case .engineStarted:
            // Perhaps with another configuration; without its region it counts anew.
            limitsMayMove = true
            limitsVersion = 0
            if record.value != 0 { clientSeqs = [:] }
        default: break
        }
        // Disable and Enable of our own port have numbers; a venue's answer names the next one.
        let event = SessionEvent(rawValue: record.detail)
        guard record.client == noIndex16, record.venueSeq == 0 else { return }
        if event == .entryDisabled || event == .entryEnabling { use(record) }
    }

    private func entry(_ record: AuditRecord) -> Entry {
        record.client != noIndex16
            ? Entry(client: record.client, venue: noIndex8)
            : Entry(client: noIndex16, venue: record.venue)
    }

    // MARK: Leave

    private mutating func noteToken(_ record: AuditRecord) {
        guard record.code == 0, record.match != 0 else { return }
        switch Command.Kind(rawValue: UInt8(truncatingIfNeeded: record.detail)) {
        case .overrideAsk:
            tokens[record.match] = Token(askedBy: record.uid, expiryNs: record.value)
        case .overrideConfirm: tokens[record.match]?.givenBy = record.uid
        default: break
        }
    }

    private mutating func checkToken(
        _ record: AuditRecord,
        at place: CheckPlace,
        to found: inout Found
    ) {
        let token = tokens[record.match]
        let wrong: String? =
            if let token, let givenBy = token.givenBy {
                if token.isUsed {
                    "was used before"
                } else if givenBy == token.askedBy {
                    "was asked and confirmed by uid \(givenBy)"
                } else if record.t >= token.expiryNs {
                    "had run out"
                } else {
                    nil
                }
            } else {
                token == nil ? "was never asked for" : "was never confirmed"
            }
        if let wrong {
            found.add(.override, place, record.orderID, "override \(record.match) \(wrong)")
        }
        tokens[record.match]?.isUsed = true
    }

    // MARK: Limits

    /// Fields that are measured, not set: a valuation, an average daily volume. No version counts
    /// them.
    private static let measured: [UInt32] = [10, 13]

    /// Every decision names the version it was made under; a version comes from a recorded change.
    private mutating func checkLimits(
        _ record: AuditRecord,
        at place: CheckPlace,
        to found: inout Found
    ) {
        let version = record.limitsVersion
        guard version != 0, version != limitsVersion else { return }
        defer { (limitsVersion, limitsMayMove) = (max(version, limitsVersion), false) }
        if version < limitsVersion {
            let text = "limits version \(version) after \(limitsVersion)"
            found.add(.limits, place, record.orderID, text)
        } else if limitsVersion != 0, !limitsMayMove {
            let text = "limits version \(version) after \(limitsVersion), no change recorded"
            found.add(.limits, place, record.orderID, text)
        }
    }
}
