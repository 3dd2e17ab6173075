import Crossing
import Glibc
import Testing
import Vocabulary

/// Either side killed at any instant: what was committed is whole, nothing is lost or twice.
@Suite("Death on either side of the audit ring", .serialized)
struct DeathTests {
    private let folder = TemporaryFolder()

    private static let sizes = HotRegionSizes(
        auditSlots: 256,
        telemetrySlots: 16,
        instruments: 1,
        venues: 1,
        clients: 1,
        storeBytes: 128,
        storeMessages: 1,
        imageBytes: 0
    )
    private static let coldSizes = ColdRegionSizes(commandSlots: 8, instruments: 1)

    private static func hot(_ folder: String) throws -> HotRegion {
        try HotRegion.create(path: "\(folder)/hot.shm", sizes: sizes, epoch: 1, createdNs: 0)
    }

    private static func cold(_ folder: String) throws -> ColdRegion {
        try ColdRegion.create(
            path: "\(folder)/cold.shm",
            sizes: coldSizes,
            epoch: 1,
            createdNs: 0,
            auditEpoch: 1
        )
    }

    /// Ends this process from another thread after `spins` turns of nothing: anywhere.
    private static func killSoon(spins: UInt64) -> Thread {
        Thread {
            var random = SplitMix64(seed: spins)
            var rest = spins
            while rest > 0 {
                rest -= 1
                if random.next() == 0 { sched_yield() }
            }
            kill(getpid(), SIGKILL)
        }
    }

    @Test("a writer killed anywhere leaves whole records only, and the next one continues")
    func writerKilled() async throws {
        let hot = try Self.hot(folder.path)
        let cold = try Self.cold(folder.path)
        var reader = AuditReader(ring: hot.audit, from: 0, owns: true)
        let buffer = RecordBuffer()
        var random = SplitMix64(seed: 41)
        var expected: UInt64 = 1

        for _ in 0..<12 {
            let spins = UInt64.random(in: 1_000...2_000_000, using: &random)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = folder.path as String, spins = spins as UInt64] in
                let hot = try DeathTests.hot(path)
                let cold = try DeathTests.cold(path)
                var writer = AuditWriter(ring: hot.audit, consumer: cold.auditCursor)
                // The last number appended stands behind the ring: restart like an engine would.
                var number = DeathTests.lastNumber(hot) + 1
                let killer = DeathTests.killSoon(spins: spins)
                while true {
                    if append(&writer, number, rawLength: Int(number % 257)) {
                        hot.control[HotWord.spare0] = number
                        number += 1
                    } else {
                        // Nobody reads while we live: go round by giving back what is old.
                        cold.control[ColdWord.auditCursor] = writer.position
                        hot.control[HotWord.spare1] = number - 1
                    }
                    if number == 0 { killer.join() }
                }
            }
            // What the child had given back is gone; behind that every record is whole and next.
            let start = cold.control[ColdWord.auditCursor]
            if start > reader.position {
                reader = AuditReader(ring: hot.audit, from: start, owns: true)
                expected = hot.control[HotWord.spare1] + 1
            }
            // The child may have died between the two stores above.
            var first = true
            reading: while true {
                switch reader.next(into: buffer.bytes) {
                case .record:
                    let number = buffer.record.orderID.value
                    if first, number > expected { expected = number }
                    first = false
                    #expect(number == expected)
                    #expect(buffer.isWhole(number))
                    expected = number + 1
                case .empty: break reading
                case .overrun, .corrupt:
                    Issue.record("ring damaged at \(reader.position)")
                    return
                }
            }
            let told = hot.control[HotWord.spare0]
            #expect(expected - 1 == told || expected - 2 == told)
            cold.control[ColdWord.auditCursor] = reader.position
            hot.control[HotWord.spare1] = expected - 1
        }
        print("writer killed 12 times, seed 41: \(expected - 1) records accounted for")
    }

    /// The number of the last record committed, from the ring itself.
    private static func lastNumber(_ hot: borrowing HotRegion) -> UInt64 {
        let buffer = RecordBuffer()
        var last = hot.control[HotWord.spare1]
        var reader = AuditReader(ring: hot.audit, from: hot.audit.position, owns: true)
        while case .record = reader.next(into: buffer.bytes) {
            last = buffer.record.orderID.value
        }
        return max(last, hot.control[HotWord.spare0])
    }

    @Test("a reader killed anywhere resumes from its own log: every record once, none missing")
    func readerKilled() async throws {
        let hot = try Self.hot(folder.path)
        let cold = try Self.cold(folder.path)
        var writer = AuditWriter(ring: hot.audit, consumer: cold.auditCursor)
        let logPath = folder.file("log")
        var random = SplitMix64(seed: 42)
        var number: UInt64 = 1
        let total: UInt64 = 1_500
        var kills = 0

        while Self.logged(logPath).count < Int(total) {
            while number <= total, append(&writer, number, rawLength: Int(number % 100)) {
                number += 1
            }
            let spins = UInt64.random(in: 1_000...300_000, using: &random)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = folder.path as String, log = logPath as String, spins = spins as UInt64] in
                try DeathTests.consume(path, log: log, spins: spins)
            }
            kills += 1
            if kills > 200 { break }
        }
        #expect(Self.logged(logPath) == Array(1...total))
        #expect(writer.cursorLied == false)
        print("reader killed \(kills) times, seed 42: \(total) records accounted for")
    }

    /// Reads, logs, gives back; dies somewhere in between.
    private static func consume(_ path: String, log: String, spins: UInt64) throws {
        let hot = try hot(path)
        let cold = try cold(path)
        let buffer = RecordBuffer()
        let fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0o640)
        var last = logged(log).last ?? 0
        var reader = AuditReader(
            ring: hot.audit,
            from: cold.control[ColdWord.auditCursor],
            owns: true
        )
        let killer = killSoon(spins: spins)
        while true {
            guard case .record = reader.next(into: buffer.bytes) else {
                killer.join()
                return
            }
            let number = buffer.record.orderID.value
            // Logged before, given back not: the log knows.
            if number > last, buffer.isWhole(number) {
                last = number
                withUnsafeBytes(of: number) { _ = write(fd, $0.baseAddress!, 8) }
            }
            cold.control[ColdWord.auditCursor] = reader.position
        }
    }

    private static func logged(_ path: String) -> [UInt64] {
        let fd = open(path, O_RDONLY)
        guard fd >= 0 else { return [] }
        defer { close(fd) }
        var numbers: [UInt64] = []
        var number: UInt64 = 0
        while withUnsafeMutableBytes(of: &number, { read(fd, $0.baseAddress!, 8) }) == 8 {
            numbers.append(number)
        }
        return numbers
    }
}

