import Crossing
import Foundation
import Settings
import Testing
import Vocabulary

/// What `config/demo.yaml` must become, value by value, as the file says it.
@Suite("The image of the demo configuration")
struct ImageTests {
    private let folder: TemporaryFolder
    private let image: HotImageWriter

    init() throws {
        folder = try TemporaryFolder()
        let secrets = Secrets(folder: folder.path)
        let settings = try DemoFile.settings()
        for file in settings.passwordFiles { try secrets.make(file) }
        image = try settings.compile(secrets: secrets)
    }

    @Test("has the day, its midnight and the way hot runs")
    func header() {
        let header = image.header
        #expect(header.magic == 0x3147_4D49_5355_5041)
        #expect(header.version == 6)
        #expect(header.tradingDate == 20_261_120)
        #expect(header.midnightNs == 1_795_150_800_000_000_000)
        #expect(header.paper == 1)
        #expect(header.idle == 1)
        #expect(header.transport == 0)
        #expect(header.cpu == -1)
        #expect(header.clientHostIPv4 == 0x7F00_0001)
        #expect(header.clientPort == 0)
        #expect(header.exposePorts == 0)
        #expect(header.testHooks == 0)
        #expect(header.coldSilentNs == 2_000_000_000)
        #expect(header.coldDeadNs == 30_000_000_000)
        #expect(header.stallMaxNs == 50_000_000)
    }

    @Test("numbers aggregation units as accounts name them; those that name none share one")
    func units() throws {
        #expect(image.accounts.map(\.unit).allSatisfy { $0 == 0 })
    }

    @Test("has what two persons must say, where the file lists it, and the role of overrides")
    func twoPersons() throws {
        #expect(image.header.twoPersons == [])
        let text = try DemoFile.text().replacingOccurrences(
            of: "may: [read, stop, trade, control]",
            with: "may: [read, override]"
        ).replacingOccurrences(
            of: "roles:\n",
            with: "two_persons: [resolve, session_roll]\n\nroles:\n  - {uid: 1, may: [stop]}\n"
        )
        let settings = try DemoFile.settings(text)
        #expect(settings.twoPersons == [.resolve, .sessionRoll])
        #expect(settings.roles.map(\.may) == [.stop, [.read, .override]])
        let wrong = text.replacingOccurrences(of: "[resolve, session_roll]", with: "[arm]")
        #expect(try DemoFile.complaint(wrong).contains("two_persons"))
    }

    @Test("has sizes that follow from the number of orders")
    func sizes() {
        #expect(image.header.ordersMax == 4096)
        // 10 × (4 × 4096 + 4096) = 204 800, up to the next power of two.
        #expect(image.header.auditSlots == 262_144)
        #expect(image.header.clientStoreMessages == 65536)
        #expect(image.header.clientStoreBytes == 65536 * 72)
    }

    @Test("has the firm's limits, and says no limit where the file says off")
    func firm() {
        #expect(image.header.firmMaxGross == 500_000_000_000)
        #expect(image.header.firmMaxOpenOrders == 4000)
        #expect(image.header.dupMax == 5)
        #expect(image.header.dupWindowNs == 50_000_000)
        #expect(image.header.rejectsMax == 50)
        #expect(image.header.rejectsWindowNs == 1_000_000_000)
        #expect(image.header.executionsMax == noLimit)
        #expect(image.header.selfTradeFirmWide == 0)
    }

    @Test("has three venues in the file's order, with fees per 100 shares")
    func venues() throws {
        #expect(image.venues.map(\.name.description) == ["NASDAQ", "BX", "PSX"])
        let nasdaq = try #require(image.venues.first)
        #expect(nasdaq.mic.description == "XNAS")
        #expect(nasdaq.user.description == "APUS01")
        #expect(nasdaq.firm == 0x5355_5041)  // "APUS" in memory order
        #expect(nasdaq.ouchHost == 0x7F00_0001)
        #expect(nasdaq.cancelOnDisconnect == 3)
        #expect(nasdaq.real == 0)
        #expect(nasdaq.multicast == 0)
        #expect(nasdaq.ratePerS == 5000)
        #expect(nasdaq.burst == 500)
        // 0.0030 a share is 0.30 for 100 shares: 3000 units of 1e-4.
        #expect(nasdaq.removeFee == 3000)
        #expect(nasdaq.addRebate == 2000)
        #expect(image.venues[1].removeFee == -1600)
        #expect(nasdaq.openNs == -1)
        #expect(nasdaq.closeNs == -1)
        #expect(nasdaq.password != .blank)
        #expect(nasdaq.password != image.venues[1].password)
    }

