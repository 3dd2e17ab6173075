import ColdCore
import Crossing
import Desk
import Glibc
import Journal
import Vocabulary

/// Hot's side of the shared files, played by the test: a real region in a folder of its own on
/// tmpfs, a real audit writer that obeys cold's cursor, a real command reader.
final class HotDouble {
    let folder: String
    let files: DeskFiles
    let reference: Reference
    private(set) var region: HotRegion
    private var writer: AuditWriter
    private var coldRegion: ColdRegion?
    private var commands: CommandReader?
    /// Everything appended, in order: what the journal must hold.
    private(set) var written: [[UInt8]] = []
    private var nextEpoch: UInt64 = 100
    /// How far hot's clock is ahead of the machine's: one of the two was set.
    var aheadNs: Int64 = 0

    init(auditSlots: Int = 64) throws {
        let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(base)/apus-cold-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw DeskError(.badFile, "mkdtemp failed") }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        chmod(folder, 0o750)
        files = DeskFiles(stateDir: folder, shmDir: "\(folder)/shm")
        mkdir(files.shmDir, 0o750)
        let bytes = Self.image.bytes()
        let fd = open(files.image, O_WRONLY | O_CREAT, 0o640)
        _ = write(fd, bytes, bytes.count)
        close(fd)
        let image = try HotImageFile.load(files.image)
        reference = Reference(image: image.view)
        region = try Self.makeRegion(files, auditSlots, epoch: nextEpoch, keep: true)
        writer = AuditWriter(ring: region.audit, consumer: nil)
        pair()
    }

    deinit { removeFolder(folder) }

    static var image: HotImageWriter {
        var writer = HotImageWriter()
        writer.header.tradingDate = 20_260_105
        writer.header.commandSlots = 64
        for (index, name) in ["NSDQ", "BX"].enumerated() {
            var venue = ImageVenue()
            venue.name = Name(name) ?? .blank
            venue.removeFee = index == 0 ? 30 : -5
            venue.addRebate = 20
            writer.venues.append(venue)
        }
        var instrument = ImageInstrument()
        instrument.symbol = Symbol("AAPL") ?? .blank
        instrument.tick = 100
        instrument.lot = 1
        instrument.priorClose = 1_500_000
        writer.instruments.append(instrument)
        var account = ImageAccount()
        account.name = Name("MAIN") ?? .blank
        writer.accounts.append(account)
        var strategy = ImageStrategy()
        strategy.name = Name("twap1") ?? .blank
        writer.strategies.append(strategy)
        return writer
    }

    private static func makeRegion(
        _ files: DeskFiles,
        _ slots: Int,
        epoch: UInt64,
        keep: Bool
    ) throws -> HotRegion {
        let sizes = HotRegionSizes(
            auditSlots: slots,
            telemetrySlots: 16,
            instruments: 1,
            venues: 2,
            clients: 0,
            storeBytes: 0,
            storeMessages: 0,
            imageBytes: 4_096
        )
        return try HotRegion.create(
            path: files.hotRegion,
            sizes: sizes,
            epoch: epoch,
            createdNs: Int64(epoch),
            keep: keep
        )
    }

    func pair(imageHash: UInt64? = nil) {
        region.control[HotWord.imageHash] = imageHash ?? reference.imageHash
    }

    /// As hot writes it: a time stamp counter at 2.9 GHz, since long before the machine's clock.
    func beat(_ time: DeskTime) {
        region.control[HotWord.heartbeat] = 1 << 50 + UInt64(time.monotonicNs) / 10 * 29
        region.control[HotWord.engineNs] = UInt64(time.nowNs + aheadNs)
    }

    /// A new region under the same name, as after the loss of the old one.
    func newEpoch(auditSlots: Int = 64, isPaired: Bool = true) throws {
        nextEpoch += 1
        region = try Self.makeRegion(files, auditSlots, epoch: nextEpoch, keep: false)
        writer = AuditWriter(ring: region.audit, consumer: coldRegion?.auditCursor)
        if isPaired { pair() }
    }

    /// Looks at cold's file again, as hot does when cold is back.
    func meetCold() throws {
        let attached = try ColdRegion.attach(path: files.coldRegion, writable: false)
        writer.attach(consumer: attached.auditCursor)
        commands = CommandReader(ring: attached.commands, cursor: region.commandCursor)
        coldRegion = consume attached
    }

    var coldAuditCursor: UInt64 { coldRegion?.control[ColdWord.auditCursor] ?? 0 }
    var coldFollowedEpoch: UInt64? { coldRegion?.control[ColdWord.followedEpoch] }
    var coldJournalState: JournalState? {
        guard let word = coldRegion?.control[ColdWord.journalState] else { return nil }
        return JournalState(word: word)
    }
    var coldHeartbeat: UInt64 { coldRegion?.heartbeat ?? 0 }

    /// Commits one record; `false` when cold has left no room.
    func append(_ record: AuditRecord, raw: [UInt8] = []) -> Bool {
        var copy = record
        copy.rawLength = UInt16(raw.count)
        let done = raw.withUnsafeBytes { bytes in
            writer.append(&copy, raw: raw.isEmpty ? nil : bytes.baseAddress)
        }
        guard done else { return false }
        var bytes = withUnsafeBytes(of: copy) { Array($0) }
        bytes += raw
        let slots = AuditRecord.slots(forRaw: raw.count)
        bytes += [UInt8](repeating: 0, count: slots * AuditRecord.slotBytes - bytes.count)
        written.append(bytes)
        return true
    }

    func nextCommand() -> Command? {
        var command = Command()
        return commands?.pop(into: &command) == true ? command : nil
    }

    func quote(bid: Int64, ask: Int64) {
        var line = QuoteLine()
        line.bidPx = Price(units: bid)
        line.askPx = Price(units: ask)
        region.quotes.write(line, instrument: 0, venue: 0)
    }

    /// What the journal holds, record by record: fields and raw bytes, the padding behind raw bytes
    /// left out, for nobody promises what it is.
    func journaled() throws -> [[UInt8]] {
        var reader = try JournalReader(journal: files.journals, tradingDate: reference.tradingDate)
        var all: [[UInt8]] = []
        while let entry = try reader.next() {
            let bytes = UnsafeRawBufferPointer(start: entry.bytes, count: entry.head.recordBytes)
            all.append(Self.meaning(Array(bytes)))
        }
        return all
    }

    static func meaning(_ bytes: [UInt8]) -> [UInt8] {
        let rawLength = Int(bytes[12]) | Int(bytes[13]) << 8
        return Array(bytes[0..<AuditRecord.fixedBytes + rawLength])
    }
}

/// Deletes a folder of at most two levels, made by a test.
func removeFolder(_ path: String) {
    guard let handle = opendir(path) else { return }
    while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard name != ".", name != ".." else { continue }
        if unlink("\(path)/\(name)") != 0 { removeFolder("\(path)/\(name)") }
    }
    closedir(handle)
    rmdir(path)
}

/// A clock the test turns.
struct TestClock {
    private(set) var time = DeskTime(nowNs: 1_767_600_000_000_000_000, monotonicNs: 5_000_000_000)

    /// Somebody sets UTC; the time that passes does not.
    mutating func set(byNs: Int64) { time.nowNs += byNs }

    mutating func advance(ms: Int64) -> DeskTime {
        time.nowNs += ms * 1_000_000
        time.monotonicNs += ms * 1_000_000
        return time
    }
}
