import Crossing
import Glibc
import Journal
import Testing
import Vocabulary

/// What a crash leaves is repaired; what was durable and is damaged is refused.
@Suite("A journal that was cut or damaged")
struct JournalDamageTests {
    /// Entries of these records: 48 + 256 bytes each.
    private let entryBytes = 304

    @Test("a torn tail is the end for who reads segment by segment, too")
    func tornHere() throws {
        let day = Day()
        try day.write((1...3).map { numbered($0) })
        let whole = File.read(day.segment(1))
        File.write(day.segment(1), Array(whole.dropLast(8)))
        unlink("\(day.journal)/\(Day.date)/durable")
        var reader = try JournalReader(journal: day.journal, tradingDate: Day.date)
        var entries = 0
        #expect(try reader.openNext())
        while try reader.nextHere() != nil { entries += 1 }
        #expect(entries == 2)
        #expect(reader.tear != nil)
        #expect(try !reader.openNext())
        #expect(reader.point.sequence == 2)
    }

    @Test("a tail torn at any byte is cut off, reported, and written over")
    func tornAnywhere() throws {
        let original = Day()
        try original.write((1...3).map { numbered($0) })
        let whole = File.read(original.segment(1))
        #expect(whole.count == 128 + 3 * entryBytes)
        for length in 128..<whole.count {
            let day = Day()
            mkdir("\(day.journal)/\(Day.date)", 0o750)
            File.write(day.segment(1), Array(whole.prefix(length)))
            let kept = UInt64((length - 128) / entryBytes)
            let left = (length - 128) % entryBytes

            var writer = try day.open()
            #expect(writer.nextSequence == kept + 1)
            let tear = JournalTear(path: day.segment(1), offset: length - left, bytes: left)
            #expect(writer.opened.repaired == (left == 0 ? nil : tear))
            day.slot = writer.lastSlotEnd
            try day.append(&writer, numbered(kept + 1))
            try writer.sync()
            #expect(day.read().numbers == Array(1...kept + 1))
            #expect(day.read().tear == nil)
        }
    }

    @Test("every single bit flipped in a segment is noticed")
    func everyBit() throws {
        let day = Day()
        try day.write([(numbered(1), [1, 2, 3]), (numbered(2), []), (numbered(3), [])])
        let path = day.segment(1)
        let whole = File.read(path)
        var unnoticed: [Int] = []
        for bit in 0..<whole.count * 8 {
            // 124…127 are reserved, behind the header's checksum.
            if (124..<128).contains(bit / 8) { continue }
            var wrong = whole
            wrong[bit / 8] ^= 1 << UInt8(bit % 8)
            File.write(path, wrong)
            let read = day.read()
            if read.error == nil && read.tear == nil { unnoticed.append(bit) }
            if !Array(1...3 as ClosedRange<UInt64>).starts(with: read.numbers) {
                Issue.record("bit \(bit): read \(read.numbers)")
            }
        }
        #expect(unnoticed == [])
    }

