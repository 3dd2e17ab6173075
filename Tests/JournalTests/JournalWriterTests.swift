import Crossing
import Glibc
import Journal
import Testing
import Vocabulary

@Suite("The journal's writer and reader")
struct JournalWriterTests {
    private let day = Day()

    @Test("what was appended and synced reads back in order, raw bytes and all")
    func roundTrip() throws {
        let raws: [[UInt8]] = [[], [1], Array(repeating: 7, count: 128), (0...255).map { $0 }]
        try day.write(raws.enumerated().map { (numbered(UInt64($0.offset + 1)), $0.element) })

        var reader = try JournalReader(journal: day.journal, tradingDate: Day.date)
        var slot: UInt64 = 0
        for (index, raw) in raws.enumerated() {
            let entry = try #require(try reader.next())
            #expect(entry.sequence == UInt64(index + 1))
            #expect(entry.epoch == 1)
            #expect(entry.ringSlot == slot)
            #expect(entry.record.orderID.value == UInt64(index + 1))
            #expect(entry.rawBytes == raw)
            slot += UInt64(AuditRecord.slots(forRaw: raw.count))
        }
        let end = try reader.next() == nil
        #expect(end)
        #expect(reader.tear == nil)
    }

    @Test("nothing is on disk before a sync; a group is due by bytes or by age")
    func groups() throws {
        var options = JournalOptions()
        options.groupBytes = 1_000
        options.groupNs = 5_000_000
        var writer = try day.open(options)
        #expect(writer.isDue(nowNs: 1 << 60) == false)
        try day.append(&writer, numbered(1))
        #expect(day.read().numbers == [])
        #expect(writer.durableSequence == 0)
        #expect(writer.isDue(nowNs: 4_999_999) == false)
        #expect(writer.isDue(nowNs: 5_000_000) == true)
        for number in 2...4 as ClosedRange<UInt64> { try day.append(&writer, numbered(number)) }
        #expect(writer.isDue(nowNs: 0) == true)
        try writer.sync()
        #expect(writer.durableSequence == 4)
        #expect(writer.durableSlotEnd == 8)
        #expect(writer.isDue(nowNs: 1 << 60) == false)
        #expect(day.read().numbers == [1, 2, 3, 4])
    }

    @Test("opened again it continues: sequence, chain, and what it has already")
    func reopen() throws {
        try day.write((1...3).map { numbered($0) })
        var writer = try day.open()
        #expect(writer.opened.entries == 3)
        #expect(writer.opened.repaired == nil)
        #expect(writer.nextSequence == 4)
        #expect(writer.lastEpoch == 1)
        #expect(writer.lastSlotEnd == 6)
        #expect(writer.durableSlotEnd == 6)

        // The ring is read again from where cold's cursor stood: two records are known.
        #expect(try day.append(&writer, numbered(2), at: 2) == nil)
        #expect(try day.append(&writer, numbered(3), at: 4) == nil)
        #expect(try day.append(&writer, numbered(4), at: 6) == 4)
        try writer.sync()
        #expect(day.read().numbers == [1, 2, 3, 4])
    }

