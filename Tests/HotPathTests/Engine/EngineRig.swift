import Crossing
import Glibc
import HotPath
import Vocabulary
import Wire

/// A whole engine in the test's own thread: real port, real shared files, sockets of this process
/// at the other ends, and time handed in. One turn is one call.
final class EngineRig {
    static let second: Int64 = 1_000_000_000

    private let folder: String
    let view: HotImageView
    let region: HotRegion
    let cold: ColdRegion
    let mailbox: Mailbox
    let board = ColdBoard()
    var engine: Engine
    private var port: Int32 = -1
    let events: UnsafeMutablePointer<PortEvent>
    var nowNs: Int64 = 1_700_000_000 * EngineRig.second
    private var beat: UInt64 = 1
    /// Cold's heartbeat changes every turn.
    var coldLives: Bool
    /// Next feed sequence of each venue.
    var feedSequences: [Int: UInt64] = [:]
    var nextReference: UInt64 = 0
    /// Our ends of the sockets, by slot.
    var peers: [Int: PeerSocket] = [:]

    init(
        transport: PortConfig.Transport = .sockets,
        venues: Int = 1,
        auditSlots: Int = 65_536,
        storeMessages: Int = 16_384,
        coldLives: Bool = true,
        change: (inout HotImageWriter) -> Void = { _ in }
    ) throws {
        self.coldLives = coldLives
        var template = Array("/dev/shm/apus-rig-XXXXXX".utf8CString)
        folder = template.withUnsafeMutableBufferPointer { buffer in
            mkdtemp(buffer.baseAddress!).map { String(cString: $0) } ?? ""
        }
        chmod(folder, 0o750)
        let image = RigImage.bytes(venues: venues, change: change)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: image.count, alignment: 64)
        image.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        let view = try HotImageView(memory, count: image.count)
        self.view = view
        region = try HotRegion.create(
            path: folder + "/hot.shm",
            sizes: HotRegionSizes(
                auditSlots: auditSlots,
                telemetrySlots: 1024,
                instruments: view.instrumentCount,
                venues: view.venueCount,
                clients: view.clientCount,
                storeBytes: 1 << 20,
                storeMessages: storeMessages,
                imageBytes: image.count
            ),
            epoch: 1,
            createdNs: nowNs
        )
        cold = try ColdRegion.create(
            path: folder + "/cold.shm",
            sizes: ColdRegionSizes(commandSlots: 64, instruments: view.instrumentCount),
            epoch: 1,
            createdNs: nowNs,
            auditEpoch: 1
        )
        mailbox = Mailbox(slots: 64 + Int(view.header.clientConnectionsMax))
        var config = PortConfig(clientConnections: Int(view.header.clientConnectionsMax))
        config.transport = transport
        config.idle = .spin
        let ledger = Ledger(LedgerConfig(view))
        let names = OrderNames(capacity: ledger.pool.capacity)
        let instruments = view.instrumentCount
        let parts = EngineParts(
            config: EngineConfig(view.header, epoch: 1),
            image: view,
            ledger: ledger,
            names: names,
            books: Books(
                venueCount: view.venueCount,
                symbols: (0..<instruments).map { view.instrument($0).symbol },
                ordersMax: 1024,
                levelsMax: 64
            ),
            port: try Port(config),
            mailbox: mailbox,
            coldBoard: board,
            restored: RestoredSessions()
        )
        engine = Engine(parts, region: region)
        events = .allocate(capacity: EngineConfig.eventsMax)
        board.post(ColdView(cold))
        turn()
    }

    deinit {
        for peer in peers.values { close(peer.fd) }
        for name in ["/hot.shm", "/cold.shm"] { unlink(folder + name) }
        rmdir(folder)
    }

    /// Cold has read all there is to read.
    func drainAudit() {
        cold.control[ColdWord.auditCursor] = region.audit.position
    }

    /// One turn a millisecond later.
    func turn() {
        nowNs += 1_000_000
        if coldLives { beat += 1 }
        cold.control[ColdWord.heartbeat] = beat
        engine.pollAndTurn(nowNs: nowNs)
    }

    func turns(_ count: Int) { for _ in 0..<count { turn() } }

    /// Feed line A of a venue.
    func connectFeed(_ venue: Int = 0) -> PeerSocket {
        connect(slot: SlotMap.feedA + venue, datagram: true)
    }

    /// Connects a pair of sockets at `slot` and returns our end.
    @discardableResult
    func connect(slot: Int, datagram: Bool = false) -> PeerSocket {
        var ends: [Int32] = [-1, -1]
        let type = datagram ? SOCK_DGRAM.rawValue : SOCK_STREAM.rawValue
        let made = socketpair(AF_UNIX, Int32(type | SOCK_NONBLOCK.rawValue), 0, &ends)
        precondition(made == 0)
        let handover = SocketHandover(slot: UInt16(slot), isDatagram: datagram, fd: ends[0])
        _ = mailbox.handovers.push(handover)
        let peer = PeerSocket(fd: ends[1])
        peers[slot] = peer
        turns(2)
        return peer
    }

    /// Our end closes; the engine notices within a few turns.
    func hangUp(slot: Int) {
        if let peer = peers.removeValue(forKey: slot) { close(peer.fd) }
        turns(3)
        while mailbox.nextRelease() != nil {}
    }

    /// A venue that is logged in, reconciled and open.
    func openVenue(_ venue: Int = 0) -> PeerSocket {
        let peer = connect(slot: venue)
        _ = peer.packets()
        peer.send(Soup.LoginAccepted(session: Alpha10("RIGDAY")!, sequenceNumber: 1))
        turns(2)
        for packet in peer.packets() where packet.type == UInt8(ascii: "U") {
            if packet.payload[0] == UInt8(ascii: "C") {
                peer.sendSequenced { target in
                    OUCH.MassCancelResponse(
                        timestampNs: 1,
                        userRefNum: packet.big32(at: 1),
                        firm: Alpha4("TEST")!,
                        symbol: .blank
                    ).write(to: target)
                }
            } else if packet.payload[0] == UInt8(ascii: "Q") {
                peer.sendSequenced { target in
                    OUCH.AccountQueryResponse(timestampNs: 1, nextUserRefNum: 2).write(to: target)
                }
            }
        }
        turns(2)
        return peer
    }

    /// A logged-in client.
    func openClient(_ connection: Int, user: String, sequence: UInt64 = 1) -> PeerSocket {
        let peer = connect(slot: SlotMap.firstClient + connection)
        peer.send(
            Soup.LoginRequest(
                username: Name(user)!,
                password: Name("secret")!,
                requestedSequenceNumber: sequence
            )
        )
        turns(3)
        return peer
    }

    /// Every record written so far, in order.
    func records() -> [AuditRecord] {
        var reader = AuditReader(ring: region.audit, from: 0, owns: true)
        let room = UnsafeMutableRawPointer.allocate(byteCount: 512, alignment: 64)
        defer { room.deallocate() }
        var found: [AuditRecord] = []
        while case .record = reader.next(into: room) {
            found.append(room.load(as: AuditRecord.self))
        }
        return found
    }
}
