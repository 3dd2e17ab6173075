internal import Crossing
internal import HotPath
internal import Journal
internal import Recovery
internal import Settings
internal import Vocabulary

/// What a trading date ended with, out of its journal and the image it was run with: what the next
/// one begins with.
struct DayEnd {
    let tradingDate: UInt32
    private(set) var holdings: [DayStart.Holding] = []
    /// Of orders nobody could claim; no account of the next date begins with them.
    private(set) var house: [DayStart.Holding] = []
    private(set) var latches: [DayStart.Latch] = []
    let liveOrders: Int

    /// - Throws: 65 when journal or image cannot be read: nothing may be guessed here.
    init(_ directory: StateDirectory, date: UInt32) throws {
        tradingDate = date
        let file = try DayImages.load(directory, date)
        let words = try KillWords(directory, date)
        var recovery = Recovery(image: file.view)
        do {
            var reader = try JournalReader(journal: directory.journal, tradingDate: date)
            try recovery.readJournal(&reader)
        } catch {
            recovery.discard()
            throw Failure(.badInput, "\(error)")
        }
        liveOrders = recovery.ledger.liveCount
        holdings = HeldShares.ofAccounts(recovery.ledger, file.view)
        house = HeldShares.ofHouse(recovery.ledger, file.view)
        latches = recovery.ledger.heldLatches().map { words.latch($0, file.view) }
        recovery.discard()
    }
}

/// Who latched what, and why: the last `kill` record of each latch, the last incident of a symbol.
private struct KillWords {
    private struct Key: Hashable {
        let scope: UInt8
        let row: UInt16
        let code: UInt16
    }

    private let tradingDate: UInt32
    private var words: [Key: (uid: UInt32, since: UInt32, reason: String)] = [:]
    private var incidents: [UInt16: UInt64] = [:]

    init(_ directory: StateDirectory, _ date: UInt32) throws {
        tradingDate = date
        let day = JournalOfDay(directory, tradingDate: date)
        try day.forEach { entry in
            let record = entry.record
            if record.flags.contains(.incident), record.instrument != noIndex16 {
                incidents[record.instrument] = entry.sequence
            }
            guard record.kind == .kill,
                let scope = KillScope(rawValue: UInt8(clamping: record.detail))
            else { return }
            let row: UInt16 =
                switch scope {
                case .firm: 0
                case .account: record.account
                case .strategy: record.strategy
                case .symbol: record.instrument
                case .venue: UInt16(record.venue)
                }
            let code = RiskCode(rawValue: record.code)?.isLatch == true ? record.code : 0
            let text = String(decoding: entry.rawBytes, as: UTF8.self)
            let said = DayStart.Latch.words(of: text, on: date)
            words[Key(scope: scope.rawValue, row: row, code: code)] =
                (record.uid, said.since, said.reason)
        }
    }

    func latch(_ latch: ImageLatch, _ image: HotImageView) -> DayStart.Latch {
        let scope = KillScope(rawValue: latch.scope) ?? .firm
        let row = Int(latch.row)
        let name =
            switch scope {
            case .firm: ""
            case .account: image.account(row).name.description
            case .strategy: image.strategy(row).name.description
            case .symbol: image.instrument(row).symbol.description
            case .venue: image.venue(row).name.description
            }
        let said = words[Key(scope: latch.scope, row: latch.row, code: latch.code)]
        var reason = said?.reason ?? ""
        if reason.isEmpty {
            let place = scope == .symbol ? incidents[latch.row] : nil
            reason = place.map { "incident, journal sequence \($0)" } ?? "a limit was reached"
        }
        return DayStart.Latch(
            scope: scope,
            name: name,
            code: latch.code,
            uid: said?.uid ?? .max,
            since: said?.since ?? tradingDate,
            reason: reason
        )
    }
}

extension DayStart.Latch {
    /// As `day roll` and `up` name it.
    var line: String {
        let what = code == 0 ? "kill" : "\(code) \(RiskCode(rawValue: code)?.meaning ?? "")"
        return "\(what) of \(scope)\(name.isEmpty ? "" : " \(name)") since \(since): \(reason)"
    }
}
