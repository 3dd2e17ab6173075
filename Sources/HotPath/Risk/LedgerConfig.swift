package import Crossing
import Vocabulary

/// What a ledger is built from: the rows of the hot image, and the sizes derived from them.
/// Read once at start, never on the hot path.
package struct LedgerConfig: Sendable {
    package var header = ImageHeader()
    package var venues: [ImageVenue] = []
    package var instruments: [ImageInstrument] = []
    package var accounts: [ImageAccount] = []
    package var strategies: [ImageStrategy] = []
    package var clients: [ImageClient] = []
    /// What the date begins with.
    package var holdings: [ImageHolding] = []
    package var latches: [ImageLatch] = []

    /// Production: a required limit that is absent refuses with 109. Vectors: it is off.
    package var missingLimitRefuses = true

    /// Orders live at once. From the image.
    package var ordersMax: Int
    /// Ended orders kept for late fills: 4 × ordersMax, a day's tail at one order in five live.
    package var endedMax: Int
    /// Fills kept for repeats and busts: 4 × ordersMax + endedMax.
    package var fillsMax: Int
    /// Numbers of ours remembered after their orders are forgotten: 64 × ordersMax, at least 4 096,
    /// at most a million (32 MiB).
    package var numbersMax: Int
    /// Accepted orders inside the duplicate window: one second at 65 536 orders a second.
    package var duplicatesMax: Int = 65_536
    /// Algos' parents in a day and routed clients' orders at once, the late ones among those that are
    /// over included; the next one is refused with 506.
    package var parentsMax: Int = 65_536
    /// Executions a strategy may have inside its window and still be counted exactly.
    package var executionsMax: Int

    package init(header: ImageHeader) {
        self.header = header
        ordersMax = max(1, Int(header.ordersMax))
        endedMax = 4 * ordersMax
        fillsMax = 8 * ordersMax
        numbersMax = min(max(64 * ordersMax, 4_096), 1 << 20)
        executionsMax =
            header.executionsMax > 0 ? Int(min(header.executionsMax, 4_096)) : 0
    }
}

extension LedgerConfig {
    /// Everything the checked image says.
    package init(_ image: HotImageView) {
        self.init(header: image.header)
        venues = (0..<image.venueCount).map { image.venue($0) }
        instruments = (0..<image.instrumentCount).map { image.instrument($0) }
        accounts = (0..<image.accountCount).map { image.account($0) }
        strategies = (0..<image.strategyCount).map { image.strategy($0) }
        clients = (0..<image.clientCount).map { image.client($0) }
        holdings = (0..<image.holdingCount).map { image.holding($0) }
        latches = (0..<image.latchCount).map { image.latch($0) }
    }
}
