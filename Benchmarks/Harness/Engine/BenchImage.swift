import Crossing
import Vocabulary

/// The configuration the measured engine runs: one venue, one client, one instrument, every check
/// of the gate on and every limit wide, so that each order passes all of them.
enum BenchImage {
    static func bytes() -> [UInt8] {
        var writer = HotImageWriter()
        header(&writer.header)
        var venue = ImageVenue()
        venue.name = Name("BENCH") ?? .blank
        venue.user = Symbol("apus") ?? .blank
        venue.password = Name("secret") ?? .blank
        venue.firm = 0x5355_5041
        writer.venues = [venue]
        writer.instruments = [instrument()]
        writer.accounts = [account()]
        writer.strategies = [strategy()]
        writer.clients = [client()]
        return writer.bytes()
    }

    private static func header(_ header: inout ImageHeader) {
        header.tradingDate = 20_240_102
        header.midnightNs = 1_704_171_600 * 1_000_000_000
        header.paper = 1
        header.ordersMax = 4_096
        header.clientConnectionsMax = 1
        header.firmMaxGross = 1 << 60
        header.firmMaxOpenOrders = 4_000
        header.dupWindowNs = 1
        header.dupMax = 1_000
        header.rejectsMax = 100_000
        header.rejectsWindowNs = 1_000_000_000
        header.executionsMax = 1_000_000
        header.executionsWindowNs = 1_000_000_000
        // A parked engine looks stalled, and its peers dead, to every rule about time.
        let hour: Int64 = 3_600 * 1_000_000_000
        header.stallMaxNs = hour
        header.coldSilentNs = hour
        header.coldDeadNs = hour
        header.ackTimeoutNs = hour
        header.heartbeatDeadNs = hour
    }

    private static func instrument() -> ImageInstrument {
        var entry = ImageInstrument()
        entry.symbol = TickTraffic.symbol
        entry.tick = 100
        entry.lot = 1
        entry.maxOrderQty = 100_000
        entry.maxOrderNotional = 1 << 50
        entry.maxRefAgeNs = 1 << 60
        entry.maxSpread = 1 << 40
        entry.priorClose = 1_000_000
        entry.maxLong = 1 << 40
        entry.maxShort = 1 << 40
        entry.maxDayQty = 1 << 50
        entry.startLocate = 1 << 40
        entry.collarBps = 500
        return entry
    }

    private static func account() -> ImageAccount {
        var account = ImageAccount()
        account.name = Name("MAIN") ?? .blank
        account.maxOpenNotional = 1 << 60
        account.maxGross = 1 << 60
        account.maxNet = 1 << 60
        account.maxDayBuy = 1 << 60
        account.maxDaySell = 1 << 60
        account.maxOpenOrders = 4_000
        account.lossLimit = 1 << 60
        return account
    }

    private static func strategy() -> ImageStrategy {
        var strategy = ImageStrategy()
        strategy.name = Name("REFLEX") ?? .blank
        strategy.groupID = 1
        strategy.ratePerS = 10_000_000
        strategy.burst = 10_000_000
        strategy.lossLimit = 1 << 60
        return strategy
    }

    private static func client() -> ImageClient {
        var client = ImageClient()
        client.user = Symbol("bench") ?? .blank
        client.password = Name("secret") ?? .blank
        client.strategy = 0
        client.strategies = 0b1
        client.ratePerS = 10_000_000
        client.burst = 10_000_000
        client.firm = 0x5355_5041
        return client
    }
}
