import Crossing
import Foundation
import Glibc
import Journal
import Testing
import Vocabulary

/// A journal that real processes wrote, in memory: to be changed and written again as the writer
/// writes it, so that checksums and chain say nothing and only the laws can tell.
struct RealDay {
    struct Item {
        var record: AuditRecord
        var raw: [UInt8]
        /// Ring slots lost before it.
        var lostSlots: UInt64 = 0
    }

    let state: String
    let date: UInt32
    private let imageHash: UInt64
    private let epoch: UInt64
    var items: [Item] = []
    var folder: String { "\(state)/journal/\(date)" }

    init(state: String, date: UInt32) throws {
        self.state = state
        self.date = date
        var reader = try JournalReader(journal: "\(state)/journal", tradingDate: date)
        var epoch: UInt64 = 0
        while let entry = try reader.next() {
            epoch = entry.epoch
            items.append(Item(record: entry.record, raw: entry.rawBytes))
        }
        self.epoch = epoch
        imageHash = try JournalImages.hash(journal: "\(state)/journal", tradingDate: date)
    }

    /// Index of the nth record of a kind that `holds`.
    func index(
        _ kind: RecordKind,
        _ nth: Int = 0,
        where holds: (AuditRecord) -> Bool = { _ in true }
    ) throws -> Int {
        let found = items.indices.filter {
            items[$0].record.kind == kind && holds(items[$0].record)
        }
        guard nth < found.count else { throw Missed("no \(kind) \(nth) in the day") }
        return found[nth]
    }

    /// Takes the place of the date's segments.
    func write(segmentBytes: Int = 64 << 20) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder)
        where name.hasSuffix(".seg") || name == "durable" {
            unlink("\(folder)/\(name)")
        }
        var options = JournalOptions()
        options.segmentBytes = segmentBytes
        options.bufferBytes = 256 << 20
        var writer = try JournalWriter.open(
            journal: "\(state)/journal",
            tradingDate: date,
            epoch: epoch,
            createdNs: 1,
            imageHash: imageHash,
            options: options
        )
        var slot: UInt64 = 0
        for item in items {
            slot += item.lostSlots
            slot += try append(&writer, item, at: slot)
            // A segment ends only between two syncs.
            if segmentBytes < 64 << 20 { try writer.sync() }
        }
        try writer.sync()
    }

    private func append(
        _ writer: inout JournalWriter,
        _ item: Item,
        at slot: UInt64
    ) throws -> UInt64 {
        var record = item.record
        record.commit = slot + 1
        let slots = AuditRecord.slots(forRaw: item.raw.count)
        var bytes = withUnsafeBytes(of: record) { Array($0) } + item.raw
        bytes += [UInt8](repeating: 0, count: slots * 128 - bytes.count)
        let result: Result<Void, JournalError> = bytes.withUnsafeBytes { buffer in
            do throws(JournalError) {
                guard let base = buffer.baseAddress else { return .success(()) }
                _ = try writer.append(
                    base,
                    count: buffer.count,
                    epoch: epoch,
                    ringSlot: slot,
                    nowNs: 1
                )
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
        return UInt64(slots)
    }
}
