import CShims
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
            var engine = recovery.engine(
                region: region,
                image: image,
                port: try Port(config),
                mailbox: mailbox,
                coldBoard: coldBoard
            )
            var clock = clock
            region.control[HotWord.tscHz] = UInt64(clock.cycles(ns: 1_000_000_000))
            engine.start(nowNs: clock.utcNs(shim_rdtsc()))
            engine.run(&clock)
        } catch {
            log.write(.error, "engine: \(error)")
            mailbox.end()
        }
    }
}
