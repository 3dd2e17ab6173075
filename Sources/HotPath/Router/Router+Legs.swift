import Vocabulary

// Routed mode: one client order becomes up to sixteen venue orders (semantics.md §5.2).
extension Router {
    struct Leg: BitwiseCopyable {
        var venue: UInt8 = 0xFF
        var qty = OrderQty.zero
    }

    /// Where an order goes and how much of it; at least one leg once it is decided.
    struct Legs {
        private var legs = InlineArray<16, Leg>(repeating: Leg())
        private(set) var count = 0

        init() {}

        /// All of it to one venue.
        init(_ venue: UInt8, _ qty: OrderQty) { add(venue, qty) }

        subscript(index: Int) -> Leg { legs[index] }

        mutating func add(_ venue: UInt8, _ qty: OrderQty) {
            guard count < 16 else { return }
            legs[count] = Leg(venue: venue, qty: qty)
            count += 1
        }

        mutating func enlargeFirst(by qty: OrderQty) { legs[0].qty = legs[0].qty + qty }
    }

    /// The displayed price is there and inside the order's limit; a market order reaches any.
    static func reaches(_ candidate: Candidate, _ order: OrderIntent, _ side: Side) -> Bool {
        guard candidate.opposite.units > 0 else { return false }
        if order.ordType == OrdType.market.rawValue { return true }
        return side.isBuy ? candidate.opposite <= order.px : candidate.opposite >= order.px
    }
}
