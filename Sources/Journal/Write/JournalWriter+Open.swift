internal import Crossing
internal import Glibc

extension JournalWriter {
    /// Opens a date for appending, making its folder and first segment if need be.
    ///
    /// Reads everything that is there: a torn tail is cut off at the last whole entry and reported
    /// in ``opened``; damage anywhere else is an error and changes nothing.
    package static func open(
        journal: String,
        tradingDate: UInt32,
        epoch: UInt64,
        createdNs: Int64,
        imageHash: UInt64 = 0,
        options: JournalOptions = JournalOptions()
    ) throws(JournalError) -> JournalWriter {
        let directory = JournalFiles.directory(journal, tradingDate: tradingDate)
        try JournalFiles.makeDirectory(journal)
        try JournalFiles.makeDirectory(directory)
        try JournalFiles.syncDirectory(journal)
        let lock = try takeLock(directory)
        var opening = JournalOpening()
        for name in JournalFiles.names(directory) where name.hasSuffix(".seg.new") {
            _ = unsafe unlink("\(directory)/\(name)")
            opening.removedTemporary.append(name)
        }
        var start = Start(chain: JournalChain.start(tradingDate: tradingDate))
        let durable = DurableMark.read(directory, tradingDate: tradingDate)
        if (durable?.sequence ?? 0) > 0 || !JournalFiles.segments(directory).isEmpty {
            start = try scan(journal, tradingDate, &opening)
        } else {
            let header = SegmentHeader(
                tradingDate: tradingDate,
                number: 1,
                epoch: epoch,
                firstSequence: 1,
                previousChain: start.chain,
                createdNs: createdNs,
                lastEpoch: 0,
                lastSlotEnd: 0,
                imageHash: imageHash
            )
            close(try makeSegment(directory, header))
        }
        let path = JournalFiles.segment(directory, number: start.segment)
        let fd = unsafe Glibc.open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        guard fd >= 0 else { throw .system(path: path, call: "open", errno: errno) }
        if opening.repaired != nil {
            guard ftruncate(fd, off_t(start.bytes)) == 0, fsync(fd) == 0 else {
                let code = errno
                close(fd)
                throw .system(path: path, call: "ftruncate", errno: code)
            }
        }
        // What was read back is made durable now: the writer before us may have died between
        // its write and its sync, and the durable mark must not lie.
        let code = rewrite(fd, from: start.promisedBytes, to: start.bytes)
        guard code == 0 else {
            close(fd)
            throw .failed(path: path, errno: code)
        }
        let marks: MarkFile
        do throws(JournalError) {
            marks = try MarkFile.open(directory)
        } catch {
            close(fd)
            throw error
        }
        let mark = DurableMark(
            tradingDate: tradingDate,
            sequence: start.nextSequence - 1,
            chain: start.chain
        )
        // Both places: what stands there may be of a journal with more entries, cut back since.
        for number in [1, MarkFile.marksPerSync] as [UInt64] {
            let failed = marks.write(mark, number: number)
            guard failed == 0 else {
                close(fd)
                close(marks.fd)
                throw .failed(path: JournalFiles.durable(directory), errno: failed)
            }
        }
        var writer = JournalWriter(
            directory: directory,
            tradingDate: tradingDate,
            options: options,
            opened: opening,
            start: start,
            epoch: epoch,
            imageHash: imageHash,
            fd: fd,
            marks: marks,
            lock: lock
        )
        // Another configuration: a segment's records all belong to the one its header names.
        if start.imageHash != imageHash, imageHash != 0, start.nextSequence > 1 {
            try writer.rollIfRoom(epoch: epoch, nowNs: createdNs)
        }
        return writer
    }

