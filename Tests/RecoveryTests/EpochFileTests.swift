import Crossing
import Glibc
import Recovery
import Testing

/// A state directory and a place for shared files, gone when the test is.
private final class Places {
    let state: String
    let shm: String

    init() throws {
        func make() -> String {
            var template = Array("/dev/shm/apus-epoch-XXXXXX".utf8CString)
            let path = template.withUnsafeMutableBufferPointer {
                String(cString: mkdtemp($0.baseAddress!))
            }
            chmod(path, 0o750)
            return path
        }
        (state, shm) = (make(), make())
    }

    deinit {
        for name in ["hot.epoch", "hot.epoch.new"] {
            unlink("\(state)/\(name)")
            rmdir("\(state)/\(name)")
        }
        unlink("\(shm)/hot.shm")
        unlink("\(shm)/cold.shm")
        unlink("\(state)/cold.lock")
        rmdir(state)
        rmdir(shm)
    }

    var path: String { EpochFile.path(state) }

    func put(_ bytes: [UInt8], _ suffix: String = "") {
        let fd = open(path + suffix, O_WRONLY | O_CREAT | O_TRUNC, 0o640)
        _ = Glibc.write(fd, bytes, bytes.count)
        close(fd)
    }

    func bytes() -> [UInt8] {
        let fd = open(path, O_RDONLY)
        defer { close(fd) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(fd, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    func readEpoch(_ date: UInt32 = 20_261_120) throws -> UInt64 {
        try EpochFile.read(state, tradingDate: date)
    }

    /// A start of hot with nothing in any journal; the epoch its region has. It looks once at cold.
    func start(nowNs: Int64 = 1, shown: Int64? = nil) throws -> UInt64 {
        let image = RecordedDay.image { header in
            header.tradingDate = 20_261_120
            header.auditSlots = 1024
            header.telemetrySlots = 64
            header.clientStoreBytes = 4096
            header.clientStoreMessages = 32
        }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: image.count, alignment: 64)
        defer { memory.deallocate() }
        image.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        let view = try HotImageView(memory, count: image.count)
        var start = try HotStart(view, stateDir: state, shmDir: shm, nowNs: nowNs, coldLooks: 1)
        start.takeRecovery().discard()
        let region = start.takeRegion()
        if let shown { region.control[HotWord.engineNs] = UInt64(shown) }
        return region.epoch
    }
}

/// An epoch is on the disk before its first order: the names of orders of a life nobody has a
/// record of are never given again (semantics.md §2.3).
@Suite("The file of epochs")
struct EpochFileTests {
    @Test("says the last epoch of its date, and nothing of any other")
    func dates() throws {
        let places = try Places()
        #expect(try places.readEpoch() == 0, "no file: no life before this one")
        try EpochFile.write(places.state, tradingDate: 20_261_120, epoch: 3)
        #expect(try places.readEpoch() == 3)
        #expect(try places.readEpoch(20_261_121) == 0)
        try EpochFile.write(places.state, tradingDate: 20_261_120, epoch: 4)
        #expect(try places.readEpoch() == 4)
        try EpochFile.write(places.state, tradingDate: 20_261_123, epoch: 1)
        #expect(try places.readEpoch() == 0)
        #expect(try places.readEpoch(20_261_123) == 1)
    }

    @Test("a start before what the former life's clock last showed is refused: commands go by it")
    func clockSetBack() throws {
        let places = try Places()
        let epoch = try places.start(nowNs: 1_000, shown: 5_000)
        #expect(throws: StartError.self) { try places.start(nowNs: 4_999) }
        #expect(try places.start(nowNs: 5_000) == epoch)
    }

    @Test("torn at any byte, longer, or with any bit another, is refused by name and left there")
    func damaged() throws {
        let places = try Places()
        try EpochFile.write(places.state, tradingDate: 20_261_120, epoch: 7)
        let good = places.bytes()
        #expect(good.count == 24)
        var wrong = (0..<24).map { Array(good.prefix($0)) }
        wrong += [good + [0], good + good, [UInt8](repeating: 0, count: 24)]
        wrong.append(Array("20261120 7, by hand.....".utf8))
        for bit in 0..<24 * 8 {
            var bytes = good
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            wrong.append(bytes)
        }
        for bytes in wrong {
            places.put(bytes)
            // A date with one bit another is no other date: it is damage.
            for date in [20_261_120, 20_261_123] as [UInt32] {
                #expect(throws: EpochError.damaged(path: places.path, bytes: min(32, bytes.count)))
                {
                    try places.readEpoch(date)
                }
            }
            #expect(places.bytes() == bytes)
        }
        places.put(good)
        #expect(try places.readEpoch() == 7)
    }

    @Test("that cannot be read is not one that says nothing: a folder, a link")
    func unreadable() throws {
        let places = try Places()
        mkdir(places.path, 0o750)
        #expect(throws: EpochError.unreadable(path: places.path, errno: EISDIR)) {
            try places.readEpoch()
        }
        rmdir(places.path)
        symlink("/dev/null", places.path)
        #expect(throws: EpochError.unreadable(path: places.path, errno: ELOOP)) {
            try places.readEpoch()
        }
    }

