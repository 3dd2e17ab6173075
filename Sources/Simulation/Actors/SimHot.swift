import Crossing
import Glibc
import HotControl
import HotPath
import Recovery
import Vocabulary

/// One life of hot: the real start-up, the real engine, and what the admin thread would hold.
final class SimHot {
    let region: HotRegion
    let mailbox: Mailbox
    let board = ColdBoard()
    var engine: Engine
    var watch: ColdWatch
    var clock: TSCClock
    let engineTime: EngineTime
    var reader: AuditReader
    /// Of the state recovery found, before the engine said a word.
    let recoveredHash: UInt64
    let recoveredLive: Int
    /// For each client: messages in its store after repair, and what the records say.
    let stores: [(count: UInt64, recorded: UInt64)]
    let epoch: UInt64

    init(
        _ image: HotImageView,
        _ folder: SimFolder,
        wire: MemoryWire,
        tsc: UInt64,
        utcNs: Int64
    ) throws {
        var start = try HotStart(
            image,
            stateDir: folder.state,
            shmDir: folder.shm,
            nowNs: utcNs,
            coldLooks: 1,
            change: Self.shrink
        )
        let region = start.takeRegion()
        let recovery = start.takeRecovery()
        recoveredHash = recovery.ledger.stateHash()
        recoveredLive = recovery.ledger.liveCount
        var stores: [(count: UInt64, recorded: UInt64)] = []
        for client in 0..<image.clientCount {
            let recorded = recovery.ledger.client(UInt16(client)).outboundSeq
            stores.append((region.store(client).count, recorded))
        }
        self.stores = stores
        let connections = Int(image.header.clientConnectionsMax)
        mailbox = Mailbox(slots: SlotMap.firstClient + connections)
        var config = PortConfig(clientConnections: connections)
        config.transport = .memory
        config.idle = .spin
        config.streamBuffers = 16
        config.datagramBuffers = 32
        // What the engine keeps for cancels (16 KiB) and a page of orders: full now and then.
        config.streamSendBytes = 20_480
        var feed = FeedConfig()
        feed.holdPackets = 64
        engine = recovery.engine(
            region: region,
            image: image,
            port: try Port(config, wire: wire),
            mailbox: mailbox,
            coldBoard: board,
            feedConfig: feed
        )
        epoch = region.epoch
        reader = AuditReader(ring: region.audit, from: region.audit.position, owns: false)
        watch = ColdWatch(path: folder.shm + "/cold.shm", imageHash: image.hash, board: board)
        clock = TSCClock(sample: ClockSample(tsc: tsc, utcNs: utcNs), multiplier: 1 << 32)
        engineTime = EngineTime(mailbox: mailbox, pace: clock)
        region.control[HotWord.tscHz] = 1_000_000_000
        self.region = region
    }

    /// A run's tables: the day's are two orders of magnitude larger and cost milliseconds a start.
    static func shrink(_ config: inout LedgerConfig) {
        config.duplicatesMax = 1_024
        config.parentsMax = 256
        config.numbersMax = 4_096
    }

    deinit {
        mailbox.deallocate()
        board.deallocate()
    }

    /// Everything committed since the last look, in order.
    func newRecords() -> [TapeRecord] {
        var found: [TapeRecord] = []
        withUnsafeTemporaryAllocation(byteCount: 512, alignment: 64) { room in
            while case .record(let bytes) = reader.next(into: room.baseAddress!) {
                let record = room.baseAddress!.load(as: AuditRecord.self)
                let raw = room[AuditRecord.fixedBytes..<bytes].prefix(Int(record.rawLength))
                found.append(
                    TapeRecord(
                        record: record,
                        raw: Array(raw),
                        epoch: epoch,
                        start: reader.slot(ofRecord: bytes),
                        end: reader.position
                    )
                )
            }
        }
        return found
    }
}

/// A record as it stood in the ring.
struct TapeRecord {
    var record: AuditRecord
    var raw: [UInt8]
    var epoch: UInt64
    var start: UInt64
    var end: UInt64
}