    @Test("damage to what was durable is refused by file and offset, and nothing is cut off")
    func durableDamage() throws {
        let day = Day()
        do {
            var writer = try day.open()
            for number in 1...4 as ClosedRange<UInt64> {
                try day.append(&writer, numbered(number))
                try writer.sync()
            }
        }
        let path = day.segment(1)
        var bytes = File.read(path)
        let place = 128 + entryBytes + 100
        bytes[place] ^= 1
        File.write(path, bytes)
        #expect(
            throws: JournalError.corrupt(
                path: path,
                offset: 128 + entryBytes,
                reason: "checksum or length of sequence 2, durable up to 4"
            )
        ) {
            _ = try day.open()
        }
        #expect(File.read(path) == bytes)
    }

    @Test("a group that reached the disk out of order was never promised: it is a torn tail")
    func unorderedTail() throws {
        let day = Day()
        do {
            var writer = try day.open()
            try day.append(&writer, numbered(1))
            try writer.sync()
            for number in 2...4 as ClosedRange<UInt64> { try day.append(&writer, numbered(number)) }
            // Written, and the machine stops before the disk has said that it is there.
            _ = try writer.beginSync()
        }
        // Of the second group the first page is zero, the last is there.
        let path = day.segment(1)
        var bytes = File.read(path)
        bytes.replaceSubrange(
            128 + entryBytes..<128 + 2 * entryBytes,
            with: repeatElement(0, count: entryBytes)
        )
        File.write(path, bytes)
        let writer = try day.open()
        #expect(writer.nextSequence == 2)
        #expect(writer.opened.repaired?.bytes == 3 * entryBytes)
    }

    @Test("damage to the last group ever synced is refused, not cut off: it was durable")
    func lastGroup() throws {
        for place in [0, 4, 40, 100, 303] {
            let day = Day()
            try day.write((1...3).map { numbered($0) })
            let path = day.segment(1)
            var bytes = File.read(path)
            bytes[128 + 2 * entryBytes + place] ^= 1
            File.write(path, bytes)
            let refusal = JournalError.corrupt(
                path: path,
                offset: 128 + 2 * entryBytes,
                reason: "checksum or length of sequence 3, durable up to 3"
            )
            #expect(day.read().error == refusal)
            #expect(throws: refusal) { _ = try day.open() }
            #expect(File.read(path) == bytes)
        }
    }

    @Test("a durable end that is missing is refused: cut at an entry, inside one, the whole file")
    func missingEnd() throws {
        for kept in [128 + 2 * entryBytes, 128 + 2 * entryBytes + 7, 128] {
            let day = Day()
            try day.write((1...3).map { numbered($0) })
            File.write(day.segment(1), Array(File.read(day.segment(1)).prefix(kept)))
            guard case .corrupt(_, let offset, let reason) = day.read().error else {
                Issue.record("\(kept) bytes accepted")
                continue
            }
            #expect(offset == (kept - 128) / entryBytes * entryBytes + 128)
            #expect(reason.hasSuffix("durable up to 3"))
        }
        let day = Day()
        try day.write([numbered(1)])
        unlink(day.segment(1))
        #expect(
            throws: JournalError.broken(
                path: day.segment(1),
                reason: "segment 1 is missing, durable up to 1"
            )
        ) { _ = try day.open() }
    }

    @Test("an end that is gone together with the mark is not called clean")
    func noMark() throws {
        let day = Day()
        do {
            var writer = try day.open()
            for number in 1...3 as ClosedRange<UInt64> {
                try day.append(&writer, numbered(number))
                try writer.sync()
            }
        }
        func findings() throws -> [JournalFinding] {
            try JournalCheck.run(journal: day.journal, tradingDate: Day.date).findings
                .filter { $0.law == .damage }
        }
        #expect(try findings().isEmpty)
        let kept = 128 + 2 * entryBytes
        File.write(day.segment(1), Array(File.read(day.segment(1)).prefix(kept)))
        unlink(JournalFiles.durable("\(day.journal)/\(Day.date)"))
        #expect(day.read().numbers == [1, 2])
        #expect(try findings().map(\.text).first?.contains("sequence 2 cannot be told") == true)
    }

    @Test("a mark that is torn, damaged or gone promises less, and refuses nothing that is whole")
    func tornMark() throws {
        for places in [[0], [4096], [0, 4096]] {
            let day = Day()
            do {
                var writer = try day.open()
                for number in 1...3 as ClosedRange<UInt64> {
                    try day.append(&writer, numbered(number))
                    try writer.sync()
                }
            }
            let path = JournalFiles.durable("\(day.journal)/\(Day.date)")
            var bytes = File.read(path)
            #expect(bytes.count == 8192)
            for place in places { bytes[place + 20] ^= 0x40 }
            File.write(path, bytes)
            #expect(day.read().numbers == [1, 2, 3])
            #expect(day.read().error == nil)
            let writer = try day.open()
            #expect(writer.nextSequence == 4)
        }
    }

    @Test("an entry taken out, moved or repeated breaks the chain, although each CRC is right")
    func chain() throws {
        let day = Day()
        try day.write((1...4).map { numbered($0) })
        let path = day.segment(1)
        let whole = File.read(path)
        let entries = (0..<4).map { index in
            Array(whole[128 + index * entryBytes..<128 + (index + 1) * entryBytes])
        }
        for order in [[0, 2, 3], [0, 2, 1, 3], [0, 1, 1, 2, 3]] {
            File.write(path, Array(whole.prefix(128)) + order.flatMap { entries[$0] })
            guard case .corrupt = day.read().error else {
                Issue.record("order \(order) accepted")
                continue
            }
        }
    }

    @Test("an entry of another journal, sequence and all, does not continue this chain")
    func foreignEntry() throws {
        let day = Day()
        let other = Day()
        try day.write((1...3).map { numbered($0) })
        try other.write((11...13).map { numbered($0) })
        var bytes = File.read(day.segment(1))
        let foreign = File.read(other.segment(1))
        let second = 128 + entryBytes..<128 + 2 * entryBytes
        bytes.replaceSubrange(second, with: foreign[second])
        File.write(day.segment(1), bytes)
        #expect(
            day.read().error
                == .corrupt(
                    path: day.segment(1),
                    offset: 128 + entryBytes,
                    reason: "chain does not continue"
                )
        )
    }

    @Test("a crash between the steps of a roll leaves a journal that continues")
    func rollSteps() throws {
        var options = JournalOptions()
        options.segmentBytes = 700
        let day = Day()
        do {
            var writer = try day.open(options)
            for number in 1...3 as ClosedRange<UInt64> { try day.append(&writer, numbered(number)) }
            try writer.sync()
        }
        // Before the rename: a temporary file, whole or in part.
        let leftover = day.segment(2) + ".new"
        File.write(leftover, [1, 2, 3])
        do {
            var writer = try day.open(options)
            #expect(writer.opened.removedTemporary == ["000002.seg.new"])
            #expect(access(leftover, F_OK) != 0)
            // After the rename: a segment with a header and nothing else.
            try day.append(&writer, numbered(4))
            #expect(writer.segmentNumber == 2)
        }
        #expect(day.read().numbers == [1, 2, 3])
        var writer = try day.open(options)
        #expect(writer.segmentNumber == 2)
        #expect(writer.nextSequence == 4)
        #expect(writer.lastSlotEnd == 6)
        try day.append(&writer, numbered(4), at: 6)
        try writer.sync()
        #expect(day.read().numbers == [1, 2, 3, 4])
    }

    @Test("a missing segment, one of another date, and a cut one in the middle are refused")
    func segments() throws {
        var options = JournalOptions()
        options.segmentBytes = 400
        let day = Day()
        do {
            var writer = try day.open(options)
            for number in 1...8 as ClosedRange<UInt64> {
                try day.append(&writer, numbered(number))
                try writer.sync()
            }
        }
        let second = File.read(day.segment(2))
        unlink(day.segment(2))
        #expect(
            day.read().error == .broken(path: day.segment(3), reason: "segment 2 is missing")
        )
        File.write(day.segment(2), File.read(day.segment(1)))
        guard case .header = day.read().error else {
            Issue.record("segment 1 accepted as segment 2")
            return
        }
        File.write(day.segment(2), Array(second.dropLast(10)))
        guard case .corrupt = day.read().error else {
            Issue.record("a cut segment in the middle accepted")
            return
        }
        File.write(day.segment(2), second)
        #expect(day.read().numbers == Array(1...8))
    }

    @Test("a writer killed anywhere loses nothing it had called durable, and gets no record twice")
    func killed() async throws {
        let day = Day()
        var random = SplitMix64(seed: 43)
        var written: UInt64 = 0
        for _ in 0..<10 {
            let spins = UInt64.random(in: 10_000...30_000_000, using: &random)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [journal = day.journal as String, spins = spins as UInt64] in
                JournalDamageTests.writeUntilKilled(journal, spins: spins)
            }
            let promised = File.read("\(day.journal)/promised")
            // Empty when it died before its first sync.
            let durable = promised.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            let writer = try day.open()
            #expect(writer.nextSequence > durable)
            let read = day.read()
            #expect(read.error == nil)
            #expect(read.numbers == Array(1..<writer.nextSequence))
            written = writer.nextSequence - 1
        }
        print("journal writer killed 10 times, seed 43: \(written) entries accounted for")
    }

    /// Appends numbered records, syncing every few, telling in a file what is durable.
    private static func writeUntilKilled(_ journal: String, spins: UInt64) {
        var options = JournalOptions()
        options.segmentBytes = 5_000
        guard
            var writer = try? JournalWriter.open(
                journal: journal,
                tradingDate: Day.date,
                epoch: 1,
                createdNs: 1,
                options: options
            )
        else { return }
        let fd = open("\(journal)/promised", O_WRONLY | O_CREAT, 0o640)
        var random = SplitMix64(seed: spins)
        killSoon(spins: spins)
        while true {
            let number = writer.nextSequence
            let bytes = Day.bytes(numbered(number), [], slot: writer.lastSlotEnd)
            let slot = writer.lastSlotEnd
            bytes.withUnsafeBytes { buffer in
                _ = try? writer.append(
                    buffer.baseAddress!,
                    count: buffer.count,
                    epoch: 1,
                    ringSlot: slot,
                    nowNs: 0
                )
            }
            if random.next() % 8 == 0, (try? writer.sync()) != nil {
                withUnsafeBytes(of: writer.durableSequence) {
                    _ = pwrite(fd, $0.baseAddress!, 8, 0)
                }
            }
        }
    }
}