    @Test("a new epoch begins at any slot; one gone by is refused")
    func epochs() throws {
        var writer = try day.open()
        try day.append(&writer, numbered(1))
        day.epoch = 2
        #expect(try day.append(&writer, numbered(2), at: 0) == 2)
        day.epoch = 1
        #expect(throws: JournalError.staleEpoch(found: 1, last: 2)) {
            try day.append(&writer, numbered(3), at: 2)
        }
    }

    @Test("bytes that are no record are refused, and change nothing")
    func badRecord() throws {
        var writer = try day.open()
        var record = numbered(1)
        record.kind = .none
        #expect(throws: JournalError.badRecord(epoch: 1, slot: 0)) {
            try day.append(&writer, record, at: 0)
        }
        #expect(try day.append(&writer, numbered(1)) == 1)
    }

    @Test("segments roll by size and read as one")
    func roll() throws {
        var options = JournalOptions()
        options.segmentBytes = 1_000
        do {
            var writer = try day.open(options)
            for number in 1...20 as ClosedRange<UInt64> {
                try day.append(&writer, numbered(number))
                if number % 3 == 0 { try writer.sync() }
            }
            try writer.sync()
            #expect(writer.segmentNumber > 3)
        }
        #expect(day.read().numbers == Array(1...20))
        var writer = try day.open(options)
        #expect(writer.nextSequence == 21)
        try day.append(&writer, numbered(21))
        try writer.sync()
        #expect(day.read().numbers == Array(1...21))
    }

    @Test("two writers of one date cannot be")
    func locked() throws {
        let writer = try day.open()
        #expect(
            throws: JournalError.locked(
                path: "\(day.journal)/\(Day.date)/lock",
                pid: getpid()
            )
        ) {
            _ = try day.open()
        }
        _ = consume writer
        _ = try day.open()
    }

    @Test("a failed sync ends writing for good")
    func failedSync() throws {
        var writer = try day.open()
        try day.append(&writer, numbered(1))
        let ticket = try #require(try writer.beginSync())
        let path = writer.path
        #expect(throws: JournalError.failed(path: path, errno: EIO)) {
            try writer.endSync(ticket, errno: EIO)
        }
        #expect(writer.durableSequence == 0)
        #expect(throws: JournalError.failed(path: path, errno: EIO)) {
            try day.append(&writer, numbered(2))
        }
        #expect(throws: JournalError.failed(path: path, errno: EIO)) { try writer.sync() }
        #expect(writer.isFailed == true)
    }

    @Test("records appended while a sync is out belong to the next one")
    func overlap() throws {
        var writer = try day.open()
        try day.append(&writer, numbered(1))
        let ticket = try #require(try writer.beginSync())
        try day.append(&writer, numbered(2))
        let none = try writer.beginSync() == nil
        #expect(none)
        try writer.endSync(ticket, errno: ticket.sync())
        #expect(writer.durableSequence == 1)
        try writer.sync()
        #expect(writer.durableSequence == 2)
    }

    @Test("what gathers while the disk is away is bounded")
    func backlog() throws {
        var options = JournalOptions()
        options.bufferBytes = 1_000
        var writer = try day.open(options)
        for number in 1...3 as ClosedRange<UInt64> { try day.append(&writer, numbered(number)) }
        #expect(throws: JournalError.backlog(bytes: 912)) { try day.append(&writer, numbered(4)) }
        try writer.sync()
        try day.append(&writer, numbered(4))
    }

    @Test("no room is an error, loses nothing, and passes")
    func noSpace() async {
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            let day = Day()
            var writer = try day.open()
            try day.append(&writer, numbered(1))
            try writer.sync()
            var old = rlimit()
            getrlimit(__rlimit_resource_t(1), &old)
            var small = old
            small.rlim_cur = 600
            setrlimit(__rlimit_resource_t(1), &small)
            try day.append(&writer, numbered(2))
            try day.append(&writer, numbered(3))
            #expect(throws: JournalError.noSpace(path: writer.path, errno: EFBIG)) {
                try writer.sync()
            }
            // Cut back to whole entries: a reader sees what was durable, and no torn tail.
            #expect(day.read().numbers == [1])
            #expect(day.read().tear == nil)
            #expect(writer.isFailed == false)
            setrlimit(__rlimit_resource_t(1), &old)
            try writer.sync()
            #expect(day.read().numbers == [1, 2, 3])
        }
    }

    @Test("a date without a journal says so")
    func none() {
        let path = "\(day.journal)/20251231"
        #expect(throws: JournalError.noJournal(path: path)) {
            _ = try JournalReader(journal: day.journal, tradingDate: 20_251_231)
        }
    }
}
