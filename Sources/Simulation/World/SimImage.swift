import Crossing
import Glibc
import Vocabulary

/// The one small firm every run trades for: 3 venues, 4 symbols, 2 accounts, 3 strategies, 4 clients,
/// the last of them routed.
enum SimImage {
    static let venues = ["NASDAQ", "BX", "PSX"]
    static let symbols = ["AAPL", "MSFT", "INTC", "ZVZZT"]
    static let mids: [Int64] = [1_875_000, 4_100_000, 312_500, 100_000]
    static let clients = ["alpha", "beta", "gamma", "delta"]
    static let routed = 3
    static let connections = 10
    static let tradingDate: UInt32 = 20_231_114
    /// Midnight of the trading date in New York.
    static let midnightNs: Int64 = 1_699_938_000 * 1_000_000_000
    /// 09:30 there.
    static let startNs = midnightNs + 34_200 * 1_000_000_000
    static let heartbeatDeadNs: Int64 = 2_500_000_000

    static func bytes(_ profile: Profile) -> [UInt8] {
        var writer = HotImageWriter()
        writer.header.tradingDate = tradingDate
        writer.header.midnightNs = midnightNs
        writer.header.paper = 1
        writer.header.transport = 3
        writer.header.idle = 0
        writer.header.ordersMax = 128
        writer.header.auditSlots = UInt32(profile.auditSlots)
        writer.header.telemetrySlots = 256
        writer.header.commandSlots = 64
        writer.header.clientStoreBytes = 768 << 10
        writer.header.clientStoreMessages = 8_192
        writer.header.bookOrdersMax = 3 * 2_048
        writer.header.bookLevelsMax = 3 * 4 * 2 * 256
        writer.header.clientConnectionsMax = UInt16(connections)
        writer.header.firmMaxGross = profile.tight ? 3_000_000_000 : 1 << 50
        writer.header.firmMaxOpenOrders = profile.tight ? 60 : 120
        writer.header.dupWindowNs = 20_000_000
        writer.header.dupMax = profile.tight ? 2 : 100
        writer.header.rejectsMax = 100_000
        writer.header.rejectsWindowNs = 1_000_000_000
        writer.header.executionsMax = 100_000
        writer.header.executionsWindowNs = 1_000_000_000
        writer.header.coldSilentNs = 60_000_000
        writer.header.coldDeadNs = 400_000_000
        writer.header.ackTimeoutNs = 30_000_000
        writer.header.heartbeatDeadNs = heartbeatDeadNs
        writer.header.loginTimeoutNs = 2_000_000_000
        writer.header.clientRatePerS = 5_000
        writer.header.clientBurst = 500
        writer.header.clientDoorMax = 500
        if profile.twoPersons { writer.header.twoPersons = [.adjust] }
        for name in venues { writer.venues.append(venue(name)) }
        for (index, name) in symbols.enumerated() {
            writer.instruments.append(instrument(name, mids[index], profile))
        }
        writer.accounts = [account("MAIN", profile), account("SIDE", profile)]
        writer.strategies = [
            strategy("HAND", 1, account: 0, profile), strategy("CLIENT", 2, account: 0, profile),
            strategy("ALGO", 3, account: 1, profile),
        ]
        for (index, name) in clients.enumerated() {
            var entry = client(name, account: UInt16(index % 2))
            if index == routed { entry.mode = 1 }
            writer.clients.append(entry)
        }
        var role = ImageRole()
        role.id = 1_000
        role.role = 0xF
        writer.roles = [role]
        return writer.bytes()
    }

    private static func venue(_ name: String) -> ImageVenue {
        var venue = ImageVenue()
        venue.name = Name(name)!
        venue.mic = Symbol("X")!
        venue.user = Symbol("apus")!
        venue.password = Name("secret")!
        venue.firm = 0x5453_4554
        venue.ouchPort = 1
        return venue
    }

    private static func instrument(_ name: String, _ mid: Int64, _ p: Profile) -> ImageInstrument {
        var entry = ImageInstrument()
        entry.symbol = Symbol(name)!
        entry.tick = 100
        entry.lot = 1
        entry.maxOrderQty = p.tight ? 2_000 : 1_000_000
        entry.maxOrderNotional = p.tight ? 2_000 * mid : 1 << 50
        entry.maxRefAgeNs = 60_000_000_000
        entry.maxSpread = mid / 10
        entry.priorClose = mid
        entry.maxLong = p.tight ? 5_000 : 1 << 40
        entry.maxShort = p.tight ? 4_000 : 1 << 40
        entry.maxDayQty = p.tight ? 40_000 : 1 << 40
        entry.startLocate = 20_000
        entry.startPosition = name == "INTC" ? 700 : 0
        entry.collarBps = 500
        return entry
    }

    private static func account(_ name: String, _ p: Profile) -> ImageAccount {
        var account = ImageAccount()
        account.name = Name(name)!
        account.maxOpenNotional = p.tight ? 4_000_000_000 : 1 << 55
        account.maxGross = p.tight ? 8_000_000_000 : 1 << 55
        account.maxNet = p.tight ? 8_000_000_000 : 1 << 55
        account.maxDayBuy = p.tight ? 90_000_000_000 : 1 << 55
        account.maxDaySell = p.tight ? 90_000_000_000 : 1 << 55
        account.maxOpenOrders = 100
        account.lossLimit = 1 << 50
        return account
    }

    private static func strategy(
        _ name: String,
        _ group: UInt16,
        account: UInt16,
        _ p: Profile
    ) -> ImageStrategy {
        var strategy = ImageStrategy()
        strategy.name = Name(name)!
        strategy.groupID = group
        strategy.account = account
        strategy.ownerGroup = group
        strategy.ratePerS = p.tight ? 200 : 20_000
        strategy.burst = p.tight ? 8 : 2_000
        strategy.lossLimit = 1 << 50
        return strategy
    }

    private static func client(_ user: String, account: UInt16) -> ImageClient {
        var client = ImageClient()
        client.user = Symbol(user)!
        client.password = Name("secret")!
        client.account = account
        client.strategy = 1
        client.strategies = 0b11
        client.ownerGroup = account
        client.ratePerS = 5_000
        client.burst = 500
        client.firm = 0x5453_4554
        return client
    }
}

/// The folders of one run, on tmpfs; gone with it.
final class SimFolder {
    let path: String
    var state: String { path + "/state" }
    var shm: String { path + "/shm" }

    init() {
        var template = Array("/dev/shm/apus-sim-\(getpid())-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            mkdtemp(buffer.baseAddress!).map { String(cString: $0) } ?? ""
        }
        for name in ["/state", "/state/logs", "/shm"] { mkdir(path + name, 0o750) }
    }

    func write(_ bytes: [UInt8], to name: String) {
        let fd = open(state + "/" + name, O_CREAT | O_WRONLY | O_TRUNC, 0o640)
        _ = Glibc.write(fd, bytes, bytes.count)
        close(fd)
    }

    deinit { Self.remove(path) }

    /// What a process left that was ended and could not clean up.
    static func removeAll(of pid: pid_t) {
        guard let folder = opendir("/dev/shm") else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix("apus-sim-\(pid)-") { remove("/dev/shm/\(name)") }
        }
    }

    private static func remove(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                    String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
            closedir(folder)
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
