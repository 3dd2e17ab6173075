import Vocabulary

/// Chooses the one venue of an order: the directed one, else the best displayed price on the side
/// the order would take, ties by configured order (DESIGN §5).
enum Router {
    /// What the router knows of one venue when it looks.
    struct Candidate: BitwiseCopyable {
        var venue: UInt8
        /// Displayed price the order would meet; zero when there is none.
        var opposite: Price
    }

    /// True when `candidate` beats `best` for `side`. A displayed price beats none; a tie keeps
    /// the venue configured first.
    @inline(__always)
    static func beats(_ candidate: Candidate, _ best: Candidate, side: Side) -> Bool {
        if candidate.opposite.units == 0 { return false }
        if best.opposite.units == 0 { return true }
        return side.isBuy
            ? candidate.opposite < best.opposite : candidate.opposite > best.opposite
    }
}
