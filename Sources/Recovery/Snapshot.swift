package import Crossing
import Glibc
package import HotPath
package import Journal
import Vocabulary

/// `journal/<yyyymmdd>/NNNNNN.snap`: the state at the end of segment NNNNNN, so that a start reads
/// this and what came after instead of the whole day.
///
/// Only a shortcut: without one, or with none that fits, the journal alone gives the same state.
/// Written by a process of its own, from sealed segments, by the code that start-up uses. Of the
/// state's bytes those blocks are kept that differ from an empty one's of the same image.
///
///     header, 128 bytes    then per block: region u32, block u32, its bytes (4 096, fewer at the end)
package enum Snapshot {
    static var blockBytes: Int { 4096 }

    struct Header: BitwiseCopyable {
        static let magicValue: UInt64 = 0x3150_4E53_5355_5041  // "APUSSNP1" little-endian
        static let currentVersion: UInt32 = 1

        var magic = Header.magicValue
        var version = Header.currentVersion
        var byteOrder: UInt32 = 0x0102_0304
        var tradingDate: UInt32 = 0
        var segment: UInt32 = 0
        var sequence: UInt64 = 0
        var chain: UInt64 = 0
        /// The configuration the state refers to, by index.
        var imageHash: UInt64 = 0
        /// Of all regions' sizes and the types' strides: another build's memory is not ours.
        var layout: UInt64 = 0
        /// What the state is once these bytes are in place.
        var stateHash: UInt64 = 0
        var lastEpoch: UInt64 = 0
        var lastT: Int64 = 0
        var blockCount: UInt64 = 0
        var reserved: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        /// CRC32C of everything else, the header first.
        var crc: UInt32 = 0
        var reserved1: UInt32 = 0

        static var bytes: Int { 128 }
    }

    /// What ``load(_:image:tradingDate:)`` gives: the state and where the journal goes on.
    package struct Loaded: ~Copyable {
        package var recovery: Recovery
        package let point: JournalPoint

        /// It was looked at and nothing begins with it.
        package consuming func discard() { recovery.discard() }
    }

    /// The state out of one file, checked from its first byte to the hash of what it makes.
    package static func load(
        _ path: String,
        image: HotImageView,
        tradingDate: UInt32,
        change: (inout LedgerConfig) -> Void = { _ in }
    ) throws(SnapshotError) -> Loaded {
        let bytes = try read(path)
        let header = try check(bytes, path: path)
        guard header.tradingDate == tradingDate else {
            throw .unfit(path: path, reason: "is of \(header.tradingDate)")
        }
        guard header.imageHash == meaning(of: image) else {
            throw .unfit(path: path, reason: "is of another configuration")
        }
        var recovery = Recovery(image: image, change: change)
        guard header.layout == layout(&recovery) else {
            throw .unfit(path: path, reason: "is of another build")
        }
        try fill(&recovery, bytes, header, path: path)
        guard recovery.ledger.stateHash() == header.stateHash else {
            throw .damaged(path: path, reason: "gives another state than it says")
        }
        recovery.report.lastEpoch = header.lastEpoch
        recovery.report.lastT = header.lastT
        recovery.report.snapshotSequence = header.sequence
        return Loaded(
            recovery: recovery,
            point: JournalPoint(
                segment: header.segment,
                sequence: header.sequence,
                chain: header.chain
            )
        )
    }

    private static func check(
        _ bytes: [UInt8],
        path: String
    ) throws(SnapshotError) -> Header {
        guard bytes.count >= Header.bytes else {
            throw .damaged(path: path, reason: "\(bytes.count) bytes, its header has 128")
        }
        let header = unsafe bytes.withUnsafeBytes { unsafe $0.load(as: Header.self) }
        guard header.magic == Header.magicValue, header.byteOrder == 0x0102_0304 else {
            throw .damaged(path: path, reason: "is no snapshot")
        }
        guard header.version == Header.currentVersion else {
            throw .unfit(path: path, reason: "version \(header.version)")
        }
        guard header.crc == checksum(header, bytes) else {
            throw .damaged(path: path, reason: "checksum does not fit")
        }
        return header
    }

    /// Of the header without the checksum itself, and of all blocks.
    static func checksum(_ header: Header, _ bytes: [UInt8]) -> UInt32 {
        var plain = header
        plain.crc = 0
        let head = unsafe withUnsafeBytes(of: plain) { unsafe CRC32C.of(Array($0)) }
        return unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, buffer.count > Header.bytes else { return head }
            return unsafe CRC32C.of(
                base + Header.bytes,
                count: buffer.count - Header.bytes,
                seed: head
            )
        }
    }

    /// Puts the blocks where they belong. The checksum has vouched for them; what does not fit all
    /// the same is refused.
    private static func fill(
        _ recovery: inout Recovery,
        _ bytes: [UInt8],
        _ header: Header,
        path: String
    ) throws(SnapshotError) {
        var place = Header.bytes
        var blocks: UInt64 = 0
        var region: UInt32 = 0
        var fits = true
        unsafe bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            unsafe recovery.visitState { target, count in
                while fits, place + 8 <= source.count,
                    unsafe base.loadUnaligned(fromByteOffset: place, as: UInt32.self) == region
                {
                    let block = unsafe base.loadUnaligned(
                        fromByteOffset: place + 4,
                        as: UInt32.self
                    )
                    let offset = Int(block) * blockBytes
                    let size = min(blockBytes, count - offset)
                    guard size > 0, place + 8 + size <= source.count else {
                        fits = false
                        return
                    }
                    unsafe (target + offset).copyMemory(from: base + place + 8, byteCount: size)
                    place += 8 + size
                    blocks += 1
                }
                region += 1
            }
        }
        guard fits, place == bytes.count, blocks == header.blockCount else {
            throw .damaged(path: path, reason: "its blocks do not fit")
        }
    }

    /// What of a configuration the state refers to: everything but addresses, which are others at
    /// every start on paper.
    static func meaning(of image: HotImageView) -> UInt64 {
        var header = image.header
        header.crc = 0
        header.clientHostIPv4 = 0
        header.clientPort = 0
        header.cpu = 0
        header.idle = 0
        header.transport = 0
        var bytes: [UInt8] = []
        func add<Row>(_ row: Row) {
            unsafe withUnsafeBytes(of: row) { unsafe bytes.append(contentsOf: $0) }
        }
        add(header)
        for index in 0..<image.venueCount {
            var venue = image.venue(index)
            (venue.ouchHost, venue.feedAHost, venue.feedBHost) = (0, 0, 0)
            (venue.ouchPort, venue.feedAPort, venue.feedBPort) = (0, 0, 0)
            (venue.requestHost, venue.requestPort) = (0, 0)
            (venue.feedASource, venue.feedBSource, venue.feedInterface) = (0, 0, 0)
            add(venue)
        }
        for index in 0..<image.instrumentCount { add(image.instrument(index)) }
        for index in 0..<image.accountCount { add(image.account(index)) }
        for index in 0..<image.strategyCount { add(image.strategy(index)) }
        for index in 0..<image.clientCount { add(image.client(index)) }
        for index in 0..<image.holdingCount { add(image.holding(index)) }
        for index in 0..<image.latchCount { add(image.latch(index)) }
        return UInt64(CRC32C.of(bytes)) << 32 | UInt64(UInt32(truncatingIfNeeded: bytes.count))
    }

    /// Sizes of all regions in order, and what the rows in them look like.
    static func layout(_ recovery: inout Recovery) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        let strides = [
            MemoryLayout<Order>.stride, MemoryLayout<InstrumentState>.stride,
            MemoryLayout<AccountState>.stride, MemoryLayout<StrategyState>.stride,
            MemoryLayout<VenueState>.stride, MemoryLayout<FirmState>.stride,
            MemoryLayout<LedgerCounters>.stride,
        ]
        for stride in strides { hash = (hash ^ UInt64(stride)) &* 0x0000_0100_0000_01B3 }
        unsafe recovery.visitState { _, count in
            hash = (hash ^ UInt64(count)) &* 0x0000_0100_0000_01B3
        }
        return hash
    }

    private static func read(_ path: String) throws(SnapshotError) -> [UInt8] {
        let fd = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard fd >= 0 else { throw .system(path: path, call: "open", errno: errno) }
        defer { close(fd) }
        var status = stat()
        guard unsafe fstat(fd, &status) == 0 else {
            throw .system(path: path, call: "fstat", errno: errno)
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(
                    fd,
                    buffer.baseAddress.map { unsafe $0 + done },
                    buffer.count - done
                )
            }
            guard got > 0 else { throw .damaged(path: path, reason: "shorter than it was") }
            done += got
        }
        return bytes
    }
}

/// Why a snapshot was not used or not made. Never why a start fails: the journal is there.
package enum SnapshotError: Error, Equatable {
    case system(path: String, call: String, errno: Int32)
    case damaged(path: String, reason: String)
    /// Whole, and not for this start.
    case unfit(path: String, reason: String)
}

extension SnapshotError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let path, let call, let code):
            "snapshot \(path): \(call) failed, errno \(code)"
        case .damaged(let path, let reason): "snapshot \(path): damaged: \(reason)"
        case .unfit(let path, let reason): "snapshot \(path): \(reason)"
        }
    }
}
