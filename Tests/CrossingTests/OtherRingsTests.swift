import Crossing
import Glibc
import Testing
import Vocabulary

@Suite("The telemetry ring")
struct TelemetryRingTests {
    private func trade(_ number: UInt64) -> TelemetryRecord {
        var record = TelemetryRecord()
        record.kind = .trade
        record.value = number
        record.match = number
        return record
    }

    @Test("drops the newest when full, counts it, and tells the gap once there is room")
    func gap() {
        let memory = RingMemory(slots: 4)
        var writer = TelemetryWriter(ring: memory.telemetry, consumer: memory.telemetryCursor)
        var reader = TelemetryReader(ring: memory.telemetry, from: 0)
        for number in 1...7 as ClosedRange<UInt64> {
            var record = trade(number)
            writer.append(&record)
        }
        #expect(writer.dropped == 3)
        #expect(memory.telemetry.dropped == 3)

        var seen = TelemetryRecord()
        for number in 1...4 as ClosedRange<UInt64> {
            #expect(reader.next(into: &seen) == .record(128))
            #expect(seen.value == number && seen.match == number)
        }
        #expect(reader.next(into: &seen) == .empty)
        memory.telemetryCursor.cursor.store(reader.position)

        var record = trade(8)
        writer.append(&record)
        #expect(reader.next(into: &seen) == .record(128))
        #expect(seen.kind == .gap && seen.value == 3)
        #expect(reader.next(into: &seen) == .record(128))
        #expect(seen.value == 8)
    }

    @Test("one slot is enough for one record at a time")
    func capacityOne() {
        let memory = RingMemory(slots: 1)
        var writer = TelemetryWriter(ring: memory.telemetry, consumer: memory.telemetryCursor)
        var reader = TelemetryReader(ring: memory.telemetry, from: 0)
        var seen = TelemetryRecord()
        for number in 1...10 as ClosedRange<UInt64> {
            var record = trade(number)
            writer.append(&record)
            #expect(reader.next(into: &seen) == .record(128))
            #expect(seen.value == number)
            memory.telemetryCursor.cursor.store(reader.position)
        }
        #expect(writer.dropped == 0)
    }

    @Test("a kind this build does not know is damage, and is passed over")
    func unknownKind() {
        let memory = RingMemory(slots: 4)
        var writer = TelemetryWriter(ring: memory.telemetry, consumer: memory.telemetryCursor)
        var record = trade(1)
        writer.append(&record)
        memory.ringBytes.storeBytes(of: 77, toByteOffset: 8, as: UInt8.self)
        var reader = TelemetryReader(ring: memory.telemetry, from: 0)
        var seen = TelemetryRecord()
        #expect(reader.next(into: &seen) == .corrupt)
        #expect(reader.next(into: &seen) == .empty)
    }
}

@Suite("The command ring")
struct CommandRingTests {
    private func ring(_ memory: RingMemory, epoch: UInt64 = 3) -> CommandRing {
        CommandRing(
            at: memory.ringBytes,
            slots: memory.slots,
            epoch: epoch,
            position: memory.word(memory.coldControl, ColdWord.commandPosition.rawValue)
        )
    }

    private func cursor(_ memory: RingMemory) -> ConsumerCursor {
        ConsumerCursor(
            cursor: memory.word(memory.hotControl, HotWord.commandCursor.rawValue),
            epoch: memory.word(memory.hotControl, HotWord.commandEpoch.rawValue)
        )
    }

    private func command(_ id: UInt64) -> Command {
        var command = Command()
        command.kind = .cancel
        command.id = id
        command.orderID = ClOrdID(id)
        command.text = CommandText.make("reason \(id)").text
        return command
    }

    @Test("words that do not fit end with a whole one and a sign that there was more")
    func longWords() {
        let fits = String(repeating: "a", count: 127)
        let whole = CommandText.make(fits)
        #expect(whole.text.string(length: whole.length) == fits)
        let cut = CommandText.make(String(repeating: "word ", count: 26))
        let told = cut.text.string(length: cut.length)
        // 124 bytes are 24 words, and four letters of the next, which a space does not end.
        #expect(told == String(repeating: "word ", count: 23) + "word…")
        #expect(told.utf8.count <= 127)
        let one = CommandText.make(fits + "a")
        #expect(one.text.string(length: one.length) == String(repeating: "a", count: 124) + "…")
    }

