import CShims
import Crossing
import Vocabulary

/// The edge of the engine: the clock and the kernel. Everything it reads it hands in.
extension Engine {
    /// Runs until the admin thread says stop. Engine thread only; the whole of it is the hot path.
    ///
    /// Not marked `@_noLocks @_noAllocation`: the compiler takes the copy of a `~Escapable` wire view
    /// for reference counting. The proof is the walk of the linked binary from this function.
    @inline(never)
    package mutating func run(_ clock: inout TSCClock) {
        while !mailbox.isStopWanted {
            let count = unsafe port.poll(
                into: events,
                max: EngineConfig.eventsMax,
                mayWait: config.mayWait && !leftOver
            )
            let tsc = shim_rdtsc()
            turn(nowNs: clock.utcNs(tsc), events: count)
            let after = shim_rdtsc()
            noteTurn(clock.durationNs(cycles: after &- tsc))
            mailbox.beat(tsc: after)
            control[HotWord.heartbeat] = after
            if let sample = mailbox.nextClockSample() { adopt(sample, &clock) }
        }
        port.flush()
        mailbox.end()
    }

    @inline(__always)
    private mutating func noteTurn(_ elapsedNs: Int64) {
        turns &+= 1
        counters.set(.turns, turns)
        counters.max(.turnNsMax, UInt64(max(0, elapsedNs)))
        // What waited through a stall is old: feeds and venues first, then refuse it (§3.4).
        stalled = elapsedNs > config.stallMaxNs
        if stalled { counters.add(.stalls, 1) }
    }

    /// Recalibration is an input, recorded like any other (semantics.md §7).
    private mutating func adopt(_ sample: ClockSample, _ clock: inout TSCClock) {
        let offset = clock.recalibrate(sample)
        guard offset != 0 else { return }
        begin(.clock)
        unsafe scratch.pointee.value = offset
        unsafe commit(nil, 0)
    }
}