/// A cold slower than hot: hot is refused, never overwrites.
@Suite("A consumer slower than the producer")
struct SlowConsumerTests {
    @Test("two threads: every record accepted arrives whole and in order")
    func slow() {
        let memory = RingMemory(slots: 64)
        let audit = memory.audit
        let cursor = memory.auditCursor
        let total: UInt64 = 100_000
        let producer = Thread {
            var writer = AuditWriter(ring: audit, consumer: cursor)
            var number: UInt64 = 1
            while number <= total {
                if append(&writer, number, rawLength: Int(number % 257)) {
                    number += 1
                } else {
                    sched_yield()
                }
            }
        }
        var reader = AuditReader(ring: audit, from: 0, owns: true)
        let buffer = RecordBuffer()
        var expected: UInt64 = 1
        var wrong = 0
        while expected <= total {
            switch reader.next(into: buffer.bytes) {
            case .record:
                if !buffer.isWhole(expected) { wrong += 1 }
                expected += 1
                if expected % 7 == 0 { cursor.cursor.store(reader.position) }
            case .empty:
                cursor.cursor.store(reader.position)
                sched_yield()
            case .overrun, .corrupt:
                wrong += 1
                cursor.cursor.store(reader.position)
            }
            if wrong > 10 { break }
        }
        cursor.cursor.store(reader.position)
        if wrong == 0 { producer.join() }
        #expect(wrong == 0)
    }

    @Test("two threads: a passive reader gets whole records or is told it was too slow")
    func passive() {
        let memory = RingMemory(slots: 16)
        let audit = memory.audit
        let cursor = memory.auditCursor
        let stop = memory.word(memory.coldControl, 20)
        let producer = Thread {
            var writer = AuditWriter(ring: audit, consumer: cursor)
            var number: UInt64 = 1
            while stop.load() == 0 {
                _ = append(&writer, number, rawLength: Int(number % 257))
                cursor.cursor.store(writer.position)
                number += 1
            }
        }
        var reader = AuditReader(tail: audit)
        let buffer = RecordBuffer()
        var whole = 0
        var overruns = 0
        var wrong = 0
        var last: UInt64 = 0
        for _ in 0..<3_000_000 where whole < 20_000 {
            switch reader.next(into: buffer.bytes) {
            case .record:
                let number = buffer.record.orderID.value
                if !buffer.isWhole(number) || number <= last { wrong += 1 }
                last = number
                whole += 1
            case .empty: sched_yield()
            case .overrun:
                overruns += 1
                reader.resync()
            case .corrupt: wrong += 1
            }
        }
        stop.store(1)
        producer.join()
        #expect(wrong == 0)
        #expect(whole > 0)
        print("passive reader: \(whole) whole, \(overruns) overruns")
    }
}
