internal import Crossing

/// The first 128 bytes of a segment, `journal/<yyyymmdd>/NNNNNN.seg`. Little-endian.
///
///      0 magic u64       8 version u32     12 byteOrder u32   16 tradingDate u32  20 number u32
///     24 epoch u64      32 firstSequence   40 previousChain   48 createdNs i64
///     56 lastEpoch u64  64 lastSlotEnd u64 72 imageHash u64   80 reserved…       120 crc u32
///
/// `previousChain`, `lastEpoch` and `lastSlotEnd` say where the segment before it ended, so that a
/// segment that is empty, or alone, still tells where the writer stood.
package struct SegmentHeader: BitwiseCopyable, Equatable, Sendable {
    package static let magicValue: UInt64 = 0x314C_4E4A_5355_5041  // "APUSJNL1" little-endian
    package static let currentVersion: UInt32 = 1
    package static let byteOrderMark: UInt32 = 0x0102_0304

    package var magic: UInt64 = SegmentHeader.magicValue
    package var version: UInt32 = SegmentHeader.currentVersion
    package var byteOrder: UInt32 = SegmentHeader.byteOrderMark
    package var tradingDate: UInt32
    /// 1 for the first of the date.
    package var number: UInt32
    /// Hot's epoch when the segment was begun.
    package var epoch: UInt64
    package var firstSequence: UInt64
    package var previousChain: UInt64
    package var createdNs: Int64
    /// Epoch and ring position behind the last record before this segment; 0, 0 when none.
    package var lastEpoch: UInt64
    package var lastSlotEnd: UInt64
    /// ``HotImageView/hash`` of the configuration the records' indexes refer to.
    package var imageHash: UInt64
    package var reserved0: UInt64 = 0
    package var reserved1: UInt64 = 0
    package var reserved2: UInt64 = 0
    package var reserved3: UInt64 = 0
    package var reserved4: UInt64 = 0
    /// CRC32C of the 120 bytes before it.
    package var crc: UInt32 = 0
    package var reserved5: UInt32 = 0

    package static var bytes: Int { 128 }

    package init(
        tradingDate: UInt32,
        number: UInt32,
        epoch: UInt64,
        firstSequence: UInt64,
        previousChain: UInt64,
        createdNs: Int64,
        lastEpoch: UInt64,
        lastSlotEnd: UInt64,
        imageHash: UInt64
    ) {
        self.tradingDate = tradingDate
        self.number = number
        self.epoch = epoch
        self.firstSequence = firstSequence
        self.previousChain = previousChain
        self.createdNs = createdNs
        self.lastEpoch = lastEpoch
        self.lastSlotEnd = lastSlotEnd
        self.imageHash = imageHash
        self.crc = checksum
    }

    package var checksum: UInt32 {
        unsafe withUnsafeBytes(of: self) { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return unsafe CRC32C.of(base, count: 120)
        }
    }
}
