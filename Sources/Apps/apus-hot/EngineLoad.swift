import Crossing
import HotControl
import HotPath
import Recovery
import Vocabulary

/// What the engine thread needs to begin, carried over to it once.
///
/// `@unchecked Sendable`: filled on the main thread before the engine thread exists, emptied by
/// the engine thread alone.
final class EngineLoad: @unchecked Sendable {
    private var recovery: Recovery?
    private let image: HotImageView
    private let mailbox: Mailbox
    private let coldBoard: ColdBoard
    private let clock: TSCClock
    private let hotPath: String
    private let log: AdminLog

    init(
        recovery: consuming Recovery,
        image: HotImageView,
        mailbox: Mailbox,
        coldBoard: ColdBoard,
        clock: TSCClock,
        hotPath: String,
        log: AdminLog
    ) {
        self.recovery = .some(recovery)
        self.image = image
        self.mailbox = mailbox
        self.coldBoard = coldBoard
        self.clock = clock
        self.hotPath = hotPath
        self.log = log
    }

    /// Engine thread: builds port, books and engine here, because the ring belongs to its creator,
    /// then loops until the admin thread says stop.
    func run() {
        guard let recovery = recovery.take() else { return }
        let header = image.header
        var config = PortConfig(clientConnections: Int(header.clientConnectionsMax))
        config.transport = PortConfig.Transport(rawValue: header.transport) ?? .automatic
        config.idle = header.idle == 0 ? .spin : .yield
        do {
            let region = try HotRegion.attach(path: hotPath, writable: true)
            let port = try Port(config)
            mailbox.publish(.transport, Int64(port.activeTransport.rawValue))
            mailbox.publish(.epoch, Int64(truncatingIfNeeded: region.epoch))
            let symbols = (0..<image.instrumentCount).map { subscribed($0) }
            // The image counts all books together; each venue and each side has its fixed share.
            let sides = max(1, symbols.count { $0 != .blank } * image.venueCount * 2)
            let books = Books(
                venueCount: image.venueCount,
                symbols: symbols,
                ordersMax: max(1, Int(header.bookOrdersMax) / image.venueCount),
                levelsMax: max(16, Int(header.bookLevelsMax) / sides)
            )
            let parts = recovery.parts(
                config: EngineConfig(header, epoch: UInt32(truncatingIfNeeded: region.epoch)),
                image: image,
                books: books,
                port: port,
                mailbox: mailbox,
                coldBoard: coldBoard
            )
            var engine = Engine(parts, region: region)
            var clock = clock
            region.control[HotWord.tscHz] = UInt64(clock.cycles(ns: 1_000_000_000))
            engine.start(clock)
            engine.run(&clock)
        } catch {
            log.write(.error, "engine: \(error)")
            mailbox.end()
        }
    }

    private func subscribed(_ index: Int) -> Symbol {
        let entry = image.instrument(index)
        return entry.subscribed != 0 ? entry.symbol : .blank
    }
}
