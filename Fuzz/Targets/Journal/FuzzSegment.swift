import Crossing
import Glibc
import Journal
import Vocabulary

/// Segments as their writer would leave them, around records nobody would write.
enum FuzzSegment {
    static let date: UInt32 = 20_260_102
    static let headerBytes = SegmentHeader.bytes

    static func header() -> [UInt8] {
        let header = SegmentHeader(
            tradingDate: date,
            number: 1,
            epoch: 1,
            firstSequence: 1,
            previousChain: JournalChain.start(tradingDate: date),
            createdNs: 1,
            lastEpoch: 0,
            lastSlotEnd: 0,
            imageHash: 0
        )
        return withUnsafeBytes(of: header) { Array($0) }
    }

    /// The header, and as many entries as the input says, at most 16.
    static func make(_ input: inout FuzzInput) -> [UInt8] {
        var segment = header()
        var chain = JournalChain.start(tradingDate: date)
        var slot: UInt64 = 0
        for sequence in UInt64(1)...UInt64(1 + input.u8() & 15) {
            let record = record(&input, slot: slot)
            var head = EntryHead(
                sequence: sequence,
                epoch: 1,
                ringSlot: slot,
                durable: sequence - 1,
                record: record.count
            )
            let body = record.withUnsafeBytes { head.bodyCRC(record: $0.baseAddress!) }
            chain = JournalChain.next(after: chain, body: body, sequence: sequence)
            head.chain = chain
            head.crc = EntryHead.crc(body: body, chain: chain)
            segment += withUnsafeBytes(of: head) { Array($0) } + record
            slot += UInt64(record.count / AuditRecord.slotBytes)
        }
        return segment
    }

    /// Few orders, every quantity and price odd.
    private static func record(_ input: inout FuzzInput, slot: UInt64) -> [UInt8] {
        var record = AuditRecord()
        let kinds = RecordKind.allCases.filter { $0 != .none }
        let statuses = OrdStatus.allCases
        record.kind = kinds[Int(input.u8()) % kinds.count]
        record.status = statuses[Int(input.u8()) % statuses.count]
        record.orderID = ClOrdID(UInt64(input.u8() & 3))
        let how = input.u8()
        record.flags = RecordFlags(rawValue: how & 1 == 0 ? 0 : input.u16())
        record.qty = OrderQty(units: Int64(bitPattern: input.odd64()))
        record.lastQty = OrderQty(units: Int64(bitPattern: input.odd64()))
        record.leavesQty = OrderQty(units: Int64(bitPattern: input.odd64()))
        if how & 2 != 0 { record.px = Price(units: Int64(bitPattern: input.odd64())) }
        if how & 4 != 0 { record.cumQty = OrderQty(units: Int64(bitPattern: input.odd64())) }
        if how & 8 != 0 { record.venue = 0 }
        if how & 16 != 0 { record.venueSeq = input.odd64() }
        if how & 32 != 0 { record.parent = UInt64(input.u8() & 1) }
        if how & 64 != 0 { record.value = Int64(bitPattern: input.odd64()) }
        record.match = UInt64(how >> 4)
        record.userRefNum = UInt32(input.u8() & 3)
        record.detail = UInt32(input.u8())
        let raw = how & 128 == 0 ? [] : Array(input.take(Int(input.u8())))
        record.rawLength = UInt16(raw.count)
        let slots = AuditRecord.slots(forRaw: raw.count)
        record.slotCount = UInt8(slots)
        record.commit = slot + 1
        let bytes = withUnsafeBytes(of: record) { Array($0) } + raw
        return bytes + [UInt8](repeating: 0, count: slots * 128 - bytes.count)
    }

    /// Puts the segment where a journal of that date has its first; the journal's folder.
    static func place(_ segment: [UInt8]) -> String {
        let journal = FuzzFiles.folder + "/journal"
        let path = JournalFiles.segment(
            JournalFiles.directory(journal, tradingDate: date),
            number: 1
        )
        if access(path, F_OK) != 0 {
            mkdir(journal, 0o750)
            mkdir(JournalFiles.directory(journal, tradingDate: date), 0o750)
        }
        FuzzFiles.write(path, segment)
        return journal
    }
}
