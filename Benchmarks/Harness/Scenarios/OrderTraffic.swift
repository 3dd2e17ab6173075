import CFloors
import Vocabulary
import Wire

/// A client's order to the venue, and the venue's report to the client.
///
/// Two timed legs, each from before the sender's `send` to after the receiver's last byte. Untimed,
/// behind them: the venue cancels the order and the client hears of it.
final class OrderTraffic: Contender {
    private static var px: Price { Price(units: 1_000_000) }

    let name: String
    private let measured: any Measured
    private let client: Int32
    private let venue: Int32
    private let line: Wireline
    private var sent = Sent()
    private var refNum: UInt32 = 0

    init(_ name: String, _ measured: any Measured, client: Int32, venue: Int32, _ line: Wireline) {
        self.name = name
        self.measured = measured
        self.client = client
        self.venue = venue
        self.line = line
    }

    /// Called before the first order of a block and every so often: the market data that orders
    /// are judged by goes stale when its feed is silent.
    var keepAlive: () throws(BenchError) -> Void = {}
    private static var ordersBetweenKeepAlives: Int { 64 }

    func resume() throws(BenchError) {
        measured.resume()
        try keepAlive()
    }

    func park() { measured.park() }

    func measure(_ samples: Int, into legs: [SampleBlock]) throws(BenchError) {
        for sample in 0..<samples {
            if sample % Self.ordersBetweenKeepAlives == 0 { try keepAlive() }
            try once(legs[0], legs[1])
        }
    }

    /// One order there and back; the order's bytes are left in `line.incoming` between the legs.
    func once(
        _ there: SampleBlock,
        _ back: SampleBlock,
        onOrder: (Wireline, Int) -> Void = { _, _ in }
    ) throws(BenchError) {
        refNum += 1
        var count = writeEnter()
        sent.first += count
        let order = try line.exchange(client, count, venue, "\(name): order at the venue")
        guard line.cameType() == UInt8(ascii: "O") else {
            throw .engine("\(name): message \(line.cameType()) where an order was due")
        }
        onOrder(line, Int(order.got))
        there.add(order)
        let venueRef = line.came32(at: 1)
        line.settle()

        count = line.writeAccepted(
            to: line.outgoing,
            refNum: venueRef,
            px: Self.px,
            timeInForce: .day
        )
        sent.second += count
        back.add(try line.exchange(venue, count, client, "\(name): report at the client"))
        guard line.cameType() == UInt8(ascii: "A") else {
            throw .engine("\(name): message \(line.cameType()) where Accepted was due")
        }
        line.settle()

        count = line.writeCanceled(to: line.outgoing, refNum: venueRef)
        sent.second += count
        sent.cancels += 1
        _ = try line.exchange(venue, count, client, "\(name): end at the client")
        try measured.settle(sent)
        line.settle()
    }

    private func writeEnter() -> Int {
        let message = OUCH.EnterOrder(
            userRefNum: refNum,
            side: Side.buy.rawValue,
            quantity: OrderQty(units: 100),
            symbol: TickTraffic.symbol,
            price: Self.px,
            timeInForce: TimeInForce.day.rawValue,
            display: UInt8(ascii: "Y"),
            capacity: UInt8(ascii: "P"),
            interMarketSweep: UInt8(ascii: "N"),
            crossType: UInt8(ascii: "N"),
            clOrdID: ClOrdIDField("BENCH") ?? .blank
        )
        let count = message.write(to: line.outgoing + 3)
        return Soup.writeHeader(.unsequencedData, payloadLength: count, to: line.outgoing) + count
    }
}
