package import Crossing

/// One entry as it was read; its pointers are valid until the reader moves on.
@safe
package struct JournalEntry {
    package let head: EntryHead
    /// The record's bytes, ``EntryHead/recordBytes`` of them.
    package let bytes: UnsafeRawPointer
    package let segment: UInt32
    package let offset: Int

    package var sequence: UInt64 { head.sequence }
    package var epoch: UInt64 { head.epoch }
    package var ringSlot: UInt64 { head.ringSlot }

    /// The record, copied out.
    package var record: AuditRecord { unsafe bytes.load(as: AuditRecord.self) }

    /// What the record carries beside its fields: the message or the operator's words.
    package var raw: UnsafeRawBufferPointer {
        let length = unsafe bytes.load(fromByteOffset: 12, as: UInt16.self)
        return unsafe UnsafeRawBufferPointer(
            start: bytes + AuditRecord.fixedBytes,
            count: Int(length)
        )
    }

    package var rawBytes: [UInt8] { unsafe Array(raw) }
}

/// Bytes at the end of the last segment that are no whole entry: what was being written when the
/// writer died, or is being written now.
package struct JournalTear: Equatable, Sendable {
    package let path: String
    package let offset: Int
    package let bytes: Int

    package init(path: String, offset: Int, bytes: Int) {
        self.path = path
        self.offset = offset
        self.bytes = bytes
    }
}

/// The end of a segment: how many there are up to it, its last sequence, and the chain with that.
package struct JournalPoint: BitwiseCopyable, Equatable, Sendable {
    package var segment: UInt32
    package var sequence: UInt64
    package var chain: UInt64

    package init(segment: UInt32, sequence: UInt64, chain: UInt64) {
        self.segment = segment
        self.sequence = sequence
        self.chain = chain
    }
}

