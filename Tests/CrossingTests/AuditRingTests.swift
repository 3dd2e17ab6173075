import Crossing
import Testing
import Vocabulary

/// The lossless ring between the engine and cold: latency-notes §2, semantics §1.2.
@Suite("The audit ring")
struct AuditRingTests {
    @Test(
        "a record of any length arrives whole from any offset, across the end too",
        arguments: [0, 1, 7, 8, 127, 128, 129, 200, 256]
    )
    func everyOffset(rawLength: Int) {
        let slots = AuditRecord.slots(forRaw: rawLength)
        for offset in 0..<UInt64(16) {
            let memory = RingMemory(slots: 16, position: offset)
            var writer = AuditWriter(ring: memory.audit, consumer: memory.auditCursor)
            var reader = AuditReader(ring: memory.audit, from: offset, owns: true)
            let buffer = RecordBuffer()

            for number in 1...40 as ClosedRange<UInt64> {
                #expect(append(&writer, number, rawLength: rawLength) == true)
                #expect(reader.next(into: buffer.bytes) == .record(slots * 128))
                #expect(buffer.isWhole(number))
                #expect(buffer.record.commit == reader.slot(ofRecord: slots * 128) + 1)
                memory.giveBack(to: reader.position)
            }
            #expect(reader.next(into: buffer.bytes) == .empty)
        }
    }