    @Test(
        "commands arrive in order; full refuses; room returns with the reader",
        arguments: [1, 4]
    )
    func order(slots: Int) {
        let memory = RingMemory(slots: slots)
        var reader = CommandReader(ring: ring(memory), cursor: cursor(memory))
        var writer = CommandWriter(ring: ring(memory), consumer: cursor(memory))
        var seen = Command()
        var next: UInt64 = 1
        for _ in 0..<10 {
            for slot in 0..<UInt64(slots) { #expect(writer.push(command(next + slot)) == true) }
            #expect(writer.push(command(99)) == false)
            for slot in 0..<UInt64(slots) {
                #expect(reader.pop(into: &seen) == true)
                #expect(seen.id == next + slot && seen.orderID.value == next + slot)
                #expect(seen.text.string(length: 127).hasPrefix("reason \(next + slot)"))
            }
            #expect(reader.pop(into: &seen) == false)
            next += UInt64(slots)
        }
    }

    @Test("a reader that starts again goes on where it stopped; after a new epoch at the start")
    func restart() {
        let memory = RingMemory(slots: 8)
        var writer = CommandWriter(ring: ring(memory), consumer: nil)
        for id in 1...3 as ClosedRange<UInt64> { #expect(writer.push(command(id)) == true) }
        var first = CommandReader(ring: ring(memory), cursor: cursor(memory))
        var seen = Command()
        #expect(first.pop(into: &seen) == true)
        #expect(seen.id == 1)
        var second = CommandReader(ring: ring(memory), cursor: cursor(memory))
        #expect(second.pop(into: &seen) == true)
        #expect(seen.id == 2)

        let other = RingMemory(slots: 8)
        var otherWriter = CommandWriter(ring: ring(other, epoch: 4), consumer: nil)
        #expect(otherWriter.push(command(1)) == true)
        var third = CommandReader(ring: ring(other, epoch: 4), cursor: cursor(memory))
        #expect(third.pop(into: &seen) == true)
        #expect(seen.id == 1)
    }

    @Test("a kind that is none comes out as none, whatever else the slot says")
    func unknownKind() {
        let memory = RingMemory(slots: 4)
        var writer = CommandWriter(ring: ring(memory), consumer: nil)
        #expect(writer.push(command(1)) == true)
        memory.ringBytes.storeBytes(of: 250, toByteOffset: 8, as: UInt8.self)
        var reader = CommandReader(ring: ring(memory), cursor: cursor(memory))
        var seen = Command()
        #expect(reader.pop(into: &seen) == true)
        #expect(seen.kind == .none && seen.id == 1)
    }
}

@Suite("A ring inside one process")
struct InProcessRingTests {
    @Test("fills, refuses, empties, at every offset", arguments: [1, 2, 8])
    func edges(capacity: Int) {
        let ring = InProcessRing<CommandReply>(capacity: capacity)
        defer { ring.deallocate() }
        var seen = CommandReply()
        for round in 0..<20 as Range<UInt64> {
            #expect(ring.pop(into: &seen) == false)
            for slot in 0..<UInt64(capacity) {
                var reply = CommandReply()
                reply.id = round * 100 + slot
                #expect(ring.push(reply) == true)
            }
            #expect(ring.push(CommandReply()) == false)
            #expect(ring.count == capacity)
            for slot in 0..<UInt64(capacity) {
                #expect(ring.pop(into: &seen) == true)
                #expect(seen.id == round * 100 + slot)
            }
            // One more in and out moves the offset by one.
            #expect(ring.push(CommandReply()) == true)
            #expect(ring.pop(into: &seen) == true)
        }
    }

    @Test("two threads: everything arrives once, in order, whole")
    func twoThreads() {
        let ring = InProcessRing<Command>(capacity: 64)
        defer { ring.deallocate() }
        let total: UInt64 = 200_000
        let pusher = Thread {
            var id: UInt64 = 1
            while id <= total {
                var command = Command()
                command.id = id
                command.pad1 = id
                command.text.w15 = id
                if ring.push(command) { id += 1 } else { sched_yield() }
            }
        }
        var expected: UInt64 = 1
        var wrong = 0
        var seen = Command()
        while expected <= total {
            guard ring.pop(into: &seen) else {
                sched_yield()
                continue
            }
            if seen.id != expected || seen.pad1 != expected || seen.text.w15 != expected {
                wrong += 1
            }
            expected += 1
        }
        pusher.join()
        #expect(wrong == 0)
    }
}

/// A POSIX thread with a closure: tests may.
final class Thread {
    private var handle = pthread_t()

    init(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Box(body))
        pthread_create(
            &handle,
            nil,
            { argument in
                Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            },
            box.toOpaque()
        )
    }

    func join() { pthread_join(handle, nil) }

    private final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
