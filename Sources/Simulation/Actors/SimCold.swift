import ColdCore
import Crossing
import Desk
import Glibc
import Journal

/// One life of cold: the real Desk, synchronous, with a disk that answers in virtual time.
final class SimCold {
    let desk: Desk
    let sync: SimSync

    init(_ folder: SimFolder, _ sync: SimSync, _ time: DeskTime) throws {
        self.sync = sync
        desk = try Desk(
            files: DeskFiles(stateDir: folder.state, shmDir: folder.shm),
            time: time,
            tscHz: 1_000_000_000,
            sync: sync
        )
    }
}

/// `fdatasync` that takes as long as the seed says, fails when it says so, and dies with the host.
final class SimSync: SyncRunner {
    var nowNs: Int64 = 0
    var takesNs: Int64 = 100_000
    /// The next one fails, and what it was to write is gone.
    var fails = false
    private var ticket: JournalTicket?
    private var dueNs: Int64 = 0
    private var result: Int32 = 0
    /// Slot behind the last record made durable, by epoch; and the last journal sequence.
    private(set) var durable: [UInt64: UInt64] = [:]
    private(set) var durableSequence: UInt64 = 0

    func start(_ ticket: JournalTicket) {
        self.ticket = ticket
        dueNs = nowNs + takesNs
    }

    var outcome: Int32? {
        guard nowNs >= dueNs else { return nil }
        complete()
        return result
    }

    func wait() {
        dueNs = nowNs
        complete()
    }

    /// A writer that opened the journal has made all of it durable.
    func opened(_ entries: UInt64) { durableSequence = max(durableSequence, entries) }

    /// The machine stops: what was on its way to the disk never gets there.
    func vanish() { ticket = nil }

    private func complete() {
        guard let done = ticket else { return }
        ticket = nil
        result = fails ? EIO : done.sync()
        fails = false
        guard result == 0 else { return }
        durable[done.epoch] = max(durable[done.epoch] ?? 0, done.slotEnd)
        durableSequence = max(durableSequence, done.sequence)
    }
}
