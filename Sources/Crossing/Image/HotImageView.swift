public import Vocabulary

/// Why an image was refused.
public enum ImageError: Error, Equatable, Sendable {
    case system(path: String, errno: Int32)
    case tooShort(bytes: Int)
    case magic(found: UInt64)
    case version(found: UInt32)
    case bytes(actual: Int, header: UInt64)
    case checksum(actual: UInt32, header: UInt32)
    /// The tables' counts do not add up to the image's size.
    case tables(wanted: Int, actual: Int)
    case tooMany(table: String, count: Int, max: Int)
}

/// The configuration image, read in place once everything that could be wrong has been checked.
///
/// A window of plain pointers: the bytes must outlive it and never change.
@safe @frozen
public struct HotImageView: @unchecked Sendable {
    // Sendable: the bytes never change.
    public let bytes: UnsafeRawPointer
    public let count: Int
    public let header: ImageHeader
    @usableFromInline let offsets: ImageOffsets

    /// `bytes`: 8-byte aligned.
    public init(_ bytes: UnsafeRawPointer, count: Int) throws(ImageError) {
        guard count >= ImageHeader.strideBytes else { throw .tooShort(bytes: count) }
        let header = unsafe bytes.load(as: ImageHeader.self)
        guard header.magic == ImageHeader.magicValue else { throw .magic(found: header.magic) }
        guard header.version == ImageHeader.currentVersion else {
            throw .version(found: header.version)
        }
        guard header.bytes == UInt64(count) else {
            throw .bytes(actual: count, header: header.bytes)
        }
        let crc = unsafe CRC32C.of(bytes + 16, count: count - 16)
        guard crc == header.crc else { throw .checksum(actual: crc, header: header.crc) }
        try Self.checkCounts(header)
        let offsets = ImageOffsets(header)
        guard offsets.end == count else { throw .tables(wanted: offsets.end, actual: count) }
        unsafe self.bytes = bytes
        self.count = count
        self.header = header
        self.offsets = offsets
    }

    /// What pairs hot with cold: the checksum and size of the whole configuration.
    @inlinable public var hash: UInt64 { UInt64(header.crc) << 32 | UInt64(UInt32(count)) }

    @inlinable public var venueCount: Int { Int(header.venueCount) }
    @inlinable public var instrumentCount: Int { Int(header.instrumentCount) }
    @inlinable public var accountCount: Int { Int(header.accountCount) }
    @inlinable public var strategyCount: Int { Int(header.strategyCount) }
    @inlinable public var clientCount: Int { Int(header.clientCount) }
    @inlinable public var roleCount: Int { Int(header.roleCount) }
    @inlinable public var holdingCount: Int { Int(header.holdingCount) }
    @inlinable public var latchCount: Int { Int(header.latchCount) }
    @inlinable public var dayFileCount: Int { Int(header.dayFileCount) }

    @inlinable public func venue(_ index: Int) -> ImageVenue {
        row(index, venueCount, offsets.venues)
    }
    @inlinable public func instrument(_ index: Int) -> ImageInstrument {
        row(index, instrumentCount, offsets.instruments)
    }
    @inlinable public func account(_ index: Int) -> ImageAccount {
        row(index, accountCount, offsets.accounts)
    }
    @inlinable public func strategy(_ index: Int) -> ImageStrategy {
        row(index, strategyCount, offsets.strategies)
    }
    @inlinable public func client(_ index: Int) -> ImageClient {
        row(index, clientCount, offsets.clients)
    }
    @inlinable public func role(_ index: Int) -> ImageRole {
        row(index, roleCount, offsets.roles)
    }
    @inlinable public func holding(_ index: Int) -> ImageHolding {
        row(index, holdingCount, offsets.holdings)
    }
    @inlinable public func latch(_ index: Int) -> ImageLatch {
        row(index, latchCount, offsets.latches)
    }
    @inlinable public func dayFile(_ index: Int) -> ImageDayFile {
        row(index, dayFileCount, offsets.dayFiles)
    }

    @inlinable
    func row<Row: BitwiseCopyable>(_ index: Int, _ count: Int, _ offset: Int) -> Row {
        invariant(index >= 0 && index < count, "an index is within its image table")
        return unsafe bytes.load(
            fromByteOffset: offset &+ index &* MemoryLayout<Row>.stride,
            as: Row.self
        )
    }

    private static func checkCounts(_ header: ImageHeader) throws(ImageError) {
        try check("venues", header.venueCount, max: 16)
        try check("instruments", header.instrumentCount, max: 4096)
        try check("accounts", header.accountCount, max: 4096)
        try check("strategies", header.strategyCount, max: 4096)
        try check("clients", header.clientCount, max: 4096 - Int(Owner.firstClient))
        try check("roles", header.roleCount, max: 4096)
        try check("holdings", header.holdingCount, max: 1 << 20)
        try check("latches", header.latchCount, max: 1 << 16)
        try check("day files", header.dayFileCount, max: 16)
    }

    private static func check(
        _ table: String,
        _ count: UInt32,
        max: Int
    ) throws(ImageError) {
        guard count <= max else { throw .tooMany(table: table, count: Int(count), max: max) }
    }
}

/// Where each table begins: one after the other behind the header.
@frozen @usableFromInline
struct ImageOffsets: Sendable {
    @usableFromInline let venues: Int
    @usableFromInline let instruments: Int
    @usableFromInline let accounts: Int
    @usableFromInline let strategies: Int
    @usableFromInline let clients: Int
    @usableFromInline let roles: Int
    @usableFromInline let holdings: Int
    @usableFromInline let latches: Int
    @usableFromInline let dayFiles: Int
    @usableFromInline let end: Int

    init(_ header: ImageHeader) {
        venues = ImageHeader.strideBytes
        instruments = venues + Int(header.venueCount) * MemoryLayout<ImageVenue>.stride
        accounts =
            instruments + Int(header.instrumentCount) * MemoryLayout<ImageInstrument>.stride
        strategies = accounts + Int(header.accountCount) * MemoryLayout<ImageAccount>.stride
        clients = strategies + Int(header.strategyCount) * MemoryLayout<ImageStrategy>.stride
        roles = clients + Int(header.clientCount) * MemoryLayout<ImageClient>.stride
        holdings = roles + Int(header.roleCount) * MemoryLayout<ImageRole>.stride
        latches = holdings + Int(header.holdingCount) * MemoryLayout<ImageHolding>.stride
        dayFiles = latches + Int(header.latchCount) * MemoryLayout<ImageLatch>.stride
        end = dayFiles + Int(header.dayFileCount) * MemoryLayout<ImageDayFile>.stride
    }
}
