import Dispatch
package import Journal
import Synchronization

/// Where `fdatasync` runs: a thread of its own, or, in a simulation, nowhere but in its time.
///
/// Desk's thread calls; at most one ticket is out.
package protocol SyncRunner: AnyObject {
    func start(_ ticket: JournalTicket)
    /// errno of the ticket that was started last, 0 when it is durable; `nil` while it runs.
    var outcome: Int32? { get }
    /// Returns once nothing runs.
    func wait()
}

/// A queue of its own, so that a slow disk stops neither heartbeat nor callers.
package final class SyncThread: SyncRunner {
    private let queue = DispatchQueue(label: "journal sync")
    private let word = Word()

    /// An errno; one writer at a time.
    private final class Word: Sendable {
        static let running = -1
        let value = Atomic<Int>(0)
    }

    package init() {}

    package func start(_ ticket: JournalTicket) {
        word.value.store(Word.running, ordering: .releasing)
        queue.async { [word] in
            word.value.store(Int(ticket.sync()), ordering: .releasing)
        }
    }

    package var outcome: Int32? {
        let value = word.value.load(ordering: .acquiring)
        return value == Word.running ? nil : Int32(truncatingIfNeeded: value)
    }

    package func wait() { queue.sync {} }
}
