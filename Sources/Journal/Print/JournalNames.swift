package import Crossing
internal import Vocabulary

/// Words for the indexes that records carry. Without a configuration image there are none, and
/// indexes are printed as they are.
package struct JournalNames: Sendable {
    package var venues: [String] = []
    package var symbols: [String] = []
    package var accounts: [String] = []
    package var strategies: [String] = []
    package var clients: [String] = []
    /// Login of our port at each venue.
    package var venueUsers: [String] = []

    package init() {}

    package init(image: HotImageView) {
        venues = (0..<image.venueCount).map { image.venue($0).name.description }
        venueUsers = (0..<image.venueCount).map { image.venue($0).user.description }
        symbols = (0..<image.instrumentCount).map { image.instrument($0).symbol.description }
        accounts = (0..<image.accountCount).map { image.account($0).name.description }
        strategies = (0..<image.strategyCount).map { image.strategy($0).name.description }
        clients = (0..<image.clientCount).map { image.client($0).user.description }
    }

    /// A venue in a sentence: its name, "venue 3" without one.
    package func venue(_ index: UInt8) -> String {
        Int(index) < venues.count ? venues[Int(index)] : "venue \(index)"
    }

    /// The name at `index`; the index itself without a name; `nil` when `index` is `absent`.
    package func name(_ index: Int, in table: [String], absent: Int) -> String? {
        if index == absent { return nil }
        return index < table.count ? table[index] : String(index)
    }
}
