import CShims
import Crossing
import Glibc
import Testing
import Vocabulary

@Suite("Values behind a sequence lock")
struct PageTests {
    private func memory(_ bytes: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 128)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        return memory
    }

    @Test("a quote reads back as written; an unwritten one and one outside the page read as none")
    func quotes() {
        let bytes = memory(128 * 6)
        defer { bytes.deallocate() }
        let page = QuotesPage(at: bytes, instruments: 3, venues: 2)
        var line = QuoteLine()
        line.bidPx = Price(units: 1_000_100)
        line.askQty = OrderQty(units: 300)
        line.feedSeq = 77
        line.venue = 1
        page.write(line, instrument: 2, venue: 1)
        page.write(line, instrument: 3, venue: 0)
        page.write(line, instrument: -1, venue: 0)

        let read = page.read(instrument: 2, venue: 1)
        #expect(read?.bidPx == line.bidPx && read?.askQty == line.askQty && read?.feedSeq == 77)
        #expect(page.read(instrument: 2, venue: 0) == nil)
        #expect(page.read(instrument: 3, venue: 1) == nil)
        #expect(page.read(instrument: 0, venue: 2) == nil)
    }

    @Test("two threads: no reader ever sees two writes mixed")
    func torn() {
        let bytes = memory(128)
        defer { bytes.deallocate() }
        let page = QuotesPage(at: bytes, instruments: 1, venues: 1)
        let stop = SharedWord(at: memory(8))
        defer { stop.address.deallocate() }
        let writer = Thread {
            var value: Int64 = 1
            while stop.load() == 0 {
                var line = QuoteLine()
                line.bidPx = Price(units: value)
                line.askPx = Price(units: value)
                line.volume = OrderQty(units: value)
                line.pad5 = UInt64(value)
                page.write(line, instrument: 0, venue: 0)
                value += 1
            }
        }
        var reads = 0
        var mixed = 0
        while reads < 200_000 {
            guard let line = page.read(instrument: 0, venue: 0) else {
                sched_yield()
                continue
            }
            reads += 1
            let same = line.bidPx == line.askPx && line.volume.units == line.bidPx.units
            if !same || line.pad5 != UInt64(line.bidPx.units) { mixed += 1 }
        }
        stop.store(1)
        writer.join()
        #expect(mixed == 0)
    }

    @Test("a writer that died half-way hides the value until the next write is whole")
    func diedInside() {
        let bytes = memory(128)
        defer { bytes.deallocate() }
        let page = QuotesPage(at: bytes, instruments: 1, venues: 1)
        page.write(QuoteLine(), instrument: 0, venue: 0)
        shim_store_relaxed(bytes, 3)
        #expect(page.read(instrument: 0, venue: 0) == nil)
        page.write(QuoteLine(), instrument: 0, venue: 0)
        #expect(page.read(instrument: 0, venue: 0) != nil)
    }

    @Test("router and valuation tables carry a version and a hash; damage is not read")
    func tables() {
        let bytes = memory(RouterPage.bytes)
        defer { bytes.deallocate() }
        let page = RouterPage(at: bytes)
        let rows = UnsafeMutablePointer<RouterRow>.allocate(capacity: RouterPage.venuesMax)
        defer { rows.deallocate() }
        #expect(page.read(into: rows) == nil)
        #expect(page.version == 0)

        var row = RouterRow()
        row.removeFee = 30
        row.latencyNs = 42_000
        let first = page.publish([RouterRow(), row])
        #expect(first?.version == 1)
        #expect(page.read(into: rows) == first)
        #expect(rows[1] == row && rows[2] == RouterRow())
        #expect(page.publish([row])?.version == 2)
        #expect(page.version == 2)
        #expect(page.publish(Array(repeating: row, count: 17)) == nil)

        bytes.storeBytes(of: 31, toByteOffset: 32, as: UInt8.self)
        #expect(page.read(into: rows) == nil)

        let size = ValuationPage.bytes(instruments: 5)
        let other = memory(size)
        defer { other.deallocate() }
        let valuation = ValuationPage(at: other, instruments: 5)
        let price = ValuationRow(
            valuation: Price(units: 1_500_000),
            adv: OrderQty(units: 1_000)
        )
        let published = valuation.publish([price])
        let table = UnsafeMutablePointer<ValuationRow>.allocate(capacity: 5)
        defer { table.deallocate() }
        #expect(valuation.read(into: table) == published)
        #expect(table[0] == price && table[4] == ValuationRow())
    }

    @Test("the limits in force read back with their version; too large an image is refused")
    func limits() {
        let size = LimitsPage.bytes(imageBytes: 100)
        let bytes = memory(size)
        defer { bytes.deallocate() }
        let page = LimitsPage(at: bytes, bytes: size)
        #expect(page.read() == nil)
        let image = (0..<104).map { UInt8($0) }
        let written = image.withUnsafeBytes { page.write($0.baseAddress!, count: 99, version: 5) }
        #expect(written)
        #expect(page.version == 5)
        #expect(page.read()?.version == 5)
        #expect(page.read()?.image == Array(image.prefix(99)))
        let tooLarge = image.withUnsafeBytes {
            page.write($0.baseAddress!, count: 105, version: 6)
        }
        #expect(!tooLarge)
        #expect(page.version == 5)
    }

    @Test("counters add, keep a maximum, and stand apart")
    func counters() {
        let bytes = memory(1024)
        defer { bytes.deallocate() }
        let page = CountersPage(at: bytes)
        page.add(.fills)
        page.add(.fills, 4)
        page.max(.turnNsMax, 9)
        page.max(.turnNsMax, 3)
        page.set(.allocations, 1)
        #expect(page.get(.fills) == 5)
        #expect(page.get(.turnNsMax) == 9)
        #expect(page.get(.allocations) == 1)
        #expect(page.get(.acks) == 0)
    }
}