    @Test("half written by a crash, under the name it has before, is written over and never read")
    func leftOver() throws {
        let places = try Places()
        try EpochFile.write(places.state, tradingDate: 20_261_120, epoch: 1)
        places.put([UInt8](repeating: 0xFF, count: 40), ".new")
        #expect(try places.readEpoch() == 1)
        try EpochFile.write(places.state, tradingDate: 20_261_120, epoch: 2)
        #expect(try places.readEpoch() == 2)
        #expect(places.bytes().count == 24)
        #expect(access(places.path + ".new", F_OK) != 0)
    }

    @Test("region lost and nothing journaled: the next life has another epoch all the same")
    func hostDeath() throws {
        let places = try Places()
        #expect(try places.start() == 1)
        #expect(try places.readEpoch() == 1)
        #expect(try places.start() == 1, "the region is there: the same life goes on")
        for epoch in 2...4 as ClosedRange<UInt64> {
            unlink("\(places.shm)/hot.shm")
            #expect(try places.start() == epoch)
            #expect(try places.readEpoch() == epoch)
        }
        // Gone while the region is there: the region says it.
        unlink(places.path)
        #expect(try places.start() == 4)
        #expect(try places.readEpoch() == 4)
    }

    @Test("damaged: hot does not start, makes no region, and says what would be right")
    func refusedStart() throws {
        let places = try Places()
        #expect(try places.start() == 1)
        unlink("\(places.shm)/hot.shm")
        places.put(Array(places.bytes().dropLast(5)))
        do {
            _ = try places.start()
            Issue.record("it started")
        } catch let error as StartError {
            #expect(
                error.description
                    == "\(places.path): 19 bytes that are not a date, an epoch and their checksum; "
                    + "put the file back, or, once no order of this date is open at any venue, "
                    + "remove it"
            )
        }
        #expect(access("\(places.shm)/hot.shm", F_OK) != 0)
    }

    @Test("not written: hot does not start, and the epoch its region has is the one it then has")
    func unwritable() throws {
        let places = try Places()
        mkdir(places.path + ".new", 0o750)
        #expect(throws: StartError.self) { try places.start() }
        #expect(try places.readEpoch() == 0)
        rmdir(places.path + ".new")
        #expect(try places.start() == 1)
        #expect(try places.readEpoch() == 1)
    }

    @Test("a region lost while cold still reads it: no start before cold has journaled all of it")
    func coldBehind() throws {
        let places = try Places()
        let lock = try FileLock.acquire(places.state + "/cold.lock")
        let cold = try ColdRegion.create(
            path: places.shm + "/cold.shm",
            sizes: ColdRegionSizes(commandSlots: 8, instruments: 1),
            epoch: 1,
            createdNs: 1
        )
        cold.control[ColdWord.followedEpoch] = 5
        #expect(throws: StartError.self) { try places.start() }
        // What the refused start left is no region somebody has lived in: it is the same question.
        #expect(throws: StartError.self) { try places.start() }
        cold.control[ColdWord.followedEpoch] = 0
        let epoch = try places.start()
        cold.control[ColdWord.followedEpoch] = epoch
        #expect(try places.start() == epoch, "its own region")
        _ = consume lock
    }

    @Test("a cold that is dead keeps nobody waiting")
    func coldDead() throws {
        let places = try Places()
        let cold = try ColdRegion.create(
            path: places.shm + "/cold.shm",
            sizes: ColdRegionSizes(commandSlots: 8, instruments: 1),
            epoch: 1,
            createdNs: 1
        )
        cold.control[ColdWord.followedEpoch] = 5
        #expect(try places.start() == 1)
    }
}
