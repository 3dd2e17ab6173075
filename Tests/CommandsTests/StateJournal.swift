import Crossing
import Journal
import Vocabulary

/// A state directory with a compiled image and a journal written as cold would have.
final class StateJournal {
    let folder: TemporaryFolder
    let date: UInt32
    private var slot: UInt64 = 0
    private var t: Int64 = 1_795_000_000_000_000_000
    var path: String { folder.path }

    /// `settings` are `--set` values.
    init(date: String = "2026-11-20", _ settings: String...) throws {
        folder = try TemporaryFolder()
        self.date = UInt32(date.filter { $0 != "-" }) ?? 0
        let words =
            ["config", "compile", Tool.demo, "--state", folder.path]
            + (["trading_date=\(date)"] + settings).flatMap { ["--set", $0] }
        let tool = Tool.run(words)
        guard tool.status == 0 else { throw Missing(tool.err) }
    }

    struct Missing: Error {
        let what: String
        init(_ what: String) { self.what = what }
    }

    func image() throws -> HotImageFile { try HotImageFile.load("\(path)/hot.image") }

    /// Appends records of this date under the configuration that is compiled now.
    func write(
        _ records: [AuditRecord],
        words: String = "",
        epoch: UInt64 = 1,
        on date: UInt32? = nil
    ) throws {
        var writer = try JournalWriter.open(
            journal: "\(path)/journal",
            tradingDate: date ?? self.date,
            epoch: epoch,
            createdNs: t,
            imageHash: try image().view.hash
        )
        for record in records {
            t += 1_000
            var record = record
            record.t = t
            try append(&writer, record, Array(words.utf8), epoch)
        }
        try writer.sync()
    }

    private func append(
        _ writer: inout JournalWriter,
        _ record: AuditRecord,
        _ raw: [UInt8],
        _ epoch: UInt64
    ) throws {
        var record = record
        record.rawLength = UInt16(raw.count)
        let slots = AuditRecord.slots(forRaw: raw.count)
        record.slotCount = UInt8(slots)
        record.commit = slot + 1
        var bytes = withUnsafeBytes(of: record) { Array($0) } + raw
        bytes += [UInt8](repeating: 0, count: slots * 128 - bytes.count)
        let (slot, now) = (slot, t)
        let result: Result<Void, JournalError> = bytes.withUnsafeBytes { buffer in
            do throws(JournalError) {
                _ = try writer.append(
                    buffer.baseAddress!,
                    count: buffer.count,
                    epoch: epoch,
                    ringSlot: slot,
                    nowNs: now
                )
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
        self.slot += UInt64(slots)
    }

    /// A person sets a symbol's limit.
    static func limit(_ field: UInt32, instrument: UInt16, _ value: Int64) -> AuditRecord {
        var record = AuditRecord()
        record.kind = .limit
        record.flags = .fromOperator
        record.detail = field
        record.instrument = instrument
        record.value = value
        return record
    }

    static func adjust(account: UInt16, instrument: UInt16, _ qty: Int64) -> AuditRecord {
        var record = AuditRecord()
        record.kind = .adjust
        record.account = account
        record.instrument = instrument
        record.qty = OrderQty(units: qty)
        record.px = Price(units: 1_000_000)
        return record
    }

    static func kill(
        _ scope: KillScope,
        _ code: RiskCode = .ok,
        row: UInt16 = 0,
        uid: UInt32 = 1000,
        arm: Bool = false
    ) -> AuditRecord {
        var record = AuditRecord()
        record.kind = arm ? .arm : .kill
        record.detail = UInt32(scope.rawValue)
        record.code = code.rawValue
        record.uid = uid
        switch scope {
        case .account: record.account = row
        case .strategy: record.strategy = row
        case .symbol: record.instrument = row
        case .venue: record.venue = UInt8(row)
        case .firm: break
        }
        return record
    }
}
