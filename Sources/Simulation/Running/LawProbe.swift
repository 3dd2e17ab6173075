package import Crossing
import HotPath
import Vocabulary

/// The laws of the Tape alone, fed by hand: each must fall when its violation is planted.
package final class LawProbe {
    private var laws: Laws
    private var twin: Ledger
    private var slot: UInt64 = 0
    private let bytes: UnsafeMutableRawPointer

    package init() throws {
        var profile = Profile(seed: 1, only: [])
        profile.tight = true
        let image = SimImage.bytes(profile)
        bytes = .allocate(byteCount: image.count, alignment: 64)
        bytes.copyMemory(from: image, byteCount: image.count)
        var config = LedgerConfig(try HotImageView(bytes, count: image.count))
        SimHot.shrink(&config)
        laws = Laws(config)
        twin = Ledger(config)
    }

    deinit { bytes.deallocate() }

    /// What `apply` makes of a record: its "after" fields filled in.
    package func applied(_ record: AuditRecord) -> AuditRecord {
        var record = record
        _ = twin.apply(&record)
        return record
    }

    /// The law that falls when the ring holds `record` next.
    package func judge(_ record: AuditRecord, raw: [UInt8] = []) -> String? {
        let end = slot + 2
        laws.take(TapeRecord(record: record, raw: raw, epoch: 1, start: slot, end: end))
        slot = end
        return laws.violation?.law
    }

    /// A turn in which a kill is wanted and not obeyed, or not.
    package func turn(wordIsUp: Bool = false) { laws.beginTurn(wordIsUp: wordIsUp) }

    package func killAnswered(unsentBytes: UInt32) { laws.killAnswered(unsentBytes: unsentBytes) }

    /// The law that falls when these bytes leave for `venue`.
    package func sent(_ bytes: [UInt8], to venue: Int) -> String? {
        laws.sent(venue, UInt8(ascii: "U"), bytes[...])
        return laws.violation?.law
    }
}
