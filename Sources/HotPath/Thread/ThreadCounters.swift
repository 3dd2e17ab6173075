import CShims

/// What the kernel counted for the calling thread. A system call: read it at the edges of a run,
/// never inside the loop.
package struct ThreadCounters: Equatable, Sendable {
    package var minorFaults: Int64
    package var majorFaults: Int64
    package var voluntarySwitches: Int64
    package var involuntarySwitches: Int64

    package static func read() -> ThreadCounters {
        var usage = shim_thread_usage()
        _ = unsafe shim_thread_usage_read(&usage)
        return ThreadCounters(
            minorFaults: usage.minor_faults,
            majorFaults: usage.major_faults,
            voluntarySwitches: usage.voluntary_switches,
            involuntarySwitches: usage.involuntary_switches
        )
    }
}