    /// Writes the tail nobody was promised over itself and syncs it. A sync alone would not do: if
    /// one failed before, the kernel holds these pages for clean although the disk has never seen
    /// them, and would report success.
    ///
    /// - Returns: 0, or the errno of the failure.
    private static func rewrite(_ fd: Int32, from: Int, to end: Int) -> Int32 {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var place = from
        while place < end {
            let wanted = min(bytes.count, end - place)
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(fd, buffer.baseAddress, wanted, off_t(place))
            }
            guard got > 0 else { return got < 0 ? errno : EIO }
            let wrote = unsafe bytes.withUnsafeBytes { buffer in
                unsafe pwrite(fd, buffer.baseAddress, got, off_t(place))
            }
            guard wrote > 0 else { return wrote < 0 ? errno : EIO }
            place += wrote
        }
        return fdatasync(fd) == 0 ? 0 : errno
    }

    /// Where a writer goes on.
    struct Start {
        var chain: UInt64
        var nextSequence: UInt64 = 1
        var segment: UInt32 = 1
        var bytes = SegmentHeader.bytes
        /// Bytes of the last segment that hold only what was durable before.
        var promisedBytes = SegmentHeader.bytes
        var lastEpoch: UInt64 = 0
        var lastSlotEnd: UInt64 = 0
        /// Of the last segment there is.
        var imageHash: UInt64 = 0
    }

    private init(
        directory: String,
        tradingDate: UInt32,
        options: JournalOptions,
        opened: JournalOpening,
        start: Start,
        epoch: UInt64,
        imageHash: UInt64,
        fd: Int32,
        marks: MarkFile,
        lock: consuming FileLock
    ) {
        self.directory = directory
        self.tradingDate = tradingDate
        self.options = options
        self.opened = opened
        nextSequence = start.nextSequence
        durableSequence = start.nextSequence - 1
        lastEpoch = start.lastEpoch
        lastSlotEnd = start.lastSlotEnd
        durableEpoch = start.lastEpoch
        durableSlotEnd = start.lastSlotEnd
        segmentNumber = start.segment
        chain = start.chain
        self.epoch = epoch
        self.imageHash = imageHash
        self.fd = fd
        writtenBytes = start.bytes
        self.marks = marks
        self.lock = lock
        buffer.reserveCapacity(options.groupBytes * 2)
    }

    private static func takeLock(_ directory: String) throws(JournalError) -> FileLock {
        do throws(LockError) {
            return try FileLock.acquire("\(directory)/lock")
        } catch {
            switch error {
            case .held(let path, let pid): throw .locked(path: path, pid: pid)
            case .system(let path, let code):
                throw .system(path: path, call: "lock", errno: code)
            }
        }
    }

    private static func scan(
        _ journal: String,
        _ tradingDate: UInt32,
        _ opening: inout JournalOpening
    ) throws(JournalError) -> Start {
        var reader = try JournalReader(journal: journal, tradingDate: tradingDate)
        let promised = reader.durable?.sequence ?? 0
        var promisedBytes = SegmentHeader.bytes
        while let entry = try reader.next() {
            opening.entries += 1
            guard entry.segment == UInt32(reader.segments.count), entry.sequence <= promised else {
                continue
            }
            promisedBytes = entry.offset + Int(entry.head.length)
        }
        opening.segments = reader.segments.count
        opening.repaired = reader.tear
        var start = Start(chain: reader.chain)
        start.nextSequence = reader.nextSequence
        start.segment = UInt32(reader.segments.count)
        start.bytes = reader.offset
        start.promisedBytes = promisedBytes
        start.lastEpoch = reader.lastEpoch
        start.lastSlotEnd = reader.lastSlotEnd
        start.imageHash = reader.header?.imageHash ?? 0
        return start
    }

    /// Writes a segment's header under a temporary name, makes it durable, then gives it its
    /// name: a `.seg` always has a whole header, wherever the machine stops.
    private static func makeSegment(
        _ directory: String,
        _ header: SegmentHeader
    ) throws(JournalError) -> Int32 {
        let path = JournalFiles.segment(directory, number: header.number)
        let temporary = path + ".new"
        let flags = O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
        let fd = unsafe Glibc.open(temporary, flags, 0o640)
        guard fd >= 0 else { throw failure(temporary, "open", errno) }
        let wrote = unsafe withUnsafeBytes(of: header) { bytes in
            unsafe pwrite(fd, bytes.baseAddress, SegmentHeader.bytes, 0)
        }
        guard wrote == SegmentHeader.bytes, fsync(fd) == 0 else {
            let code = wrote >= 0 && wrote < SegmentHeader.bytes ? ENOSPC : errno
            close(fd)
            _ = unsafe unlink(temporary)
            throw failure(temporary, "write", code)
        }
        guard unsafe rename(temporary, path) == 0 else {
            let code = errno
            close(fd)
            throw failure(path, "rename", code)
        }
        do throws(JournalError) {
            try JournalFiles.syncDirectory(directory)
        } catch {
            close(fd)
            throw error
        }
        return fd
    }

    private static func failure(_ path: String, _ call: String, _ code: Int32) -> JournalError {
        code == ENOSPC || code == EDQUOT || code == EFBIG
            ? .noSpace(path: path, errno: code) : .system(path: path, call: call, errno: code)
    }

    /// Begins the next segment; for want of room the old one stays in use, longer than asked for:
    /// its size is a wish, records are not.
    mutating func rollIfRoom(epoch: UInt64, nowNs: Int64) throws(JournalError) {
        do throws(JournalError) {
            try roll(epoch: epoch, nowNs: nowNs)
        } catch {
            if case .noSpace = error { return }
            throw error
        }
    }

    private mutating func roll(epoch: UInt64, nowNs: Int64) throws(JournalError) {
        try sync()
        let header = SegmentHeader(
            tradingDate: tradingDate,
            number: segmentNumber + 1,
            epoch: epoch,
            firstSequence: nextSequence,
            previousChain: chain,
            createdNs: nowNs,
            lastEpoch: lastEpoch,
            lastSlotEnd: lastSlotEnd,
            imageHash: imageHash
        )
        let next = try Self.makeSegment(directory, header)
        close(fd)
        fd = next
        segmentNumber += 1
        writtenBytes = SegmentHeader.bytes
    }
}
