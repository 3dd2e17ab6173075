import Crossing
import Vocabulary

/// A small configuration with every limit set wide, so that a test narrows just the one it is about.
enum RigImage {
    static func bytes(venues: Int, change: (inout HotImageWriter) -> Void = { _ in }) -> [UInt8] {
        var writer = HotImageWriter()
        writer.header.tradingDate = 20_231_114
        writer.header.midnightNs = 1_699_938_000 * 1_000_000_000
        writer.header.paper = 1
        writer.header.ordersMax = 4096
        writer.header.clientConnectionsMax = 4
        writer.header.firmMaxGross = 1 << 60
        writer.header.firmMaxOpenOrders = 4000
        writer.header.dupWindowNs = 1
        writer.header.dupMax = 1000
        writer.header.rejectsMax = 100_000
        writer.header.rejectsWindowNs = 1_000_000_000
        writer.header.executionsMax = 1_000_000
        writer.header.executionsWindowNs = 1_000_000_000
        writer.header.stallMaxNs = 10_000_000_000
        writer.header.ackTimeoutNs = 100_000_000
        for index in 0..<venues { writer.venues.append(venue(index)) }
        writer.instruments = [instrument("AAPL"), instrument("MSFT")]
        writer.accounts = [account("MAIN")]
        writer.strategies = [strategy("HAND", 1), strategy("CLIENT", 2)]
        writer.clients = [client("alpha"), client("beta")]
        change(&writer)
        return writer.bytes()
    }

    private static func venue(_ index: Int) -> ImageVenue {
        var venue = ImageVenue()
        venue.name = Name("VENUE\(index)")!
        venue.user = Symbol("apus")!
        venue.password = Name("secret")!
        venue.firm = 0x5453_4554
        return venue
    }

    private static func instrument(_ symbol: String) -> ImageInstrument {
        var entry = ImageInstrument()
        entry.symbol = Symbol(symbol)!
        entry.tick = 100
        entry.lot = 1
        entry.maxOrderQty = 100_000
        entry.maxOrderNotional = 1 << 50
        entry.maxRefAgeNs = 1 << 60
        entry.maxSpread = 1 << 40
        entry.priorClose = 1_000_000
        entry.maxLong = 1 << 40
        entry.maxShort = 1 << 40
        entry.maxDayQty = 1 << 40
        entry.startLocate = 1 << 40
        entry.collarBps = 500
        return entry
    }

    private static func account(_ name: String) -> ImageAccount {
        var account = ImageAccount()
        account.name = Name(name)!
        account.maxOpenNotional = 1 << 60
        account.maxGross = 1 << 60
        account.maxNet = 1 << 60
        account.maxDayBuy = 1 << 60
        account.maxDaySell = 1 << 60
        account.maxOpenOrders = 4000
        account.lossLimit = 1 << 60
        return account
    }

    private static func strategy(_ name: String, _ group: UInt16) -> ImageStrategy {
        var strategy = ImageStrategy()
        strategy.name = Name(name)!
        strategy.groupID = group
        strategy.ratePerS = 1_000_000
        strategy.burst = 1_000_000
        strategy.lossLimit = 1 << 60
        return strategy
    }

    private static func client(_ user: String) -> ImageClient {
        var client = ImageClient()
        client.user = Symbol(user)!
        client.password = Name("secret")!
        client.strategy = 1
        client.strategies = 0b11
        client.ratePerS = 1_000_000
        client.burst = 1_000_000
        client.firm = 0x5453_4554
        return client
    }
}
