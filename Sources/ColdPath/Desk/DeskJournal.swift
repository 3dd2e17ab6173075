import ColdCore
import Crossing
import Journal
import Vocabulary

/// The journal as the desk uses it: append, begin a sync, hear how it ended.
///
/// `fdatasync` runs on a queue of its own, so that a slow disk stops neither heartbeat nor callers;
/// at most one is out. Everything else is the desk's thread.
final class DeskJournal {
    /// What an append did.
    enum Appended: Equatable {
        case sequence(UInt64)
        /// Written before cold was restarted: already applied, too.
        case known
        /// No room in memory: the disk is away. Nothing was taken.
        case full
        case failed
    }

    enum Synced: Equatable {
        case nothing
        case running
        case done(tookNs: Int64)
        /// The disk is full; everything stays pending and is tried again.
        case noSpace(String)
        /// For good.
        case failed(String)
    }

    private var writer: JournalWriter
    private let runner: any SyncRunner
    private var ticket: JournalTicket?
    private var beganNs: Int64 = 0
    /// Monotonic ns since when the oldest record of the sync that is out waits.
    private var outNs: Int64?
    private(set) var appendError: String?
    private(set) var bytesTotal: UInt64 = 0
    let opened: String

    /// Opens the date (repairing a torn tail), then hands every entry to `visit`, in order.
    init(
        files: DeskFiles,
        reference: Reference,
        time: DeskTime,
        segmentBytes: Int,
        sync: any SyncRunner,
        visit: (Record) -> Void
    ) throws(DeskError) {
        runner = sync
        var options = JournalOptions()
        if segmentBytes > 0 { options.segmentBytes = segmentBytes }
        do {
            writer = try JournalWriter.open(
                journal: files.journals,
                tradingDate: reference.tradingDate,
                epoch: 0,
                createdNs: time.nowNs,
                imageHash: reference.imageHash,
                options: options
            )
            var opened = "\(writer.opened.entries) entries in \(writer.opened.segments) segments"
            if let tear = writer.opened.repaired {
                opened += "; cut a torn tail of \(tear.bytes) bytes off \(tear.path)"
            }
            self.opened = opened
            var reader = try JournalReader(
                journal: files.journals,
                tradingDate: reference.tradingDate
            )
            while let entry = try reader.next() {
                visit(Record(seq: entry.sequence, entry.record, raw: entry.rawBytes))
            }
        } catch {
            if case .locked = error { throw DeskError(.alreadyRunning, "\(error)") }
            throw DeskError(.badFile, "\(error)")
        }
    }

    // A sync that is out still uses the writer's descriptor.
    deinit { runner.wait() }

    /// Where the next record of the last epoch begins; `nil` for an empty date.
    var next: (epoch: UInt64, slot: UInt64)? {
        writer.lastEpoch == 0 ? nil : (writer.lastEpoch, writer.lastSlotEnd)
    }
    /// Where the ring's consumer cursor may stand.
    var durable: (epoch: UInt64, slot: UInt64) { (writer.durableEpoch, writer.durableSlotEnd) }
    /// Monotonic ns since when the oldest record not yet on disk waits; `nil` when all are there.
    var oldestNs: Int64? { outNs ?? writer.oldestNs }
    var pendingBytes: Int { writer.pendingBytes }
    var entries: UInt64 { writer.nextSequence - 1 }
    var path: String { writer.path }

    func append(
        _ bytes: UnsafeRawPointer,
        count: Int,
        epoch: UInt64,
        slot: UInt64,
        _ time: DeskTime
    ) -> Appended {
        do {
            let sequence = try writer.append(
                bytes,
                count: count,
                epoch: epoch,
                ringSlot: slot,
                nowNs: time.monotonicNs
            )
            guard let sequence else { return .known }
            bytesTotal += UInt64(count)
            return .sequence(sequence)
        } catch {
            switch error {
            case .backlog, .noSpace: return .full
            default:
                appendError = "\(error)"
                return .failed
            }
        }
    }

    func isDue(_ time: DeskTime) -> Bool { writer.isDue(nowNs: time.monotonicNs) }

    /// Hands what has gathered to the disk, if nothing is out there already.
    func begin(_ time: DeskTime) -> Synced {
        guard ticket == nil else { return .running }
        do {
            let waitsNs = writer.oldestNs
            guard let begun = try writer.beginSync() else { return .nothing }
            outNs = waitsNs
            ticket = begun
            beganNs = time.monotonicNs
            runner.start(begun)
            return .running
        } catch { return failure(error) }
    }

    /// How the sync that is out ended, if it did.
    func poll(_ time: DeskTime) -> Synced {
        guard let begun = ticket else { return .nothing }
        guard let code = runner.outcome else { return .running }
        ticket = nil
        outNs = nil
        do {
            try writer.endSync(begun, errno: code)
            return .done(tookNs: time.monotonicNs - beganNs)
        } catch { return failure(error) }
    }

    /// Waits until everything appended is durable or the disk has refused.
    func drain(_ time: DeskTime) -> Synced {
        var last = Synced.nothing
        for _ in 0..<2 {
            runner.wait()
            let ended = poll(time)
            if case .failed = ended { return ended }
            if ended != .nothing { last = ended }
            let began = begin(time)
            if began == .nothing { return last }
            if began != .running { return began }
        }
        runner.wait()
        return poll(time)
    }

    private func failure(_ error: JournalError) -> Synced {
        if case .noSpace = error { return .noSpace("\(error)") }
        return .failed("\(error)")
    }
}
