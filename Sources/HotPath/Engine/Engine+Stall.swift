import Crossing
import Vocabulary
import Wire

/// The engine stood still: a turn took too long, or the kernel ran something else between two.
/// What waited meanwhile was asked of a market that is gone (semantics.md §3.4).
struct StallGuard: BitwiseCopyable {
    /// What waited has not all been looked at: venues and feeds first, nothing new of ours.
    var isDraining = false
    /// The client message being served had waited.
    var isServingStale = false
    var turnsLeft: UInt8 = 0
    var lastTurnNs: Int64 = 0
    var recordedNs: Int64 = 0
    /// A command ring gave less than a turn takes: it is empty.
    var commandsDrained = false

    /// Turns a drain may take at most: a client that never stops sending does not prolong it.
    static var turnsMax: UInt8 { 64 }
    /// Longest a poll may wait; a turn that follows such a wait is not late.
    static var waitMaxNs: Int64 { 2_000_000 }
    /// Stalls recorded at most once in this time; the counter counts them all.
    static var recordEveryNs: Int64 { 100_000_000 }

    init() {}
}

extension Engine {
    /// At the begin of a turn: was it late?
    @inline(__always)
    mutating func watchStall() {
        let gapNs = nowNs &- stall.lastTurnNs
        let isFirst = stall.lastTurnNs == 0
        stall.lastTurnNs = nowNs
        let allowedNs = config.stallMaxNs &+ (config.mayWait ? StallGuard.waitMaxNs : 0)
        if gapNs > allowedNs, !isFirst { noteStall(gapNs) }
    }

    @inline(never)
    private mutating func noteStall(_ gapNs: Int64) {
        counters.add(.stalls, 1)
        stall.isDraining = true
        stall.commandsDrained = false
        stall.turnsLeft = StallGuard.turnsMax
        books.staleBeforeNs = nowNs
        for connection in 0..<config.connectionsMax {
            unsafe connections[connection].staleBytes = ClientConnection.allStale
        }
        guard nowNs &- stall.recordedNs >= StallGuard.recordEveryNs else { return }
        stall.recordedNs = nowNs
        begin(.pressure)
        unsafe scratch.pointee.code = RiskCode.stallGuard.rawValue
        unsafe scratch.pointee.detail = PressureStep.stalled
        unsafe scratch.pointee.value = gapNs
        unsafe commit(nil, 0)
    }

    /// At the end of a turn that drained: whose bytes from before have all been read? A connection
    /// that a poll with room to spare brought nothing of had nothing left in the kernel.
    @inline(never)
    mutating func endDrain(events count: Int) {
        stall.turnsLeft -= 1
        let isOver = stall.turnsLeft == 0
        guard isOver || count < EngineConfig.eventsMax else { return }
        var isLeft = false
        for connection in 0..<config.connectionsMax
        where unsafe connections[connection].staleBytes == ClientConnection.allStale {
            let state = unsafe connections[connection]
            if state.isOpen, state.lastReceivedNs == nowNs, !isOver {
                isLeft = true
            } else {
                let waiting = unsafe connectionBuffers[connection].pendingCount
                unsafe connections[connection].staleBytes = waiting
            }
        }
        if isOver || !isLeft && stall.commandsDrained { stall.isDraining = false }
    }
}
