import Crossing
import Glibc
import Testing
import Vocabulary

@Suite("The configuration image")
struct HotImageTests {
    private func writer() -> HotImageWriter {
        var writer = HotImageWriter()
        writer.header.tradingDate = 20_260_102
        for name in ["NSDQ", "BX", "PSX"] {
            var venue = ImageVenue()
            venue.name = Name(name)!
            writer.venues.append(venue)
        }
        for symbol in ["AAPL", "MSFT"] {
            var instrument = ImageInstrument()
            instrument.symbol = Symbol(symbol)!
            instrument.tick = 100
            writer.instruments.append(instrument)
        }
        var account = ImageAccount()
        account.name = Name("desk")!
        writer.accounts = [account]
        var strategy = ImageStrategy()
        strategy.name = Name("twap")!
        writer.strategies = [strategy]
        var client = ImageClient()
        client.user = Symbol("client")!
        writer.clients = [client]
        var role = ImageRole()
        role.id = 1000
        writer.roles = [role, role]
        return writer
    }

    /// Reads `bytes` as an image; the error, or `nil`.
    private func refusal(_ bytes: [UInt8]) -> ImageError? {
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: bytes.count + 8, alignment: 64)
        defer { buffer.deallocate() }
        bytes.withUnsafeBytes { buffer.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        do throws(ImageError) {
            _ = try HotImageView(buffer, count: bytes.count)
            return nil
        } catch {
            return error
        }
    }

    @Test("every row comes back from where it was put")
    func roundTrip() throws {
        let folder = TemporaryFolder()
        let path = folder.file("hot.image")
        let bytes = writer().bytes()
        let fd = open(path, O_WRONLY | O_CREAT, 0o640)
        write(fd, bytes, bytes.count)
        close(fd)
        let file = try HotImageFile.load(path)
        let view = file.view
        #expect(view.header.tradingDate == 20_260_102)
        #expect((0..<3).map { view.venue($0).name.description } == ["NSDQ", "BX", "PSX"])
        #expect((0..<2).map { view.instrument($0).symbol.description } == ["AAPL", "MSFT"])
        #expect(view.instrument(1).tick == 100)
        #expect(view.account(0).name.description == "desk")
        #expect(view.strategy(0).name.description == "twap")
        #expect(view.client(0).user.description == "client")
        #expect(view.role(1).id == 1000)
        // 576 + 3 × 184 + 2 × 128 + 96 + 112 + 160 + 2 × 8
        #expect(view.count == 1768)
    }

    @Test("any single bit that is not as written is refused")
    func everyBit() {
        let bytes = writer().bytes()
        #expect(refusal(bytes) == nil)
        var accepted: [Int] = []
        for bit in 0..<bytes.count * 8 {
            var wrong = bytes
            wrong[bit / 8] ^= 1 << UInt8(bit % 8)
            if refusal(wrong) == nil { accepted.append(bit) }
        }
        #expect(accepted == [])
    }

    @Test("cut short anywhere it is refused")
    func everyLength() {
        let bytes = writer().bytes()
        for count in 0..<bytes.count where refusal(Array(bytes.prefix(count))) == nil {
            Issue.record("accepted with \(count) bytes")
        }
    }

    @Test("counts that do not fit the size are refused although the checksum is right")
    func counts() {
        var bytes = writer().bytes()
        let offset = MemoryLayout<ImageHeader>.offset(of: \.venueCount)!
        bytes[offset] = 4
        let crc = CRC32C.of(Array(bytes[16...]))
        withUnsafeBytes(of: crc) { bytes.replaceSubrange(12..<16, with: $0) }
        #expect(refusal(bytes) == .tables(wanted: 1952, actual: 1768))
        bytes[offset] = 17
        let next = CRC32C.of(Array(bytes[16...]))
        withUnsafeBytes(of: next) { bytes.replaceSubrange(12..<16, with: $0) }
        #expect(refusal(bytes) == .tooMany(table: "venues", count: 17, max: 16))
    }

    @Test("a file that is not there says so")
    func missing() {
        #expect(throws: ImageError.system(path: "/nowhere/hot.image", errno: ENOENT)) {
            _ = try HotImageFile.load("/nowhere/hot.image")
        }
    }
}