@Suite("CRC-32C")
struct CRC32CTests {
    @Test("gives the check value, and RFC 3720's four examples")
    func known() {
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.of((0..<32).map { UInt8($0) }) == 0x46DD_794E)
        #expect(CRC32C.of((0..<32).map { UInt8(31 - $0) }) == 0x113F_DB5C)
        #expect(CRC32C.of([]) == 0)
    }

    @Test("continues from where it stopped", arguments: 0...40)
    func continued(cut: Int) {
        let bytes = (0..<40).map { UInt8($0 * 5) }
        let first = CRC32C.of(Array(bytes[..<cut]))
        #expect(CRC32C.of(Array(bytes[cut...]), seed: first) == CRC32C.of(bytes))
    }
}

@Suite("A client's store")
struct ClientStoreTests {
    private func store(
        bytes: Int,
        messages: Int,
        _ body: (ClientStore) -> Void
    ) {
        let size = ClientStore.bytes(storeBytes: bytes, messages: messages)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 128)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        defer { memory.deallocate() }
        body(ClientStore(formatting: memory, storeBytes: bytes, messages: messages))
    }

    private func put(_ store: ClientStore, _ text: String) -> UInt64? {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { store.append($0.baseAddress!, count: $0.count) }
    }

    private func get(_ store: ClientStore, _ sequence: UInt64) -> String? {
        store.message(sequence).map { message in
            let bytes = UnsafeRawBufferPointer(start: message.bytes, count: message.count)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test("messages are numbered from 1 and stay readable")
    func numbered() {
        store(bytes: 100, messages: 10) { store in
            #expect(put(store, "first") == 1)
            #expect(put(store, "second!") == 2)
            #expect(store.count == 2)
            #expect(get(store, 1) == "first")
            #expect(get(store, 2) == "second!")
            #expect(get(store, 0) == nil)
            #expect(get(store, 3) == nil)
        }
    }

    @Test("full by bytes or by messages takes nothing more")
    func full() {
        store(bytes: 10, messages: 3) { store in
            #expect(put(store, "12345678") == 1)
            #expect(put(store, "123") == nil)
            #expect(put(store, "12") == 2)
            #expect(put(store, "x") == nil)
            #expect(store.count == 2)
        }
        store(bytes: 100, messages: 1) { store in
            #expect(put(store, "a") == 1)
            #expect(put(store, "b") == nil)
        }
    }

    @Test("room for a reserve is messages and bytes behind the next one")
    func reserve() {
        store(bytes: 128 * 4, messages: 4) { store in
            #expect(store.hasRoom(reserve: 3))
            #expect(!store.hasRoom(reserve: 4))
            #expect(put(store, "a") == 1)
            #expect(store.hasRoom(reserve: 2))
            #expect(!store.hasRoom(reserve: 3))
        }
    }

    @Test("truncating forgets what was never sent, and its bytes are used again")
    func truncate() {
        store(bytes: 12, messages: 4) { store in
            for text in ["aaaa", "bbbb", "cccc"] { #expect(put(store, text) != nil) }
            store.truncate(to: 5)
            #expect(store.count == 3)
            store.truncate(to: 1)
            #expect(store.count == 1)
            #expect(get(store, 2) == nil)
            #expect(put(store, "dddddddd") == 2)
            #expect(get(store, 1) == "aaaa")
            #expect(get(store, 2) == "dddddddd")
        }
    }

    @Test("a new session has a name and no messages")
    func session() {
        store(bytes: 100, messages: 4) { store in
            #expect(put(store, "old") == 1)
            Array("20260102AB".utf8).withUnsafeBytes { store.reset(sessionName: $0.baseAddress!) }
            #expect(store.count == 0)
            let name = UnsafeRawBufferPointer(start: store.sessionName, count: 10)
            #expect(String(decoding: name, as: UTF8.self) == "20260102AB")
            #expect(put(store, "new") == 1)
        }
    }
}
