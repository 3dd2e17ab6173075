import CFloors
import Vocabulary
import Wire

/// A tick that moves the best offer through the trigger's limit, and the order it causes.
///
/// Timed: from before the datagram's `send` to after the order's last byte was received. Untimed,
/// behind it: the offer is deleted again, the venue accepts the order and cancels its rest.
final class TickTraffic: Contender {
    static var symbol: Symbol { Symbol("AAPL") ?? .blank }
    /// Where the type of a packet's first message stands: behind header and block length.
    static var typeOffset: Int { 22 }
    /// Buy whatever is offered at this or below.
    static var limit: Price { Price(units: 1_000_050) }
    private static var offer: Price { Price(units: 1_000_000) }

    let name: String
    private let measured: any Measured
    private let feed: Int32
    private let venue: Int32
    private let line: Wireline
    private var sent = Sent()
    private var sequence: UInt64 = 1
    private var reference: UInt64 = 1

    init(_ name: String, _ measured: any Measured, feed: Int32, venue: Int32, _ line: Wireline) {
        self.name = name
        self.measured = measured
        self.feed = feed
        self.venue = venue
        self.line = line
    }

    func resume() throws(BenchError) {
        measured.resume()
        // Its feed has been silent.
        try heartbeat()
    }

    func park() { measured.park() }

    func measure(_ samples: Int, into legs: [SampleBlock]) throws(BenchError) {
        for _ in 0..<samples { legs[0].add(try once()) }
    }

    /// One tick, one order, and everything as it was; the order's bytes stay in `line.incoming`.
    func once() throws(BenchError) -> floors_exchange_result {
        reference += 1
        let count = packet { add(.sell, Self.offer, to: $0) }
        sent.first += count
        sent.feedPackets += 1
        sent.feedMessages += 1
        let result = try line.exchange(feed, count, venue, "\(name): order after a tick")
        guard line.cameType() == UInt8(ascii: "O") else {
            throw .engine("\(name): message \(line.cameType()) where an order was due")
        }
        try restore(refNum: line.came32(at: 1))
        return result
    }

    /// What a feed sends when nothing happens: three seconds without, and its books are stale.
    /// Returns once it was heard.
    func heartbeat() throws(BenchError) {
        let header = Mold.Header.heartbeat(session: session, nextSequenceNumber: sequence)
        try send(header.write(to: line.outgoing))
        try measured.settle(sent)
        line.settle()
    }

    /// One resting order on each side, so that there is a market to cross.
    func quote() throws(BenchError) {
        for (side, px) in [(Side.buy, 999_900 as Int64), (Side.sell, 1_000_100)] {
            reference += 1
            sent.feedMessages += 1
            try send(packet { add(side, Price(units: px), to: $0) })
        }
        try measured.settle(sent)
    }

    private func restore(refNum: UInt32) throws(BenchError) {
        let delete = ITCH.OrderDelete(
            stockLocate: 1,
            trackingNumber: 0,
            timestampNs: 1,
            orderReferenceNumber: reference
        )
        sent.feedMessages += 1
        try send(packet { delete.write(to: $0) })
        var count = line.writeAccepted(
            to: line.outgoing,
            refNum: refNum,
            px: Self.offer,
            timeInForce: .immediateOrCancel
        )
        count += line.writeCanceled(to: line.outgoing + count, refNum: refNum)
        sent.second += count
        sent.cancels += 1
        try line.transmit(venue, line.outgoing, count)
        try measured.settle(sent)
        line.settle()
    }

    private var session: Mold.Session { Mold.Session("BENCHFEED") ?? .blank }

    private func send(_ count: Int) throws(BenchError) {
        sent.first += count
        sent.feedPackets += 1
        try line.transmit(feed, line.outgoing, count)
    }

    /// A datagram with one message; its length.
    private func packet(_ write: (UnsafeMutableRawPointer) -> Int) -> Int {
        let header = Mold.Header(session: session, sequenceNumber: sequence, messageCount: 1)
        _ = header.write(to: line.outgoing)
        sequence += 1
        let length = write(line.outgoing + 22)
        line.outgoing.storeBytes(
            of: UInt16(length).bigEndian,
            toByteOffset: 20,
            as: UInt16.self
        )
        return 22 + length
    }

    private func add(_ side: Side, _ px: Price, to target: UnsafeMutableRawPointer) -> Int {
        ITCH.AddOrder(
            stockLocate: 1,
            trackingNumber: 0,
            timestampNs: 1,
            orderReferenceNumber: reference,
            side: side.rawValue,
            shares: OrderQty(units: 100),
            stock: Self.symbol,
            price: px
        ).write(to: target)
    }
}
