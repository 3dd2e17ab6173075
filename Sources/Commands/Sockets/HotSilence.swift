internal import Crossing
internal import Glibc
internal import Settings

/// Hot is there and does not answer: what has happened, what holds, what to do next. The kernel
/// keeps a request until hot reads it, and a kill is the first it obeys; with hot it ends. What is
/// an order of its moment hot refuses when it reads it late.
struct HotSilence {
    let path: String
    let verb: ControlFrame.Verb
    /// Who listens on the socket; 0 when the kernel does not say.
    let pid: pid_t
    let timeoutMs: Int

    var failure: Failure {
        let who = pid > 0 ? "hot (pid \(pid))" : "hot"
        let waited = Format.duration(Int64(timeoutMs) * 1_000_000)
        let went = "\(path): \(who) has not answered in \(waited)"
        let stands = isStopped ? "it is stopped (`kill -CONT \(pid)` lets it run)" : "it is busy"
        let next = pid > 0 ? "`kill -KILL \(pid)`" : "ending its process"
        switch verb {
        case .kill, .hardKill:
            return Failure(
                .notRunning,
                "\(went): \(stands). The kill waits at its socket and is obeyed before anything "
                    + "else as soon as it runs. To stop now: \(next) (its venues then cancel what "
                    + "lives), and give the kill again: a kill hot has not read ends with it"
            )
        case .status, .orderList, .triggerList, .limitShow, .latchShow, .none:
            return Failure(.notRunning, "\(went): \(stands)")
        default:
            let then = verb.isDoneAtAnyAge ? "is done once it runs" : "is refused when it does"
            return Failure(
                .notRunning,
                "\(went): \(stands). What was asked waits at its socket and \(then)"
            )
        }
    }

    /// It went while somebody waited: whether it had begun, its own record alone tells.
    var ended: Failure {
        let went = "\(path): hot ended, or closed the connection, before it had answered"
        let records = "`apus journal print --kind"
        let next =
            switch verb {
            case .orderNew, .orderReplace:
                "the order may have been taken and sent: before it is asked for again, see `apus order "
                    + "list` and `apus order why ID` once hot is up, or \(records) new --kind replaceReq`"
            case .kill, .hardKill:
                "the kill may not have been obeyed: `apus status` says KILLED once it holds; give it "
                    + "again when hot is up"
            case .orderCancel, .massCancel:
                "the cancel may not have been sent: see `apus order list` once hot is up, and ask again"
            case .stop, .hang: "`apus status` says whether it is up"
            default:
                verb.isLook
                    ? "`apus status` says whether it is up"
                    : "it may have been done: before it is asked for again, see \(records) operator "
                        + "--kind \(verb == .limitSet ? "limit" : verb == .arm ? "arm" : "adjust")`"
            }
        return Failure(.notRunning, "\(went); \(next)")
    }

    private var isStopped: Bool { pid > 0 && ProcessState.isStopped(pid) }
}

extension ControlFrame.Verb {
    /// Asks how things are, and changes nothing.
    var isLook: Bool {
        switch self {
        case .status, .orderList, .triggerList, .limitShow, .latchShow, .none: true
        default: false
        }
    }
}

extension ControlFrame.Verb {
    /// How long an answer may take: who only looks is answered by the admin thread at once, what the
    /// engine has to do within a second; an end waits for its cancels.
    var patienceMs: Int {
        switch self {
        case .stop, .hang, .hardKill: 10_000
        default: isLook ? 2_000 : 3_000
        }
    }
}

enum ProcessState {
    /// SIGSTOP, or a debugger: it is there, and does nothing.
    static func isStopped(_ pid: pid_t) -> Bool {
        guard let bytes = try? FileBytes.read("/proc/\(pid)/stat") else { return false }
        // "pid (name) STATE …", where the name may hold anything.
        let text = String(decoding: bytes, as: UTF8.self)
        let state = text.split(separator: ")").last?.first { $0 != " " }
        return state == "T" || state == "t"
    }
}
