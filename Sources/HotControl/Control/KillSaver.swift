import CShims
import Glibc
import Synchronization

/// Writes `kill.pending` on a thread of its own, one write at a time: a disk that takes seconds must
/// not keep the next kill waiting at the socket, nor whoever gave this one without an answer.
///
/// Admin thread only; the thread it starts sees nothing but its own job.
final class KillSaver {
    enum Outcome: Equatable {
        case durable
        case failed(KillFileError)
        /// It is still being written.
        case late
    }

    private final class Job: Sendable {
        let path: String
        let kills: [PendingKill]
        let outcome = Mutex<Outcome>(.late)

        init(_ path: String, _ kills: [PendingKill]) {
            self.path = path
            self.kills = kills
        }

        func run() {
            var found = Outcome.durable
            do throws(KillFileError) {
                try KillFile.write(path, kills)
            } catch {
                found = .failed(error)
            }
            outcome.withLock { $0 = found }
        }
    }

    private let path: String
    private var running: Job?
    /// What is to be written once the job that runs has ended: the newest alone.
    private var next: [PendingKill]?
    private var last = Outcome.durable

    init(path: String) { self.path = path }

    /// Begins to write this, or as soon as the write that runs has ended.
    func begin(_ kills: [PendingKill]) {
        next = kills
        advance()
    }

    /// What became of the newest write; `.late` while it, or one before it, runs.
    var outcome: Outcome {
        advance()
        return running == nil && next == nil ? last : .late
    }

    /// Waits at most so long for the newest write.
    func outcome(withinNs: Int64) -> Outcome {
        let untilNs = ClockNow.monotonicNs() + withinNs
        var pause = timespec(tv_sec: 0, tv_nsec: 100_000)
        var found = outcome
        while found == .late, ClockNow.monotonicNs() < untilNs {
            unsafe nanosleep(&pause, nil)
            found = outcome
        }
        return found
    }

    private func advance() {
        if let job = running {
            let found = job.outcome.withLock { $0 }
            guard found != .late else { return }
            last = found
            running = nil
        }
        guard let kills = next else { return }
        next = nil
        start(Job(path, kills))
    }

    private func start(_ job: Job) {
        running = job
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let given = unsafe Unmanaged.passRetained(job)
        let code = unsafe pthread_create(
            &thread,
            &attributes,
            { given in
                if let given = unsafe given {
                    unsafe Unmanaged<Job>.fromOpaque(given).takeRetainedValue().run()
                }
                return nil
            },
            given.toOpaque()
        )
        unsafe pthread_attr_destroy(&attributes)
        guard code != 0 else { return }
        // No thread to be had: it is written here, however long that takes.
        unsafe given.release()
        job.run()
    }
}
