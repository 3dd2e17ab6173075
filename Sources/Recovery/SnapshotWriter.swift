package import Crossing
import Glibc
package import HotPath
package import Journal
import Vocabulary

/// Makes the snapshot of the last sealed segment, beginning at the newest one there is.
package struct SnapshotWriter: ~Copyable {
    /// What became of it.
    package enum Outcome: Equatable {
        /// No segment is sealed, or the last one sealed has its snapshot.
        case nothingToDo
        case wrote(path: String, sequence: UInt64, bytes: Int, records: Int)
    }

    private let image: HotImageView
    private let journal: String
    private let tradingDate: UInt32
    /// A hash a block of the empty state.
    private let empty: [UInt64]

    /// `journal` is the folder that holds a folder a date.
    package init(journal: String, image: HotImageView) {
        self.image = image
        self.journal = journal
        tradingDate = image.header.tradingDate
        var recovery = Recovery(image: image)
        empty = Self.hashes(&recovery)
    }

    /// Reads what is sealed and writes its snapshot under a temporary name, makes it durable, then
    /// gives it its name: a `.snap` is whole, wherever the machine stops.
    ///
    /// - Parameter note: hears of every snapshot that was not used, one line each.
    /// - Returns: what was written, if anything.
    /// - Throws: `JournalError`, `RecoveryError` or `SnapshotError`; the journal is untouched.
    package func run(note: (String) -> Void) throws -> Outcome {
        var start = try StartState.open(
            journal: journal,
            image: image,
            note: note
        )
        // The last segment is still being written.
        let sealed = UInt32(start.reader.segments.count - 1)
        guard start.point.segment < sealed else { return .nothingToDo }
        repeat {
            guard try start.recovery.readSegment(&start.reader) else { break }
        } while start.reader.point.segment < sealed
        let point = start.reader.point
        // The next segment begins with the record that says it, if hot tripped at all.
        start.recovery.takeBackUntold()
        let bytes = image(of: &start.recovery, at: point)
        let path = JournalFiles.snapshot(start.reader.directory, number: point.segment)
        try write(bytes, to: path, in: start.reader.directory)
        return .wrote(
            path: path,
            sequence: point.sequence,
            bytes: bytes.count,
            records: start.recovery.report.journalRecords
        )
    }

    private func image(of recovery: inout Recovery, at point: JournalPoint) -> [UInt8] {
        var header = Snapshot.Header()
        header.tradingDate = tradingDate
        header.segment = point.segment
        header.sequence = point.sequence
        header.chain = point.chain
        header.imageHash = Snapshot.meaning(of: image)
        header.layout = Snapshot.layout(&recovery)
        header.stateHash = recovery.ledger.stateHash()
        header.lastEpoch = recovery.report.lastEpoch
        header.lastT = recovery.report.lastT
        var bytes = [UInt8](repeating: 0, count: Snapshot.Header.bytes)
        var region: UInt32 = 0
        var number = 0
        unsafe recovery.visitState { base, count in
            var offset = 0
            var block: UInt32 = 0
            while offset < count {
                let size = min(Snapshot.blockBytes, count - offset)
                if unsafe Self.hash(base + offset, count: size) != empty[number] {
                    unsafe withUnsafeBytes(of: region) { unsafe bytes.append(contentsOf: $0) }
                    unsafe withUnsafeBytes(of: block) { unsafe bytes.append(contentsOf: $0) }
                    unsafe bytes.append(
                        contentsOf: UnsafeRawBufferPointer(start: base + offset, count: size)
                    )
                    header.blockCount += 1
                }
                offset += size
                block += 1
                number += 1
            }
            region += 1
        }
        header.crc = Snapshot.checksum(header, bytes)
        let head = unsafe withUnsafeBytes(of: header) { unsafe Array($0) }
        bytes.replaceSubrange(0..<head.count, with: head)
        return bytes
    }

    private static func hashes(_ recovery: inout Recovery) -> [UInt64] {
        var hashes: [UInt64] = []
        unsafe recovery.visitState { base, count in
            var offset = 0
            while offset < count {
                let size = min(Snapshot.blockBytes, count - offset)
                hashes.append(unsafe hash(base + offset, count: size))
                offset += size
            }
        }
        return hashes
    }

    /// 64 bits of a block; regions are whole words.
    private static func hash(_ base: UnsafeMutableRawPointer, count: Int) -> UInt64 {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset + 8 <= count {
            let word = unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            hash = (hash ^ word) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 29
            offset += 8
        }
        while offset < count {
            let byte = unsafe base.load(fromByteOffset: offset, as: UInt8.self)
            hash = (hash ^ UInt64(byte)) &* 0xFF51_AFD7_ED55_8CCD
            offset += 1
        }
        return hash
    }

    private func write(_ bytes: [UInt8], to path: String, in directory: String) throws {
        let temporary = path + ".new"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
        let fd = unsafe open(temporary, flags, 0o640)
        guard fd >= 0 else {
            throw SnapshotError.system(path: temporary, call: "open", errno: errno)
        }
        var done = 0
        while done < bytes.count {
            let wrote = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    fd,
                    buffer.baseAddress.map { unsafe $0 + done },
                    buffer.count - done
                )
            }
            guard wrote > 0 else { break }
            done += wrote
        }
        let synced = done == bytes.count && fsync(fd) == 0
        let code = errno
        close(fd)
        guard synced, unsafe rename(temporary, path) == 0 else {
            _ = unsafe unlink(temporary)
            throw SnapshotError.system(path: path, call: "write", errno: code)
        }
        let folder = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            _ = fsync(folder)
            close(folder)
        }
    }
}

/// Where reading of a date begins: behind the newest snapshot that fits, or at its beginning.
package struct StartState: ~Copyable {
    package var recovery: Recovery
    package var reader: JournalReader
    package let point: JournalPoint

    /// Takes the newest snapshot that is whole, of this configuration and build, and that the next
    /// segment continues; each one passed over is told to `note` in a line.
    ///
    /// - Throws: `JournalError` when the journal cannot be read.
    package static func open(
        journal: String,
        image: HotImageView,
        change: (inout LedgerConfig) -> Void = { _ in },
        note: (String) -> Void
    ) throws(JournalError) -> StartState {
        let date = image.header.tradingDate
        let directory = JournalFiles.directory(journal, tradingDate: date)
        for number in JournalFiles.snapshots(directory) {
            let path = JournalFiles.snapshot(directory, number: number)
            do throws(SnapshotError) {
                let loaded = try Snapshot.load(
                    path,
                    image: image,
                    tradingDate: date,
                    change: change
                )
                let point = loaded.point
                let reader: JournalReader
                do throws(JournalError) {
                    reader = try JournalReader.open(
                        journal: journal,
                        tradingDate: date,
                        after: point
                    )
                } catch {
                    throw .unfit(path: path, reason: "\(error)")
                }
                return StartState(loaded, reader: reader)
            } catch {
                note("\(error); not used")
            }
        }
        return StartState(
            recovery: Recovery(image: image, change: change),
            reader: try JournalReader(journal: journal, tradingDate: date),
            point: JournalPoint(segment: 0, sequence: 0, chain: 0)
        )
    }

    /// The state; this value is used up.
    package consuming func takeRecovery() -> Recovery { recovery }

    private init(_ loaded: consuming Snapshot.Loaded, reader: consuming JournalReader) {
        point = loaded.point
        recovery = loaded.recovery
        self.reader = reader
    }

    private init(
        recovery: consuming Recovery,
        reader: consuming JournalReader,
        point: JournalPoint
    ) {
        self.recovery = recovery
        self.reader = reader
        self.point = point
    }
}
