import ColdCore
import Crossing
import Desk
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

/// `fdatasync` that takes as long as the seed says.
final class SimSync: SyncRunner {
    var nowNs: Int64 = 0
    var takesNs: Int64 = 100_000
    private var ticket: JournalTicket?
    private var dueNs: Int64 = 0
    private var result: Int32 = 0
    /// Slot behind the last record made durable, by epoch.
    private(set) var durable: [UInt64: UInt64] = [:]

    func start(_ ticket: JournalTicket) {
        self.ticket = ticket
        result = ticket.sync()
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

    private func complete() {
        guard let done = ticket else { return }
        ticket = nil
        if result == 0 { durable[done.epoch] = max(durable[done.epoch] ?? 0, done.slotEnd) }
    }
}
