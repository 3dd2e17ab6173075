import Crossing
import HotPath
import Vocabulary

/// A ring that has once had no room for a record.
extension Simulation {
    /// Law L23: behind a record that found no room nothing is written but kills and pressure until
    /// hot says that there is room again; what is missing is the end of the ring, never a middle.
    func judgeFullRing(_ hot: SimHot, _ records: [TapeRecord]) {
        let unwritten = hot.region.counters.get(.recordsUnwritten)
        defer { unwrittenSeen = unwritten }
        var hasLeft = false
        for entry in records where isRingFull {
            switch entry.record.kind {
            case .pressure where entry.record.detail == PressureStep.roomAgain:
                (isRingFull, hasLeft) = (false, true)
            case .kill, .pressure: break
            default:
                laws.fail(
                    "L23",
                    "\(entry.record.kind.name) recorded behind one that found no room"
                )
            }
        }
        if unwritten != unwrittenSeen, !hasLeft { isRingFull = true }
    }
}