    @Test("has instruments with limits of their own over the default ones")
    func instruments() {
        #expect(image.instruments.map(\.symbol.description) == ["AAPL", "MSFT", "SPY"])
        let apple = image.instruments[0]
        #expect(apple.tick == 100)
        #expect(apple.lot == 1)
        #expect(apple.priorClose == 3_240_000)
        #expect(apple.startLocate == 10000)
        #expect(apple.maxOrderQty == 5000)
        #expect(apple.maxOrderNotional == 25_000_000_000)
        #expect(apple.maxRefAgeNs == 5_000_000_000)
        #expect(apple.maxSpread == 50_000)
        #expect(apple.maxLong == 50000)
        #expect(apple.maxShort == 20000)
        #expect(apple.maxDayQty == 1_000_000)
        #expect(apple.collarBps == 500)
        #expect(apple.marketCollarBps == 50)
        #expect(apple.passiveBps == -1)
        #expect(image.instruments[2].maxOrderQty == 10000)
        #expect(image.instruments[2].maxLong == 50000)
    }

    @Test("has accounts, strategies, the client login and the role")
    func people() throws {
        #expect(image.accounts.map(\.name.description) == ["DESK1", "DESK2"])
        #expect(image.accounts[0].lossLimit == 2_500_000_000)
        #expect(image.accounts[0].maxOpenOrders == 2000)
        #expect(image.strategies.map(\.name.description) == ["TWAP", "HAND", "CLIENT"])
        #expect(image.strategies.map(\.account) == [0, 0, 1])
        #expect(image.strategies.map(\.groupID) == [1, 2, 3])
        #expect(image.strategies.map(\.coldMay) == [1, 0, 0])
        #expect(image.strategies[0].venues == 0xFFFF)
        #expect(image.strategies[0].allSymbols == 1)
        #expect(image.strategies[0].ratePerS == 2000)
        let client = try #require(image.clients.first)
        #expect(client.user.description == "DESKA")
        #expect(client.account == 1)
        #expect(client.strategy == 2)
        #expect(client.strategies == 0b100)
        #expect(client.ownerGroup == 2)
        #expect(client.cancelOnDisconnect == 3)
        #expect(image.roles.map(\.id) == [getuid()])
        #expect(image.roles.map(\.role) == [15])
    }

    @Test("is written as a file that the reader of hot and cold accepts")
    func file() throws {
        let path = "\(folder.path)/hot.image"
        try ImageFile.write(image.bytes(), to: path)
        let read = try HotImageFile.load(path)
        #expect(read.view.venueCount == 3)
        #expect(read.view.instrument(2).symbol.description == "SPY")
        #expect(read.view.client(0).user.description == "DESKA")
        #expect(read.view.role(0).role == 15)
    }

    @Test("is the same bytes for the same configuration")
    func deterministic() throws {
        let again = try DemoFile.settings().compile(secrets: Secrets(folder: folder.path))
        // Compared as a hash, so that a failure prints two numbers and not two images.
        #expect(CRC32C.of(again.bytes()) == CRC32C.of(image.bytes()))
    }

