internal import Crossing

/// What stands before every record in a segment: 48 bytes, then the record's slots × 128 bytes as
/// they stood in the ring. Little-endian; entries are whole multiples of 8 bytes.
///
///     0 length u32   4 crc u32   8 sequence u64   16 epoch u64   24 ringSlot u64
///     32 durable u64            40 chain u64     48… record
package struct EntryHead: BitwiseCopyable, Equatable, Sendable {
    /// Bytes of the whole entry, this head included.
    package var length: UInt32
    /// CRC32C of the entry from `sequence` to its end, the chain taken last.
    package var crc: UInt32
    /// Dense from 1 within a trading date.
    package var sequence: UInt64
    /// Hot's epoch, and the record's absolute slot in its ring.
    package var epoch: UInt64
    package var ringSlot: UInt64
    /// Highest sequence that was on disk when this entry was written. It tells a torn tail (never
    /// promised to anyone) from damage to what was durable.
    package var durable: UInt64
    /// Everything of the date up to and with this entry, in one number.
    package var chain: UInt64

    package static var bytes: Int { 48 }
    package static var entryBytesMax: Int {
        bytes + AuditRecord.slotsMax * AuditRecord.slotBytes
    }

    package init(sequence: UInt64, epoch: UInt64, ringSlot: UInt64, durable: UInt64, record: Int) {
        self.length = UInt32(Self.bytes + record)
        self.crc = 0
        self.sequence = sequence
        self.epoch = epoch
        self.ringSlot = ringSlot
        self.durable = durable
        self.chain = 0
    }

    package var recordBytes: Int { Int(length) - Self.bytes }
    package var slots: UInt64 { UInt64(recordBytes / AuditRecord.slotBytes) }
    /// Ring position behind the record.
    package var slotEnd: UInt64 { ringSlot &+ slots }

    /// Whether `length` can be an entry's.
    package var hasPossibleLength: Bool {
        let record = Int(length) - Self.bytes
        return record >= AuditRecord.fixedBytes && record % AuditRecord.slotBytes == 0
            && record <= AuditRecord.slotsMax * AuditRecord.slotBytes
    }

    /// CRC of sequence, epoch, ring slot, durable mark and record: what the chain is made of.
    package func bodyCRC(record: UnsafeRawPointer) -> UInt32 {
        let head = unsafe withUnsafeBytes(of: self) { bytes in
            guard let base = bytes.baseAddress else { return UInt32(0) }
            return unsafe CRC32C.of(base + 8, count: 32)
        }
        return unsafe CRC32C.of(record, count: recordBytes, seed: head)
    }

    /// The CRC stored in the head: the body's, continued over the chain.
    package static func crc(body: UInt32, chain: UInt64) -> UInt32 {
        unsafe withUnsafeBytes(of: chain) { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return unsafe CRC32C.of(base, count: 8, seed: body)
        }
    }
}

/// The chain: each entry's number is made of the one before it and of its own bytes, so that an
/// entry cannot be removed, added, moved or changed without every later one telling.
/// It guards against accidents and bugs; whoever can write the file can also compute it.
package enum JournalChain {
    /// What the first entry of a date continues.
    package static func start(tradingDate: UInt32) -> UInt64 {
        mix(UInt64(tradingDate) &+ 0x4A4E_4C31)
    }

    package static func next(after previous: UInt64, body: UInt32, sequence: UInt64) -> UInt64 {
        mix(previous ^ mix(UInt64(body) << 32 ^ sequence))
    }

    /// SplitMix64's finalizer: a bijection, so two different inputs never meet by it.
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
