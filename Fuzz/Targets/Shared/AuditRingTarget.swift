import Crossing
import Vocabulary

extension FuzzTarget {
    /// Hot's audit ring as cold reads it, over any memory and any cursors; then as a hot that starts
    /// again continues it, with a consumer that lies.
    static let auditRing = FuzzTarget("audit-ring", lengthMax: 1200, seeds: ringSeeds) { bytes in
        var input = FuzzInput(bytes)
        let shape = input.u8()
        let slots = 8 << Int(shape & 1)
        let control = FuzzMemory(ControlPage.bytes)
        let memory = FuzzMemory(slots * AuditRecord.slotBytes)
        let start = input.odd64()
        let mask = UInt64(input.u16())
        let published = shape & 2 == 0 ? start &+ UInt64(input.u8()) : input.odd64()
        control.store(published, at: HotWord.auditPosition.rawValue * 128)
        control.store(input.odd64(), at: HotWord.auditConsumerKnown.rawValue * 128)
        let (cursor, epoch) = (input.odd64(), input.u8())
        memory.fill(input.rest())
        memory.commit(mask, from: start, slots: slots, stride: AuditRecord.slotBytes)
        let ring = AuditRing(base: memory.base, slots: slots, epoch: 1, control: control.base)
        read(ring, from: start, owns: shape & 4 != 0)
        write(ring, cursor: cursor, epoch: UInt64(epoch & 1))
    }

    private static func read(_ ring: AuditRing, from start: UInt64, owns: Bool) {
        var reader = AuditReader(ring: ring, from: start, owns: owns)
        let room = FuzzMemory(512)
        for _ in 0..<32 {
            let before = reader.position
            switch reader.next(into: room.base) {
            case .record(let count):
                law([256, 384, 512].contains(count), "a record has 2 to 4 slots")
                law(reader.position == before &+ UInt64(count / 128), "the reader moves behind it")
                let record = room.base.load(as: AuditRecord.self)
                law(256 + Int(record.rawLength) <= count, "its raw bytes are inside")
                law(!record.kind.name.isEmpty && "\(record.status)" != "", "its enums are known")
            case .overrun: reader.resync()
            case .empty, .corrupt:
                law(reader.position == before, "nothing read, nowhere gone")
                return
            }
        }
    }

    private static func write(_ ring: AuditRing, cursor: UInt64, epoch: UInt64) {
        let words = FuzzMemory(256)
        words.store(cursor, at: 0)
        words.store(epoch, at: 128)
        let consumer = ConsumerCursor(
            cursor: SharedWord(at: words.base),
            epoch: SharedWord(at: words.base + 128)
        )
        var writer = AuditWriter(ring: ring, consumer: consumer)
        var record = AuditRecord()
        for index in 0..<12 {
            record.kind = .incident
            record.rawLength = UInt16(index * 23)
            let room = FuzzMemory(256)
            let before = writer.usedSlotsKnown
            law(before >= 0 && before <= ring.slots, "a ring is never fuller than full")
            let free = ring.slots - before
            let taken = writer.append(&record, raw: room.base)
            law(
                !taken || Int(record.slotCount) < free || writer.usedSlotsKnown < ring.slots,
                "room"
            )
            // The consumer takes one back, or lies again.
            words.store(cursor &+ UInt64(index), at: 0)
        }
    }

    @Sendable private static func ringSeeds() -> [[UInt8]] {
        // Position 0, every slot committed, one record of kind 1 and two slots.
        let slot = [UInt8](repeating: 0, count: 8) + [1, 2] + [UInt8](repeating: 0, count: 118)
        let ring = (0..<8).flatMap { _ in slot }
        return [[0, 0, 0xFF, 0xFF, 8, 0, 0, 1] + ring, [4, 0, 0x01, 0x55, 8, 0, 0, 1] + ring]
    }
}
