internal import Glibc

/// Which configuration a date's records belong to: their indexes mean nothing without it.
package enum JournalImages {
    /// Hash of the image in force at a sequence: the last segment's that begins at or below it.
    ///
    /// - Returns: 0 when the segment does not say.
    /// - Throws: `.noJournal`, or a header that cannot be read.
    package static func hash(
        journal: String,
        tradingDate: UInt32,
        at sequence: UInt64 = .max
    ) throws(JournalError) -> UInt64 {
        let directory = JournalFiles.directory(journal, tradingDate: tradingDate)
        var found: UInt64?
        for number in JournalFiles.segments(directory) {
            let header = try header(JournalFiles.segment(directory, number: number))
            guard header.firstSequence <= max(1, sequence) else { break }
            found = header.imageHash
        }
        guard let found else { throw .noJournal(path: directory) }
        return found
    }

    /// `journal/<date>/<hash>.image`: the configuration a day was run with lies beside its records.
    package static func path(journal: String, tradingDate: UInt32, hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        let zeros = String(repeating: "0", count: 16 - digits.count)
        let directory = JournalFiles.directory(journal, tradingDate: tradingDate)
        return "\(directory)/\(zeros)\(digits).image"
    }

    private static func header(_ path: String) throws(JournalError) -> SegmentHeader {
        let fd = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard fd >= 0 else { throw .system(path: path, call: "open", errno: errno) }
        defer { close(fd) }
        var bytes = [UInt8](repeating: 0, count: SegmentHeader.bytes)
        let got = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe pread(fd, buffer.baseAddress, SegmentHeader.bytes, 0)
        }
        let header = unsafe bytes.withUnsafeBytes {
            unsafe $0.loadUnaligned(as: SegmentHeader.self)
        }
        guard got == SegmentHeader.bytes, header.magic == SegmentHeader.magicValue,
            header.crc == header.checksum
        else { throw .header(path: path, reason: "is damaged") }
        return header
    }
}