    @Test("has rows without hidden padding, which would hold whatever memory held before")
    func noPadding() {
        func fieldBytes(_ row: Any) -> Int {
            Mirror(reflecting: row).children.reduce(0) { sum, child in
                let inner = Mirror(reflecting: child.value)
                let isRow = inner.displayStyle == .tuple || child.value is InstrumentSet
                return sum + (isRow ? fieldBytes(child.value) : bytes(opened: child.value))
            }
        }
        #expect(fieldBytes(ImageHeader()) == MemoryLayout<ImageHeader>.stride)
        #expect(fieldBytes(ImageVenue()) == MemoryLayout<ImageVenue>.stride)
        #expect(fieldBytes(ImageInstrument()) == MemoryLayout<ImageInstrument>.stride)
        #expect(fieldBytes(ImageAccount()) == MemoryLayout<ImageAccount>.stride)
        #expect(fieldBytes(ImageStrategy()) == MemoryLayout<ImageStrategy>.stride)
        #expect(fieldBytes(ImageClient()) == MemoryLayout<ImageClient>.stride)
        #expect(fieldBytes(ImageRole()) == MemoryLayout<ImageRole>.stride)
    }

    private func bytes<Field>(opened _: Field) -> Int { MemoryLayout<Field>.size }

    @Test(
        "a login's capacity and locate broker are what the file says; principal and nobody if not"
    )
    func loginWords() throws {
        #expect(image.clients.map(\.capacity) == [UInt8(ascii: "P")])
        #expect(image.clients.map(\.locateBroker) == [0x2020_2020])
        let yaml = try DemoFile.text().replacingOccurrences(
            of: "    mode: direct\n",
            with: "    mode: direct\n    capacity: riskless\n    locate_broker: LOC\n"
        )
        let client = try DemoFile.settings(yaml)
            .compile(secrets: Secrets(folder: folder.path)).clients[0]
        #expect(client.capacity == UInt8(ascii: "R"))
        // "LOC " in memory order.
        #expect(client.locateBroker == 0x2043_4F4C)
        let wrong = yaml.replacingOccurrences(of: "riskless", with: "agent")
        #expect(
            try DemoFile.complaint(wrong).contains(
                "capacity: agent is not one of agency, principal, riskless, other"
            )
        )
        let long = yaml.replacingOccurrences(of: "locate_broker: LOC", with: "locate_broker: LOCBR")
        #expect(try DemoFile.complaint(long).contains("locate_broker: LOCBR is not 1 to 4"))
    }

    @Test("a set of symbols and venues becomes bits")
    func bits() throws {
        let demo = try DemoFile.text()
        let yaml = demo.replacingOccurrences(
            of: "owner_group: 1, venues: all, symbols: all, algos: true",
            with: "owner_group: 1, venues: [BX, PSX], symbols: [AAPL, SPY], algos: true"
        )
        let strategy = try DemoFile.settings(yaml)
            .compile(secrets: Secrets(folder: folder.path)).strategies[0]
        #expect(strategy.venues == 0b110)
        #expect(strategy.allSymbols == 0)
        #expect(strategy.symbols.w0 == 0b101)
    }
}

@Suite("A password file")
struct SecretsTests {
    private let folder: TemporaryFolder
    private let secrets: Secrets

    init() throws {
        folder = try TemporaryFolder()
        secrets = Secrets(folder: folder.path)
    }

    private func write(_ text: String, mode: Int = 0o600) throws -> String {
        let path = "\(folder.path)/secret"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @Test("gives its first line")
    func firstLine() throws {
        #expect(try secrets.password(try write("s3cret\nmore\n")) == Name("s3cret"))
    }

    @Test("others can read is refused")
    func open() throws {
        let path = try write("s3cret", mode: 0o644)
        #expect(throws: SettingsError(path, "password file can be read by others; chmod 600 it")) {
            try secrets.password(path)
        }
    }

    @Test(
        "with a password SoupBinTCP cannot carry is refused",
        arguments: ["", "12345678901", "a b"]
    )
    func unfit(text: String) throws {
        let path = try write(text)
        #expect(
            throws: SettingsError(path, "password is not 1 to 10 printable ASCII characters")
        ) { try secrets.password(path) }
    }

    @Test("that is missing is refused, and made in paper mode, once")
    func made() throws {
        #expect(throws: SettingsError.self) { try secrets.password("secrets/X") }
        try secrets.make("secrets/X")
        let first = try secrets.password("secrets/X")
        try secrets.make("secrets/X")
        #expect(try secrets.password("secrets/X") == first)
    }
}