/// All entries of one trading date in order, every CRC, chain link and sequence number checked.
package struct JournalReader: ~Copyable {
    package let directory: String
    package let tradingDate: UInt32
    package let segments: [UInt32]
    /// Set once the end was reached and bytes were left over.
    package private(set) var tear: JournalTear?
    /// Where the next entry must continue.
    package private(set) var chain: UInt64
    package private(set) var nextSequence: UInt64
    /// Epoch and ring position behind the last entry read.
    package private(set) var lastEpoch: UInt64 = 0
    package private(set) var lastSlotEnd: UInt64 = 0
    /// Byte behind the last whole entry of the segment being read.
    package private(set) var offset = SegmentHeader.bytes

    /// What was on disk, for all anybody knew, before the first byte was read here.
    package let durable: DurableMark?

    /// The furthest that entries read so far say was on disk when they were written.
    package private(set) var promised: UInt64 = 0

    private var current: SegmentBytes?
    private var nextIndex = 0
    private var firstIndex = 0

    /// `journal` is the folder that holds a folder a date.
    package init(journal: String, tradingDate: UInt32) throws(JournalError) {
        directory = JournalFiles.directory(journal, tradingDate: tradingDate)
        self.tradingDate = tradingDate
        // The mark first: what it promises is in the segments listed after it.
        durable = DurableMark.read(directory, tradingDate: tradingDate)
        segments = JournalFiles.segments(directory)
        guard !segments.isEmpty else {
            guard let durable, durable.sequence > 0 else { throw .noJournal(path: directory) }
            throw .broken(
                path: JournalFiles.segment(directory, number: 1),
                reason: "segment 1 is missing, durable up to \(durable.sequence)"
            )
        }
        chain = JournalChain.start(tradingDate: tradingDate)
        nextSequence = 1
    }

    /// The rest of a date behind a point that something else vouches for: a snapshot.
    ///
    /// - Throws: what ``init(journal:tradingDate:)`` does, and `.broken` when there is no segment
    ///   behind the point or it does not continue there.
    package static func open(
        journal: String,
        tradingDate: UInt32,
        after point: JournalPoint
    ) throws(JournalError) -> JournalReader {
        var reader = try JournalReader(journal: journal, tradingDate: tradingDate)
        try reader.begin(after: point)
        return reader
    }

    private mutating func begin(after point: JournalPoint) throws(JournalError) {
        guard point.segment < segments.count else {
            throw .broken(
                path: JournalFiles.segment(directory, number: point.segment + 1),
                reason: "not there"
            )
        }
        nextIndex = Int(point.segment)
        firstIndex = nextIndex
        chain = point.chain
        nextSequence = point.sequence + 1
        try openSegment()
    }

    /// Where the date stands now: at the end of a segment, what a snapshot is named by.
    package var point: JournalPoint {
        JournalPoint(segment: UInt32(nextIndex), sequence: nextSequence - 1, chain: chain)
    }

    /// Header of the segment being read.
    package private(set) var header: SegmentHeader?
    package var path: String {
        guard nextIndex > 0 else { return directory }
        return JournalFiles.segment(directory, number: segments[nextIndex - 1])
    }

    /// The next entry, or `nil` at the end. After an error the reader is of no more use.
    package mutating func next() throws(JournalError) -> JournalEntry? {
        while true {
            if current == nil {
                guard nextIndex < segments.count else { return nil }
                try openSegment()
            }
            if let entry = try nextInSegment() { return entry }
            if tear != nil { return nil }
            if nextIndex == segments.count {
                try checkEnd()
                return nil
            }
            current = nil
        }
    }

    /// Opens the next segment unless one is being read; `false` when there is none.
    package mutating func openNext() throws(JournalError) -> Bool {
        if current != nil { return true }
        guard nextIndex < segments.count else { return false }
        try openSegment()
        return true
    }

    /// The next entry of the segment being read, or `nil` at its end.
    package mutating func nextHere() throws(JournalError) -> JournalEntry? {
        if let entry = try nextInSegment() { return entry }
        // A torn tail is the end, or whoever reads segment by segment would read it for ever.
        if tear == nil, nextIndex == segments.count { try checkEnd() }
        current = nil
        return nil
    }

    private mutating func openSegment() throws(JournalError) {
        let number = segments[nextIndex]
        let path = JournalFiles.segment(directory, number: number)
        guard number == UInt32(nextIndex + 1) else {
            throw .broken(path: path, reason: "segment \(nextIndex + 1) is missing")
        }
        let bytes = try SegmentBytes.read(path)
        let header = bytes.header
        guard header.number == number, header.tradingDate == tradingDate else {
            throw .header(
                path: path,
                reason: "is segment \(header.number) of \(header.tradingDate)"
            )
        }
        guard header.firstSequence == nextSequence else {
            throw .broken(
                path: path,
                reason: "begins at sequence \(header.firstSequence), not \(nextSequence)"
            )
        }
        guard header.previousChain == chain else {
            throw .broken(path: path, reason: "chain differs")
        }
        if nextIndex == firstIndex {
            lastEpoch = header.lastEpoch
            lastSlotEnd = header.lastSlotEnd
        }
        self.header = header
        current = consume bytes
        nextIndex += 1
        offset = SegmentHeader.bytes
    }

    private mutating func nextInSegment() throws(JournalError) -> JournalEntry? {
        guard let count = current?.count, let path = current?.path else { return nil }
        guard offset < count else { return nil }
        guard let head = current?.entry(at: offset) else {
            try judgeDamage(count: count, path: path)
            return nil
        }
        guard head.sequence == nextSequence else {
            throw .corrupt(
                path: path,
                offset: offset,
                reason: "sequence \(head.sequence), wanted \(nextSequence)"
            )
        }
        let body = current?.bodyCRC(of: head, at: offset) ?? 0
        let expected = JournalChain.next(after: chain, body: body, sequence: head.sequence)
        guard head.chain == expected else {
            throw .corrupt(path: path, offset: offset, reason: "chain does not continue")
        }
        if let durable, durable.sequence == head.sequence, durable.chain != expected {
            throw .corrupt(path: path, offset: offset, reason: "chain is not the one made durable")
        }
        guard let bytes = unsafe current?.record(at: offset),
            let slots = unsafe AuditRecord.checkedSlots(bytes), slots == Int(head.slots)
        else { throw .corrupt(path: path, offset: offset, reason: "no record") }
        let entry = unsafe JournalEntry(
            head: head,
            bytes: bytes,
            segment: segments[nextIndex - 1],
            offset: offset
        )
        chain = expected
        nextSequence += 1
        lastEpoch = head.epoch
        lastSlotEnd = head.slotEnd
        promised = max(promised, head.durable)
        offset += Int(head.length)
        return entry
    }

    /// A journal that ends before what had been made durable has lost its end.
    private func checkEnd() throws(JournalError) {
        guard let durable, durable.sequence >= nextSequence else { return }
        throw .corrupt(
            path: path,
            offset: offset,
            reason: "ends before sequence \(nextSequence), durable up to \(durable.sequence)"
        )
    }

    /// Bytes that are no whole entry: a torn tail when they are the last segment's and nobody had
    /// been told that they are durable; damage otherwise.
    private mutating func judgeDamage(count: Int, path: String) throws(JournalError) {
        let isLast = nextIndex == segments.count
        let promised = max(
            current?.durableMark(behind: offset) ?? 0,
            durable?.sequence ?? 0
        )
        guard isLast, promised < nextSequence else {
            throw .corrupt(
                path: path,
                offset: offset,
                reason: isLast
                    ? "checksum or length of sequence \(nextSequence), durable up to \(promised)"
                    : "checksum or length of sequence \(nextSequence)"
            )
        }
        tear = JournalTear(path: path, offset: offset, bytes: count - offset)
    }
}
