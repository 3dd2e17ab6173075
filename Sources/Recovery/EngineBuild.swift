package import Crossing
package import HotPath
import Vocabulary

extension Recovery {
    /// The engine over the state that was found; this value is used up. Engine thread: the port's
    /// ring belongs to its creator.
    package consuming func engine(
        region: borrowing HotRegion,
        image: HotImageView,
        port: consuming Port,
        mailbox: Mailbox,
        coldBoard: ColdBoard,
        feedConfig: FeedConfig = FeedConfig()
    ) -> Engine {
        mailbox.publish(.transport, Int64(port.activeTransport.rawValue))
        mailbox.publish(.epoch, Int64(truncatingIfNeeded: region.epoch))
        let header = image.header
        let symbols = (0..<image.instrumentCount).map { index in
            let entry = image.instrument(index)
            return entry.subscribed != 0 ? entry.symbol : .blank
        }
        // The image counts all books together; each venue and each side has its fixed share.
        let sides = max(1, symbols.count { $0 != .blank } * image.venueCount * 2)
        let books = Books(
            venueCount: image.venueCount,
            symbols: symbols,
            ordersMax: max(1, Int(header.bookOrdersMax) / image.venueCount),
            levelsMax: max(16, Int(header.bookLevelsMax) / sides)
        )
        let parts = parts(
            config: EngineConfig(header, epoch: UInt32(truncatingIfNeeded: region.epoch)),
            image: image,
            books: books,
            port: port,
            mailbox: mailbox,
            coldBoard: coldBoard,
            feedConfig: feedConfig
        )
        return Engine(parts, region: region)
    }
}
