import CShims
import Crossing
import Vocabulary

/// What may be dropped and is never decided on: hops of our orders, public trades.
extension Engine {
    /// Remembers the hops of the order just recorded; told after this turn's flush.
    @inline(__always)
    mutating func noteHops(_ orderID: ClOrdID, _ intent: OrderIntent) {
        guard hopCount < EngineConfig.hopsPerTurn else { return }
        let sample = unsafe hops + hopCount
        unsafe sample.pointee.kind = .hops
        unsafe sample.pointee.venue = intent.venue
        unsafe sample.pointee.instrument = intent.instrument
        unsafe sample.pointee.t = nowNs
        unsafe sample.pointee.px = intent.px
        unsafe sample.pointee.qty = intent.qty
        unsafe sample.pointee.orderID = orderID
        unsafe sample.pointee.tscReceived = tscReceived
        unsafe sample.pointee.tscDecoded = scratch.pointee.tscDecoded
        unsafe sample.pointee.tscDecided = scratch.pointee.tscDecided
        unsafe sample.pointee.tscRecorded = scratch.pointee.tscRecorded
        hopCount += 1
    }

    /// The orders of this turn are with the kernel.
    @inline(__always)
    mutating func tellHops() {
        guard hopCount > 0 else { return }
        let submitted = shim_rdtsc()
        for index in 0..<hopCount {
            unsafe hops[index].tscSubmitted = submitted
            unsafe telemetry.append(hops + index)
        }
        hopCount = 0
        counters.set(.telemetryDropped, telemetry.dropped)
        ledger.prefetchNext()
    }

    /// A public trade of a subscribed symbol.
    @inline(__always)
    mutating func tellTrade(_ line: QuoteLine) {
        var trade = TelemetryRecord()
        trade.kind = .trade
        trade.venue = line.venue
        trade.instrument = line.instrument
        trade.t = line.t
        trade.px = line.lastPx
        trade.qty = line.lastQty
        unsafe telemetry.append(&trade)
    }
}
