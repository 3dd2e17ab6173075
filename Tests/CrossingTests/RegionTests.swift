import Crossing
import Glibc
import Testing
import Vocabulary

/// The two shared files: made whole, checked before use, kept across restarts (semantics §1.1).
@Suite("A shared file")
struct RegionTests {
    private let folder = TemporaryFolder()
    private var path: String { folder.file("hot.shm") }

    private let sizes = HotRegionSizes(
        auditSlots: 64,
        telemetrySlots: 16,
        instruments: 4,
        venues: 3,
        clients: 2,
        storeBytes: 1000,
        storeMessages: 20,
        imageBytes: 5000
    )

    private func create(_ epoch: UInt64 = 5, keep: Bool = true) throws -> HotRegion {
        try HotRegion.create(
            path: path,
            sizes: sizes,
            epoch: epoch,
            createdNs: 1_000,
            keep: keep
        )
    }

    /// Changes `count` bytes of the file at `offset`, behind every library's back.
    private func poke(_ bytes: [UInt8], at offset: Int) {
        let fd = open(path, O_RDWR)
        pwrite(fd, bytes, bytes.count, off_t(offset))
        close(fd)
    }

    private func attachError(writable: Bool = false) -> RegionError? {
        do throws(RegionError) {
            _ = try HotRegion.attach(path: path, writable: writable)
            return nil
        } catch {
            return error
        }
    }

    @Test("is made with every part in its place, mode 0640, none of it sparse")
    func made() throws {
        let region = try create()
        #expect(region.epoch == 5)
        #expect(region.reattached == false)
        #expect(region.audit.slots == 64)
        #expect(region.telemetry.slots == 16)
        #expect(region.quotes.instruments == 4 && region.quotes.venues == 3)
        #expect(region.clients == 2)
        #expect(region.store(1).bytesMax == 1000 && region.store(1).messagesMax == 20)
        #expect(region.limits.imageBytesMax >= 5000)

        var status = stat()
        stat(path, &status)
        #expect(status.st_mode & 0o7777 == 0o640)
        #expect(Int(status.st_size) == Int(region.header.totalBytes))
        #expect(status.st_blocks * 512 >= status.st_size)
        #expect(access("\(path).\(getpid()).new", F_OK) != 0)
    }

    @Test("the other side sees what is written, in every part")
    func seen() throws {
        let hot = try create()
        let other = try HotRegion.attach(path: path, writable: false)
        #expect(other.epoch == 5)
        var writer = AuditWriter(ring: hot.audit, consumer: nil)
        #expect(append(&writer, 9, rawLength: 40) == true)
        var reader = AuditReader(ring: other.audit, from: 0, owns: true)
        let buffer = RecordBuffer()
        #expect(reader.next(into: buffer.bytes) == .record(384))
        #expect(buffer.isWhole(9))

        hot.counters.add(.fills, 3)
        #expect(other.counters.get(.fills) == 3)
        hot.control[HotWord.heartbeat] = 77
        #expect(other.heartbeat == 77)
        var line = QuoteLine()
        line.feedSeq = 4
        hot.quotes.write(line, instrument: 3, venue: 2)
        #expect(other.quotes.read(instrument: 3, venue: 2)?.feedSeq == 4)
        _ = hot.store(1).append(hot.store(0).sessionName, count: 10)
        #expect(other.store(1).count == 1 && other.store(0).count == 0)
    }

    @Test("a hot that starts again finds its ring, its stores and its epoch")
    func reattach() throws {
        do {
            let first = try create(5)
            var writer = AuditWriter(ring: first.audit, consumer: nil)
            for number in 1...3 as ClosedRange<UInt64> {
                #expect(append(&writer, number) == true)
            }
            _ = first.store(0).append(first.store(0).sessionName, count: 10)
        }
        let second = try create(6)
        #expect(second.reattached == true)
        #expect(second.epoch == 5)
        var writer = AuditWriter(ring: second.audit, consumer: nil)
        #expect(writer.position == 6)
        #expect(append(&writer, 4) == true)
        #expect(second.store(0).count == 1)
    }

    @Test("another layout, or a wish for a new one, makes a new file under a new epoch")
    func replaced() throws {
        let first = try create(5)
        let other = try HotRegion.attach(path: path, writable: false)
        let second = try create(6, keep: false)
        #expect(second.reattached == false)
        #expect(second.epoch == 6)
        // Who holds the old one still can read it, and can tell.
        #expect(other.epoch == 5 && other.inode == first.inode)
        #expect(second.inode != first.inode)

        var larger = sizes
        larger.auditSlots = 128
        let third = try HotRegion.create(path: path, sizes: larger, epoch: 7, createdNs: 1)
        #expect(third.epoch == 7 && third.audit.slots == 128)
    }

