import Crossing
import Glibc
import HotPath
import Recovery
import Vocabulary
import Wire

/// A whole engine in the test's own thread: real port, real shared files, sockets of this process
/// at the other ends, and time handed in. One turn is one call.
final class EngineRig {
    static let second: Int64 = 1_000_000_000

    private let folder: String
    private let portConfig: PortConfig
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
    /// Our ends of the sockets, by slot, and the engine's.
    var peers: [Int: PeerSocket] = [:]
    private var engineEnds: [Int: Int32] = [:]

    init(
        transport: PortConfig.Transport = .sockets,
        venues: Int = 1,
        auditSlots: Int = 65_536,
        storeMessages: Int = 16_384,
        storeBytes: Int = 1 << 20,
        coldLives: Bool = true,
        replaying: [AuditRecord] = [],
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
                storeBytes: storeBytes,
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
        portConfig = config
        var recovery = Recovery(image: view)
        for var record in replaying {
            let applied = recovery.ledger.apply(&record)
            recovery.sessions.note(record)
            recovery.sessions.untold = UntoldTrips(applied.trips, record)
        }
        let parts = recovery.parts(
            config: EngineConfig(view.header, epoch: 1),
            image: view,
            books: Self.books(view),
            port: try Port(config),
            mailbox: mailbox,
            coldBoard: board
        )
        engine = Engine(parts, region: region)
        events = .allocate(capacity: EngineConfig.eventsMax)
        board.post(ColdView(cold))
        if !replaying.isEmpty { engine.start(nowNs: nowNs) }
        turn()
    }

    deinit {
        for peer in peers.values { peer.closeDescriptor() }
        for end in engineEnds.values { close(end) }
        for name in ["/hot.shm", "/cold.shm"] { unlink(folder + name) }
        rmdir(folder)
    }

    private static func books(_ view: HotImageView) -> Books {
        Books(
            venueCount: view.venueCount,
            symbols: (0..<view.instrumentCount).map { view.instrument($0).symbol },
            ordersMax: 1024,
            levelsMax: 64
        )
    }

    /// `kill -9` and a new start on the same files: what is known comes from the records alone.
    ///
    /// `journal`: what cold has taken out of the ring, if the ring alone is not the whole day.
    func restart(journal: JournalDouble? = nil, lost: Bool = false) throws {
        for slot in Array(peers.keys) { letGo(slot) }
        while mailbox.nextRelease() != nil {}
        while mailbox.nextHandover() != nil {}
        var recovery = Recovery(image: view)
        var from: UInt64 = 0
        if let journal {
            try recovery.readRing(journal.ring, from: 0)
            from = journal.position
        }
        try recovery.readRing(region.audit, from: from)
        for client in 0..<view.clientCount {
            _ = StoreRepair.repair(
                region.store(client),
                recorded: recovery.ledger.client(UInt16(client)).outboundSeq
            )
        }
        recovery.noteStart(regionIsNew: lost, paper: !lost, storeMessagesDropped: 0)
        let parts = recovery.parts(
            config: EngineConfig(view.header, epoch: 1),
            image: view,
            books: Self.books(view),
            port: try Port(portConfig),
            mailbox: mailbox,
            coldBoard: board
        )
        feedSequences = [:]
        engine = Engine(parts, region: region)
        board.post(ColdView(cold))
        turn()
    }

    /// The state that the records alone make: must be the live one's, always.
    func replayedHash(journal: JournalDouble? = nil) throws -> UInt64 {
        var recovery = Recovery(image: view)
        var from: UInt64 = 0
        if let journal {
            try recovery.readRing(journal.ring, from: 0)
            from = journal.position
        }
        try recovery.readRing(region.audit, from: from)
        return recovery.ledger.stateHash()
    }

    private func letGo(_ slot: Int) {
        if let peer = peers.removeValue(forKey: slot) { peer.closeDescriptor() }
        if let end = engineEnds.removeValue(forKey: slot) { close(end) }
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
        let nonBlocking = SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let made = socketpair(AF_UNIX, Int32(type | nonBlocking), 0, &ends)
        precondition(made == 0)
        let handover = SocketHandover(slot: UInt16(slot), isDatagram: datagram, fd: ends[0])
        _ = mailbox.handovers.push(handover)
        let peer = PeerSocket(fd: ends[1])
        peers[slot] = peer
        engineEnds[slot] = ends[0]
        turns(2)
        return peer
    }

    /// Our end closes; the engine notices within a few turns.
    func hangUp(slot: Int) {
        if let peer = peers.removeValue(forKey: slot) { peer.closeDescriptor() }
        turns(3)
        while mailbox.nextRelease() != nil {}
        letGo(slot)
    }

    /// The engine gave the socket of `slot` back, as the admin thread would see; it is closed.
    func takeReleases() -> [SocketRelease] {
        var releases: [SocketRelease] = []
        while let release = mailbox.nextRelease() { releases.append(release) }
        for release in releases { letGo(Int(release.slot)) }
        return releases
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

    /// The first venue after a restart: the session it had, behind what is recorded of it.
    func openVenueAgain() -> PeerSocket {
        let peer = connect(slot: 0)
        _ = peer.packets()
        let next = engine.ledger.appliedSeq(0) + 1
        peer.send(Soup.LoginAccepted(session: Alpha10("RIGDAY")!, sequenceNumber: next))
        turns(3)
        if let fence = peer.messages().first?.big32(at: 1) {
            peer.answerFence(fence, next: fence + 1)
        }
        turns(3)
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
