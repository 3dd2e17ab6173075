import Crossing

extension FuzzTarget {
    /// Cold's command ring as the engine reads it, and the telemetry ring as cold does.
    static let rings = FuzzTarget("rings", lengthMax: 1200, seeds: commandSeeds) { bytes in
        var input = FuzzInput(bytes)
        let slots = 1 << Int(input.u8() & 3)
        let start = input.odd64()
        let mask = UInt64(input.u8())
        let control = FuzzMemory(ControlPage.bytes)
        let words = FuzzMemory(256)
        words.store(input.odd64(), at: 0)
        words.store(UInt64(input.u8() & 1), at: 128)
        let published = start &+ UInt64(input.u8())
        control.store(published, at: HotWord.telemetryPosition.rawValue * 128)
        let memory = FuzzMemory(slots * Command.slotBytes)
        memory.fill(input.rest())
        let cursor = ConsumerCursor(
            cursor: SharedWord(at: words.base),
            epoch: SharedWord(at: words.base + 128)
        )
        commands(memory, slots, cursor, position: SharedWord(at: control.base), start, mask)
        memory.commit(mask, from: start, slots: slots, stride: TelemetryRing.slotBytes)
        telemetry(memory, slots, control, start)
    }

    private static func commands(
        _ memory: borrowing FuzzMemory,
        _ slots: Int,
        _ cursor: ConsumerCursor,
        position: SharedWord,
        _ start: UInt64,
        _ mask: UInt64
    ) {
        position.store(start &+ UInt64(slots))
        let ring = CommandRing(at: memory.base, slots: slots, epoch: 1, position: position)
        var reader = CommandReader(ring: ring, cursor: cursor)
        memory.commit(mask, from: reader.position, slots: slots, stride: Command.slotBytes)
        let room = UnsafeMutablePointer<Command>.allocate(capacity: 1)
        defer { room.deallocate() }
        for _ in 0..<8 {
            let before = reader.position
            guard reader.pop(into: room) else { break }
            law(reader.position == before &+ 1, "one command, one step")
            law(Command.Kind.allCases.contains(room.pointee.kind), "a kind is a known one")
            let text = room.pointee.text.string(length: room.pointee.textLength)
            law(text.utf8.count <= 3 * 127, "text ends")
        }
    }

    private static func telemetry(
        _ memory: borrowing FuzzMemory,
        _ slots: Int,
        _ control: borrowing FuzzMemory,
        _ start: UInt64
    ) {
        let ring = TelemetryRing(base: memory.base, slots: slots, epoch: 1, control: control.base)
        var reader = TelemetryReader(ring: ring, from: start)
        let room = UnsafeMutablePointer<TelemetryRecord>.allocate(capacity: 1)
        defer { room.deallocate() }
        for _ in 0..<8 {
            switch reader.next(into: room) {
            case .record:
                law(TelemetryRecord.Kind(rawValue: room.pointee.kind.rawValue) != nil, "known")
            case .empty: return
            case .overrun, .corrupt: break
            }
        }
        _ = TelemetryWriter(ring: ring, consumer: nil).position
    }

    @Sendable private static func commandSeeds() -> [[UInt8]] {
        [[3, 0, 0xFF, 0, 1, 8], [2, 6, 9, 0x0F, 0, 0, 4]].map {
            $0 + (0..<600).map { UInt8(truncatingIfNeeded: $0 / 5) }
        }
    }
}