    @Test("full refuses and changes nothing; one record given back makes room for one")
    func full() {
        let memory = RingMemory(slots: 8)
        var writer = AuditWriter(ring: memory.audit, consumer: memory.auditCursor)
        var reader = AuditReader(ring: memory.audit, from: 0, owns: true)
        let buffer = RecordBuffer()

        // One slot stays free, so three records of two slots fit into eight.
        for number in 1...3 as ClosedRange<UInt64> { #expect(append(&writer, number) == true) }
        #expect(append(&writer, 4) == false)
        #expect(writer.usedSlots() == 6)
        #expect(writer.position == 6)

        for number in 1...3 as ClosedRange<UInt64> {
            #expect(reader.next(into: buffer.bytes) == .record(256))
            #expect(buffer.isWhole(number))
        }
        #expect(reader.next(into: buffer.bytes) == .empty)
        #expect(append(&writer, 4) == false)

        memory.giveBack(to: 2)
        #expect(append(&writer, 4) == true)
        #expect(append(&writer, 5) == false)
        #expect(reader.next(into: buffer.bytes) == .record(256))
        #expect(buffer.isWhole(4))
    }

    @Test("the smallest ring carries the largest record, again and again")
    func smallest() {
        let memory = RingMemory(slots: 8)
        var writer = AuditWriter(ring: memory.audit, consumer: memory.auditCursor)
        var reader = AuditReader(ring: memory.audit, from: 0, owns: true)
        let buffer = RecordBuffer()
        for number in 1...1_000 as ClosedRange<UInt64> {
            #expect(append(&writer, number, rawLength: 256) == true)
            #expect(reader.next(into: buffer.bytes) == .record(512))
            #expect(buffer.isWhole(number))
            memory.giveBack(to: reader.position)
        }
    }

    @Test(
        "positions pass 2^63, and wrap past 2^64, without a word",
        arguments: [UInt64(1) << 63, 0]
    )
    func farPositions(around middle: UInt64) {
        let start = middle &- 100
        let memory = RingMemory(slots: 16, position: start)
        var writer = AuditWriter(ring: memory.audit, consumer: memory.auditCursor)
        var reader = AuditReader(ring: memory.audit, from: start, owns: true)
        let buffer = RecordBuffer()
        for number in 1...100 as ClosedRange<UInt64> {
            #expect(append(&writer, number) == true)
            #expect(reader.next(into: buffer.bytes) == .record(256))
            #expect(buffer.isWhole(number))
            memory.giveBack(to: reader.position)
        }
        #expect(reader.position == start &+ 200)
        #expect(writer.cursorLied == false)
    }

    @Test("a payload that looks like a commit word is never taken for one")
    func forgedCommit() {
        // The first word of every slot but a record's first is what would commit that slot in the
        // next lap. Only zeroing the next slot's first word prevents that it is believed.
        let slots: UInt64 = 16
        var random = SplitMix64(seed: 11)
        let memory = RingMemory(slots: Int(slots))
        var writer = AuditWriter(ring: memory.audit, consumer: memory.auditCursor)
        var reader = AuditReader(ring: memory.audit, from: 0, owns: true)
        let buffer = RecordBuffer()
        for _ in 0..<1_000 {
            let rawLength = [0, 128, 256].randomElement(using: &random)!
            let commit = writer.position &+ slots &+ 1
            var one = record(1, rawLength: rawLength)
            one.refPx = Price(units: Int64(commit &+ 1))
            let words = (0..<32).map { commit &+ 2 &+ UInt64($0 / 16) }
            let taken = words.withUnsafeBytes { writer.append(&one, raw: $0.baseAddress) }
            #expect(taken)
            #expect(reader.next(into: buffer.bytes) == .record(256 + rawLength))
            memory.giveBack(to: reader.position)
            #expect(reader.next(into: buffer.bytes) == .empty)
        }
    }

    @Test("a consumer cursor that moves back, or passes the producer, is reported and not believed")
    func cursorLies() {
        for lie: UInt64 in [2, 10, UInt64.max] {
            let memory = RingMemory(slots: 16)
            var writer = AuditWriter(ring: memory.audit, consumer: memory.auditCursor)
            for number in 1...4 as ClosedRange<UInt64> { #expect(append(&writer, number) == true) }
            memory.giveBack(to: 4)
            #expect(writer.usedSlots() == 4)
            #expect(writer.cursorLied == false)

            memory.giveBack(to: lie)
            #expect(writer.usedSlots() == 4)
            #expect(writer.cursorLied == true)
            #expect(writer.consumerCursor == 4)
        }
    }

    @Test("a cursor about another epoch is not looked at")
    func otherEpoch() {
        let memory = RingMemory(slots: 8)
        var writer = AuditWriter(ring: memory.audit, consumer: memory.auditCursor)
        for number in 1...3 as ClosedRange<UInt64> { #expect(append(&writer, number) == true) }
        memory.auditCursor.epoch.store(6)
        memory.giveBack(to: 6)
        #expect(writer.usedSlots() == 6)
        memory.auditCursor.epoch.store(7)
        #expect(writer.usedSlots() == 0)
    }

    @Test("without cold the last cursor stands; when cold is back its cursor counts")
    func coldAway() {
        let memory = RingMemory(slots: 16)
        var writer = AuditWriter(ring: memory.audit, consumer: memory.auditCursor)
        #expect(append(&writer, 1) == true)
        memory.giveBack(to: 2)
        #expect(writer.usedSlots() == 0)
        writer.attach(consumer: nil)
        #expect(append(&writer, 2) == true)
        memory.giveBack(to: 4)
        #expect(writer.usedSlots() == 2)

        // A writer that starts while cold is away knows it from the region.
        var next = AuditWriter(ring: memory.audit, consumer: nil)
        #expect(next.usedSlots() == 2)
        next.attach(consumer: memory.auditCursor)
        #expect(next.usedSlots() == 0)
    }

    @Test("a writer that starts again continues behind what was committed, published or not")
    func writerRestarts() {
        let memory = RingMemory(slots: 16)
        var first = AuditWriter(ring: memory.audit, consumer: memory.auditCursor)
        for number in 1...5 as ClosedRange<UInt64> { #expect(append(&first, number) == true) }
        // Died between commit and publication of record 5.
        memory.word(memory.hotControl, HotWord.auditPosition.rawValue).store(8)

        var second = AuditWriter(ring: memory.audit, consumer: memory.auditCursor)
        #expect(second.position == 10)
        #expect(append(&second, 6) == true)
        var reader = AuditReader(ring: memory.audit, from: 0, owns: true)
        let buffer = RecordBuffer()
        for number in 1...6 as ClosedRange<UInt64> {
            #expect(reader.next(into: buffer.bytes) == .record(256))
            #expect(buffer.isWhole(number))
        }
        #expect(reader.next(into: buffer.bytes) == .empty)
    }

    @Test("a cursor known before the restart that cannot be leaves the ring full, not empty")
    func damagedKnownCursor() {
        let memory = RingMemory(slots: 16)
        var first = AuditWriter(ring: memory.audit, consumer: nil)
        #expect(append(&first, 1) == true)
        memory.word(memory.hotControl, HotWord.auditConsumerKnown.rawValue).store(99)
        var second = AuditWriter(ring: memory.audit, consumer: nil)
        #expect(append(&second, 2) == false)
        second.attach(consumer: memory.auditCursor)
        #expect(second.usedSlots() == 2)
        #expect(append(&second, 2) == true)
    }

    @Test("a reader may begin while records arrive: at the tail, or at any record")
    func attachWhileLive() {
        let memory = RingMemory(slots: 32)
        var writer = AuditWriter(ring: memory.audit, consumer: memory.auditCursor)
        for number in 1...3 as ClosedRange<UInt64> {
            #expect(append(&writer, number, rawLength: 100) == true)
        }
        var tail = AuditReader(tail: memory.audit)
        var second = AuditReader(ring: memory.audit, from: 3, owns: false)
        let buffer = RecordBuffer()
        #expect(tail.next(into: buffer.bytes) == .empty)
        #expect(append(&writer, 4, rawLength: 100) == true)
        #expect(tail.next(into: buffer.bytes) == .record(384))
        #expect(buffer.isWhole(4))
        #expect(second.next(into: buffer.bytes) == .record(384))
        #expect(buffer.isWhole(2))
    }

    @Test("a passive reader that was overtaken says so, and goes on at the newest record")
    func overrun() {
        let memory = RingMemory(slots: 16)
        var writer = AuditWriter(ring: memory.audit, consumer: memory.auditCursor)
        var passive = AuditReader(ring: memory.audit, from: 0, owns: false)
        let buffer = RecordBuffer()
        for number in 1...20 as ClosedRange<UInt64> {
            #expect(append(&writer, number) == true)
            memory.giveBack(to: writer.position)
        }
        #expect(passive.next(into: buffer.bytes) == .overrun)
        #expect(passive.resync() == 40)
        #expect(passive.next(into: buffer.bytes) == .empty)
        #expect(append(&writer, 21) == true)
        #expect(passive.next(into: buffer.bytes) == .record(256))
        #expect(buffer.isWhole(21))
    }

    @Test(
        "a committed slot that cannot be a record is damage, not a record",
        arguments: [
            (8, UInt8(0)), (8, 200), (9, 1), (9, 3), (9, 5), (12, 1), (13, 2), (100, 99),
        ]
    )
    func corrupt(offset: Int, value: UInt8) {
        let memory = RingMemory(slots: 16)
        var writer = AuditWriter(ring: memory.audit, consumer: memory.auditCursor)
        #expect(append(&writer, 1) == true)
        memory.ringBytes.storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
        var reader = AuditReader(ring: memory.audit, from: 0, owns: true)
        let buffer = RecordBuffer()
        #expect(reader.next(into: buffer.bytes) == .corrupt)
        #expect(reader.position == 0)
    }
}
