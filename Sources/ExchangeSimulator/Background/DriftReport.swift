package import Vocabulary

/// How far a simulated day has left the recorded one.
package struct DriftReport: Equatable, Sendable {
    /// Recorded messages that touch an order: A F E C X D U, and P.
    package internal(set) var events = 0
    /// Of those, how many did something else here than in the recording.
    package internal(set) var altered = 0
    /// Recorded aggressors' quantity that found nobody any more.
    package internal(set) var droppedQty = OrderQty.zero
    /// Recorded cancels' quantity that was no longer there.
    package internal(set) var clippedQty = OrderQty.zero
    /// References the recording never added.
    package internal(set) var unknownRefs = 0
    /// Messages of the recording that could not be read.
    package internal(set) var malformed = 0
    /// Traded with an order of ours on either side, and by anyone.
    package internal(set) var ownVolume = OrderQty.zero
    package internal(set) var totalVolume = OrderQty.zero
    /// Bytes behind the last whole message of the file.
    package internal(set) var truncatedBytes = 0

    package init() {}
}

extension DriftReport: CustomStringConvertible {
    package var description: String {
        """
        drift: \(events) recorded events, \(altered) altered (\(share(altered, events))); \
        our volume \(ownVolume.units) of \(totalVolume.units) \
        (\(share(Int(ownVolume.units), Int(totalVolume.units)))); \
        dropped \(droppedQty.units), clipped \(clippedQty.units), unknown refs \(unknownRefs), \
        malformed \(malformed), truncated bytes \(truncatedBytes)
        """
    }

    private func share(_ part: Int, _ whole: Int) -> String {
        guard whole > 0 else { return "0.0 %" }
        let tenths = part * 1000 / whole
        return "\(tenths / 10).\(tenths % 10) %"
    }
}
