/// Why a measurement did not take place. One line each, naming the value and what would be right.
package enum BenchError: Error, Equatable, CustomStringConvertible {
    case clock(String)
    case cpus(String)
    case system(what: String, errno: Int32)
    /// Nobody answered in time: which step, of which contender.
    case stuck(String)
    case engine(String)
    case file(path: String, errno: Int32)

    package var description: String {
        switch self {
        case .clock(let found):
            "clock: \(found); latency is measured with an invariant TSC as clocksource only"
        case .cpus(let found): "--cpus \(found): two CPUs of this machine are needed, as in 0,1"
        case .system(let what, let errno): "\(what) failed, errno \(errno)"
        case .stuck(let what): "no answer within ten seconds: \(what)"
        case .engine(let what): "engine: \(what)"
        case .file(let path, let errno): "cannot write \(path), errno \(errno)"
        }
    }
}
