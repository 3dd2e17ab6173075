import Crossing

extension FuzzTarget {
    /// A client's store and the pages, over any memory: what another process wrote into them may be
    /// refused, never followed outside.
    static let pages = FuzzTarget("pages", lengthMax: 1024, seeds: pageSeeds) { bytes in
        var input = FuzzInput(bytes)
        let shape = input.u8()
        let memory = FuzzMemory(128 + Int(input.u8()) * 8)
        if shape & 1 != 0 {
            // A head that could be true, and then whatever the rest says.
            memory.store(UInt64(input.u8()), at: 0)
            memory.store(UInt64(input.u16()), at: 8)
            memory.store(input.odd64(), at: 16)
            for index in 0..<min(4, (memory.count - 128) / 8) {
                memory.store(input.odd64(), at: 128 + index * 8)
            }
        } else {
            memory.fill(input.rest())
        }
        store(memory, input.odd64())
        limits(memory)
        tables(memory)
    }

    private static func store(_ memory: borrowing FuzzMemory, _ sequence: UInt64) {
        let store = ClientStore(at: memory.base, bytes: memory.count)
        for wanted in [sequence, store.count, 0, 1, 2, 3] {
            guard let message = store.message(wanted) else { continue }
            law(
                message.bytes >= UnsafeRawPointer(memory.base)
                    && message.bytes + message.count
                        <= UnsafeRawPointer(memory.base + memory.count),
                "a message lies in its store"
            )
            var sum = 0
            for byte in UnsafeRawBufferPointer(start: message.bytes, count: message.count) {
                sum &+= Int(byte)
            }
            law(sum >= 0, "its bytes are there")
        }
        _ = store.hasRoom(reserve: 4)
        var word: UInt64 = 7
        withUnsafeBytes(of: &word) { _ = store.append($0.baseAddress!, count: 8) }
    }

    private static func limits(_ memory: borrowing FuzzMemory) {
        guard let read = LimitsPage(at: memory.base, bytes: memory.count).read() else { return }
        law(read.image.count <= memory.count, "the image is in its page")
    }

    private static func tables(_ memory: borrowing FuzzMemory) {
        let quotes = QuotesPage(at: memory.base, instruments: 1, venues: memory.count / 128)
        for venue in -1...(memory.count / 128) { _ = quotes.read(instrument: 0, venue: venue) }
        let rows = (memory.count - 32) / 16
        withUnsafeTemporaryAllocation(of: ValuationRow.self, capacity: rows) { room in
            _ = ValuationPage(at: memory.base, instruments: rows).read(into: room.baseAddress!)
        }
        guard memory.count >= RouterPage.bytes else { return }
        withUnsafeTemporaryAllocation(of: RouterRow.self, capacity: RouterPage.venuesMax) { room in
            _ = RouterPage(at: memory.base).read(into: room.baseAddress!)
        }
    }

    @Sendable private static func pageSeeds() -> [[UInt8]] {
        [[1, 32, 2, 0, 64, 6, 2, 6, 8, 6, 16], [0, 255] + [UInt8](repeating: 2, count: 600)]
    }
}
