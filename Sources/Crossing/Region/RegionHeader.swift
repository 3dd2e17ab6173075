/// The first page of a shared file: written whole before the file gets its name, never after.
///
/// Sections are found through it, so that a reader of another build still knows what it may not
/// read: another layout version is refused, not guessed at.
@frozen
public struct RegionHeader: BitwiseCopyable, Sendable, Equatable {
    public static let hotMagic: UInt64 = 0x3154_4F48_5355_5041  // "APUSHOT1" little-endian
    public static let coldMagic: UInt64 = 0x3144_4C43_5355_5041  // "APUSCLD1" little-endian
    public static let currentVersion: UInt32 = 1
    /// Reads as these bytes 04 03 02 01 in the file; another value means another byte order.
    public static let byteOrderMark: UInt32 = 0x0102_0304

    public var magic: UInt64
    public var version: UInt32 = RegionHeader.currentVersion
    public var byteOrder: UInt32 = RegionHeader.byteOrderMark
    public var totalBytes: UInt64
    /// The run the absolute counts in this file belong to.
    public var epoch: UInt64
    /// ns since the Unix epoch, UTC.
    public var createdNs: Int64
    public var sections:
        (
            RegionSection, RegionSection, RegionSection, RegionSection, RegionSection,
            RegionSection, RegionSection, RegionSection
        )
    /// CRC32C of all bytes of this header before it.
    public var crc: UInt32 = 0
    public var reserved: UInt32 = 0

    @inlinable public static var pageBytes: Int { 4096 }

    init(magic: UInt64, epoch: UInt64, createdNs: Int64, layout: RegionLayout) {
        self.magic = magic
        self.totalBytes = UInt64(layout.totalBytes)
        self.epoch = epoch
        self.createdNs = createdNs
        self.sections = layout.tuple
        self.crc = checksum
    }

    var checksum: UInt32 {
        let covered = MemoryLayout<RegionHeader>.offset(of: \.crc) ?? 0
        return unsafe withUnsafeBytes(of: self) { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return unsafe CRC32C.of(base, count: covered)
        }
    }

    @inlinable public static func == (left: RegionHeader, right: RegionHeader) -> Bool {
        unsafe withUnsafeBytes(of: left) { a in
            unsafe withUnsafeBytes(of: right) { b in unsafe a.elementsEqual(b) }
        }
    }
}

/// Where a part of the file lies: `count` items of `stride` bytes from `offset`.
@frozen
public struct RegionSection: BitwiseCopyable, Sendable, Equatable {
    public var offset: UInt64 = 0
    public var count: UInt64 = 0
    public var stride: UInt64 = 0

    @inlinable public init() {}
    @inlinable public var bytes: Int { Int(count * stride) }
}

/// Places sections one after the other, each on its own page.
struct RegionLayout {
    private(set) var sections: [RegionSection] = []
    private(set) var totalBytes = RegionHeader.pageBytes

    mutating func add(count: Int, stride: Int) {
        var section = RegionSection()
        section.offset = UInt64(totalBytes)
        section.count = UInt64(count)
        section.stride = UInt64(stride)
        sections.append(section)
        let page = RegionHeader.pageBytes
        totalBytes += (count * stride + page - 1) / page * page
    }

    /// Adds an entry that takes no place.
    mutating func describe(_ section: RegionSection) { sections.append(section) }

    subscript(index: Int) -> RegionSection {
        index < sections.count ? sections[index] : RegionSection()
    }

    var tuple:
        (
            RegionSection, RegionSection, RegionSection, RegionSection, RegionSection,
            RegionSection, RegionSection, RegionSection
        )
    {
        (self[0], self[1], self[2], self[3], self[4], self[5], self[6], self[7])
    }
}
