internal import Crossing
internal import Glibc

/// One segment in memory of our own: read, not mapped, because a mapped file that another process
/// cuts shorter would stop us.
@safe
package struct SegmentBytes: ~Copyable {
    package let path: String
    package let header: SegmentHeader
    package let count: Int
    private let buffer: UnsafeMutableRawPointer

    package static func read(_ path: String) throws(JournalError) -> SegmentBytes {
        let fd = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard fd >= 0 else { throw .system(path: path, call: "open", errno: errno) }
        defer { close(fd) }
        var status = stat()
        guard unsafe fstat(fd, &status) == 0 else {
            throw .system(path: path, call: "fstat", errno: errno)
        }
        let size = Int(status.st_size)
        guard size >= SegmentHeader.bytes else {
            throw .header(path: path, reason: "\(size) bytes, a header has \(SegmentHeader.bytes)")
        }
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        do throws(JournalError) {
            var done = 0
            while done < size {
                let got = unsafe Glibc.read(fd, buffer + done, size - done)
                guard got >= 0 else { throw .system(path: path, call: "read", errno: errno) }
                if got == 0 { break }
                done += got
            }
            let header = unsafe buffer.load(as: SegmentHeader.self)
            try check(header, path: path)
            return unsafe SegmentBytes(path: path, header: header, count: done, buffer: buffer)
        } catch {
            unsafe buffer.deallocate()
            throw error
        }
    }

    private init(
        path: String,
        header: SegmentHeader,
        count: Int,
        buffer: UnsafeMutableRawPointer
    ) {
        self.path = path
        self.header = header
        self.count = count
        unsafe self.buffer = buffer
    }

    deinit { unsafe buffer.deallocate() }

    private static func check(_ header: SegmentHeader, path: String) throws(JournalError) {
        guard header.magic == SegmentHeader.magicValue else {
            throw .header(path: path, reason: "magic is 0x\(String(header.magic, radix: 16))")
        }
        guard header.byteOrder == SegmentHeader.byteOrderMark else {
            throw .header(path: path, reason: "byte order is not little-endian")
        }
        guard header.version == SegmentHeader.currentVersion else {
            throw .version(path: path, found: header.version)
        }
        guard header.crc == header.checksum else {
            throw .header(path: path, reason: "checksum does not fit")
        }
    }

    /// The head at `offset` when a whole entry with the right CRC stands there, whatever it says.
    package func entry(at offset: Int) -> EntryHead? {
        guard count - offset >= EntryHead.bytes else { return nil }
        let head = unsafe buffer.load(fromByteOffset: offset, as: EntryHead.self)
        guard head.hasPossibleLength, count - offset >= Int(head.length) else { return nil }
        let body = unsafe head.bodyCRC(record: buffer + offset + EntryHead.bytes)
        guard EntryHead.crc(body: body, chain: head.chain) == head.crc else { return nil }
        return head
    }

    package func bodyCRC(of head: EntryHead, at offset: Int) -> UInt32 {
        unsafe head.bodyCRC(record: buffer + offset + EntryHead.bytes)
    }

    /// The record of the entry at `offset`; valid as long as this value lives.
    package func record(at offset: Int) -> UnsafeRawPointer {
        unsafe UnsafeRawPointer(buffer + offset + EntryHead.bytes)
    }

    /// The highest durable mark in any whole entry behind `offset`: what had been promised before
    /// the bytes at `offset` went bad. 0 when there is none.
    package func durableMark(behind offset: Int) -> UInt64 {
        var highest: UInt64 = 0
        var place = offset + 8
        while count - place >= EntryHead.bytes {
            if let head = entry(at: place) {
                highest = max(highest, head.durable)
                place += Int(head.length)
            } else {
                place += 8
            }
        }
        return highest
    }
}
