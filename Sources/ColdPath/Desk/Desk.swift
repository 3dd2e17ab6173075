package import ColdCore
package import Crossing
import ExecutionAlgos
import Monitoring
import Vocabulary

/// The cold process: the only place that knows every room.
///
/// One thread, one loop. Records come out of the audit ring in order; each is appended to the
/// journal and shown to every room; the consumer cursor moves only over bytes that are on disk.
/// What hot must know of cold (cursor, heartbeat, pages, commands) is written here and nowhere else.
package final class Desk {
    /// How long hot may accept a New of ours (semantics.md §2.8).
    static let commandValidNs: Int64 = AlgoWorld.commandValidNs
    /// Records a turn at most, so that heartbeat and callers are never starved.
    static let recordsPerTurn = 512
    static let telemetryPerTurn = 1_024
    static let stepEveryNs: Int64 = 5_000_000
    static let watchEveryNs: Int64 = 250_000_000
    /// Half of what `apus` waits for an answer.
    static let lateAfterNs: Int64 = 2_500_000_000
    static let pagesEveryNs: Int64 = 2_000_000_000
    static let attachEveryNs: Int64 = 50_000_000
    /// A hot heartbeat older than this is not alive.
    static let hotAliveNs: Int64 = 1_000_000_000

    package let files: DeskFiles
    package let reference: Reference
    package internal(set) var rooms: Rooms
    package let coldEpoch: UInt32
    package let startTime: DeskTime

    let lock: FileLock
    let cold: ColdLink
    var hot: HotLink?
    let journal: DeskJournal
    var log: DeskLog
    var caseLines = CaseLines()
    let roles: DeskRoles
    package var outbox: CommandOutbox
    /// Entries the command ring had no room for; what stops waits, what trades does not.
    var backlog: [CommandOutbox.Entry] = []
    var quotes: Quotes
    /// Drop copies, by venue; `nil` where there is none.
    var copies: [CopyLine?]

    /// Where the consumer cursor stands: behind the last durable record.
    var cursor: UInt64 = 0
    /// Set once, never cleared: what a failed write left on disk is not known, so nothing is
    /// written or given back after it.
    package internal(set) var journalFailure: String?
    /// The disk has no room: nothing is lost yet, and it is tried again.
    package internal(set) var journalFull: String?
    var lastSpaceTryNs: Int64 = .min
    /// A record that did not fit into the journal's memory; it is the next one.
    var held: Held?
    /// Set when the audit ring can no longer be followed.
    var ringFailure: String?
    /// Why hot is not ours to follow, in one line.
    package internal(set) var pairingRefused: String?
    /// Every record committed before this instant (UTC ns) has been applied.
    var drainedNs: Int64 = .min
    /// The pause after a start, see ``quietAfterStart(_:)``, has been kept or is.
    var wasQuiet = false
    /// The last look at hot's ring found its end.
    var ringIsRead = false
    var lastStepNs: Int64 = .min
    var lastWatchNs: Int64 = .min
    var lastPagesNs: Int64 = .min
    var lastAttachNs: Int64 = .min
    /// Measured at start; the same on every core of one machine since its boot.
    let tscHz: UInt64
    /// Age of a record not yet on disk from which hot gives out no new orders.
    let journalStallNs: Int64
    /// What hot is told of the disk.
    package internal(set) var journalState: JournalState = .ok
    var publishedMarks: [Price] = []
    var publishedRows: [RouterRow] = []
    let recordBuffer: UnsafeMutableRawPointer

    /// What stands in `recordBuffer` and waits for room.
    struct Held {
        var bytes: Int
        var slot: UInt64
    }

    /// Takes the lock, reads the image, repairs and reads the journal of the date, opens cold's
    /// shared file. Hot need not run yet.
    /// `tscHz` is what hot's stamps count, when it is known (measuring takes 10 ms); `sync` is where
    /// `fdatasync` runs.
    package init(
        files: DeskFiles,
        time: DeskTime,
        tscHz knownHz: UInt64? = nil,
        sync: any SyncRunner = SyncThread()
    ) throws(DeskError) {
        self.files = files
        // The journal's folder and the socket are ours only under this lock.
        lock = try Self.takeLock(files.lock)
        let image = try Self.loadImage(files.image)
        reference = Reference(image: image.view)
        roles = DeskRoles(image: image.view)
        journalStallNs = image.view.header.journalStallNs
        rooms = Rooms(reference: reference)
        quotes = Quotes(instruments: reference.instruments.count, venues: reference.venues.count)
        copies = Self.copyLines(reference)
        recordBuffer = .allocate(byteCount: 512, alignment: 64)
        startTime = time
        try SystemFile.makeDirectory(files.logs)
        log = DeskLog(path: files.log)
        let rate = knownHz ?? TscRate.measure()
        tscHz = rate
        var rebuilt = rooms
        journal = try DeskJournal(
            files: files,
            reference: reference,
            time: time,
            segmentBytes: Int(clamping: image.view.header.journalSegmentBytes),
            sync: sync
        ) { rebuilt.apply($0, tscHz: rate) }
        rooms = rebuilt

        let region = try Self.makeRegion(files.coldRegion, image.view, journal, time)
        cold = ColdLink(region)
        coldEpoch = cold.takeEpoch(time)
        outbox = CommandOutbox(epoch: coldEpoch)
        start(time)
    }

    deinit { recordBuffer.deallocate() }

    private func start(_ time: DeskTime) {
        let control = cold.region.control
        control[ColdWord.pid] = DeskLog.processID
        control[ColdWord.imageHash] = reference.imageHash
        control[ColdWord.buildID] = reference.buildID
        control[ColdWord.startedNs] = UInt64(time.nowNs)
        control[ColdWord.journalState] = JournalState.ok.rawValue
        control[ColdWord.followedEpoch] = 0
        publishPages(time)
        cold.beat(time)
        rooms.monitoring.log(time.nowNs, "journal", journal.opened)
        rooms.monitoring.log(time.nowNs, "start", "cold epoch \(coldEpoch)")
    }

    private static func takeLock(_ path: String) throws(DeskError) -> FileLock {
        do { return try FileLock.acquire(path) } catch {
            switch error {
            case .held: throw DeskError(.alreadyRunning, "\(error)")
            case .system: throw DeskError(.badFile, "\(error)")
            }
        }
    }

    private static func loadImage(_ path: String) throws(DeskError) -> HotImageFile {
        do { return try HotImageFile.load(path) } catch {
            throw DeskError(.badFile, "\(path): \(error)")
        }
    }

    private static func makeRegion(
        _ path: String,
        _ image: HotImageView,
        _ journal: DeskJournal,
        _ time: DeskTime
    ) throws(DeskError) -> ColdRegion {
        let slots = Int(image.header.commandSlots)
        let sizes = ColdRegionSizes(
            commandSlots: slots > 0 ? slots : 4_096,
            instruments: max(1, image.instrumentCount)
        )
        do {
            return try ColdRegion.create(
                path: path,
                sizes: sizes,
                epoch: UInt64(time.nowNs),
                createdNs: time.nowNs,
                auditCursor: journal.next?.slot ?? 0,
                auditEpoch: journal.next?.epoch ?? 0
            )
        } catch {
            throw DeskError(.badFile, "\(error)")
        }
    }
}