    @Test("sizes that cannot be are refused before anything is made")
    func badSizes() {
        var odd = sizes
        odd.auditSlots = 100
        var small = sizes
        small.auditSlots = 4
        var huge = sizes
        huge.storeBytes = 1 << 40
        for wrong in [odd, small, huge] {
            #expect(throws: RegionError.self) {
                _ = try HotRegion.create(path: path, sizes: wrong, epoch: 1, createdNs: 0)
            }
        }
        #expect(access(path, F_OK) != 0)
    }

    @Test("missing, linked, too open, too short: each is refused by name")
    func refusedFile() throws {
        #expect(attachError() == .missing(path: path))
        _ = try create()
        chmod(path, 0o666)
        #expect(attachError() == .mode(path: path, mode: 0o666, expected: 0o640))
        chmod(path, 0o640)
        chmod(folder.path, 0o777)
        #expect(attachError() == .mode(path: folder.path, mode: 0o777, expected: 0o750))
        chmod(folder.path, 0o750)
        #expect(attachError() == nil)

        let real = folder.file("real")
        rename(path, real)
        symlink(real, path)
        #expect(attachError() == .notRegularFile(path: path))
        #expect(throws: RegionError.notRegularFile(path: path)) { _ = try create() }
        unlink(path)
        rename(real, path)

        truncate(path, 100)
        #expect(attachError() == .size(path: path, bytes: 100, expected: 4096))
    }

    @Test("a file of another owner is refused")
    func owner() throws {
        _ = try create()
        #expect(throws: RegionError.owner(path: path, uid: geteuid(), expected: geteuid() + 1)) {
            _ = try HotRegion.attach(path: path, writable: false, owner: geteuid() + 1)
        }
    }

    @Test("a header of another magic, version, byte order or size is refused by name")
    func refusedHeader() throws {
        let bytes = Int(try create().header.totalBytes)
        poke([0x41], at: 7)
        guard case .magic = attachError() else {
            Issue.record("magic accepted")
            return
        }
        poke([0x31], at: 7)
        poke([9], at: 8)
        #expect(attachError() == .version(path: path, found: 9, expected: 1))
        poke([1], at: 8)
        poke([1, 2, 3, 4], at: 12)
        #expect(attachError() == .byteOrder(path: path, found: 0x0403_0201))
        poke([4, 3, 2, 1], at: 12)
        #expect(attachError() == nil)
        truncate(path, off_t(bytes + 4096))
        #expect(attachError() == .size(path: path, bytes: bytes + 4096, expected: bytes))
    }

    @Test("any bit of the header that is not as written is refused")
    func everyHeaderBit() throws {
        _ = try create()
        let size = MemoryLayout<RegionHeader>.size
        var original = [UInt8](repeating: 0, count: size)
        let fd = open(path, O_RDONLY)
        pread(fd, &original, size, 0)
        close(fd)
        var accepted: [Int] = []
        for bit in 0..<(size - 4) * 8 {
            poke([original[bit / 8] ^ (1 << UInt8(bit % 8))], at: bit / 8)
            if attachError() == nil { accepted.append(bit) }
            poke([original[bit / 8]], at: bit / 8)
        }
        #expect(accepted == [])
        #expect(attachError() == nil)
    }

    @Test("cold's file carries cursors, pages and commands; a new one starts where it is told")
    func cold() throws {
        let path = folder.file("cold.shm")
        let sizes = ColdRegionSizes(commandSlots: 8, instruments: 4)
        let cold = try ColdRegion.create(
            path: path,
            sizes: sizes,
            epoch: 3,
            createdNs: 1,
            auditCursor: 40,
            auditEpoch: 5
        )
        let hot = try ColdRegion.attach(path: path, writable: false)
        #expect(hot.epoch == 3)
        #expect(hot.auditCursor.load(epoch: 5) == 40)
        #expect(hot.auditCursor.load(epoch: 6) == nil)
        cold.adopt(hotEpoch: 6, auditCursor: 2, telemetryCursor: 0)
        #expect(hot.auditCursor.load(epoch: 6) == 2)
        #expect(hot.commands.slots == 8)
        cold.valuation.publish([ValuationRow(valuation: Price(units: 5), adv: .zero)])
        #expect(hot.valuation.version == 1)
        #expect(throws: RegionError.self) {
            _ = try HotRegion.attach(path: path, writable: false)
        }
    }

    @Test("an error says which file, what is there and what should be")
    func text() {
        let mode = RegionError.mode(path: "/x/hot.shm", mode: 0o666, expected: 0o640)
        #expect(mode.description == "shared file /x/hot.shm: mode is 0666, must be 0640")
    }
}

@Suite("A lock by which a role is alive")
struct FileLockTests {
    private let folder = TemporaryFolder()

    @Test("is held once, names its holder, and is free when the holder lets go")
    func held() throws {
        let path = folder.file("lock")
        #expect(FileLock.holder(path) == nil)
        do {
            let lock = try FileLock.acquire(path)
            #expect(FileLock.holder(path) == getpid())
            #expect(throws: LockError.held(path: path, pid: getpid())) {
                _ = try FileLock.acquire(path)
            }
            _ = consume lock
        }
        #expect(FileLock.holder(path) == nil)
        _ = try FileLock.acquire(path)
    }

    @Test("is dropped by the kernel when its holder is killed")
    func killed() async throws {
        let path = folder.file("lock")
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let lock = try FileLock.acquire(path)
            kill(getpid(), SIGKILL)
            _ = consume lock
        }
        #expect(FileLock.holder(path) == nil)
        _ = try FileLock.acquire(path)
    }
}
