import CShims
import Crossing
import Vocabulary

/// The edge of the engine: the clock and the kernel. Everything it reads it hands in.
extension Engine {
    /// Records that the engine runs, before it hears anything; refuses the gate when the region of
    /// a former run was lost, or starts die at the same message, and a person must arm.
    package mutating func start(nowNs now: Int64) {
        nowNs = now
        port.prefault()
        tellDay()
        tellUntold()
        recordStart()
        settleParents()
        guard !firmArmed else { return }
        if Int(crashLoopVenue) < config.venueCount {
            begin(.session)
            unsafe scratch.pointee.detail = SessionEvent.crashLoop.rawValue
            unsafe scratch.pointee.venue = crashLoopVenue
            unsafe scratch.pointee.value = Int64(clamping: ledger.appliedSeq(crashLoopVenue))
            unsafe commitUrgently(nil, 0)
        }
        begin(.kill)
        unsafe scratch.pointee.detail = UInt32(KillScope.firm.rawValue)
        unsafe scratch.pointee.flags = .incident
        unsafe commitUrgently(nil, 0)
        endTriggers()
    }

    /// A ring that a former run left full has room for this at least; if not, it is said later.
    mutating func recordStart() {
        begin(.session)
        unsafe scratch.pointee.detail = SessionEvent.engineStarted.rawValue
        unsafe scratch.pointee.value = Int64(regionsLost)
        unsafe scratch.pointee.feedSeq = UInt64(config.epoch)
        startUnrecorded = unsafe !commitUrgently(nil, 0)
    }

    /// One step with time handed in: what tests and replay drive, in one thread.
    package mutating func pollAndTurn(nowNs: Int64) {
        let count = unsafe port.poll(into: events, max: EngineConfig.eventsMax, mayWait: false)
        turn(nowNs: nowNs, events: count)
    }

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
            endTurn(&clock, from: tsc, to: shim_rdtsc())
        }
        port.flush()
        mailbox.end()
    }

    /// What follows every turn: how long it took, that we live, and what the clock ought to show.
    /// `began` is the TSC when the turn's events had been taken, `after` the TSC now.
    @inline(__always)
    package mutating func endTurn(_ clock: inout TSCClock, from began: UInt64, to after: UInt64) {
        noteTurn(clock.durationNs(cycles: after &- began))
        let shown = clock.utcNs(after)
        mailbox.beat(ClockSample(tsc: after, utcNs: shown))
        control[HotWord.heartbeat] = after
        control[HotWord.engineNs] = UInt64(bitPattern: shown)
        if let sample = mailbox.nextClockSample() { adopt(sample, &clock, after) }
    }

    @inline(__always)
    package mutating func noteTurn(_ elapsedNs: Int64) {
        turns &+= 1
        counters.set(.turns, turns)
        counters.max(.turnNsMax, UInt64(max(0, elapsedNs)))
    }

    /// Recalibration is an input, recorded like any other (semantics.md §7).
    private mutating func adopt(
        _ sample: ClockSample,
        _ clock: inout TSCClock,
        _ shownTsc: UInt64
    ) {
        let offset = clock.recalibrate(sample, at: shownTsc)
        guard offset != 0 else { return }
        begin(.clock)
        unsafe scratch.pointee.value = offset
        unsafe commit(nil, 0)
    }
}
