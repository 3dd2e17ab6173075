import ColdCore
package import Vocabulary

/// One execution that moved a position.
package struct Fill: Equatable, Sendable {
    package var seq: UInt64
    package var t: Int64
    package var orderID: ClOrdID
    package var parent: UInt64
    package var venue: UInt8
    package var instrument: UInt16
    package var account: UInt16
    package var strategy: UInt16
    package var side: Side
    package var lastQty: OrderQty
    package var lastPx: Price
    package var match: UInt64
    /// OUCH liquidity flag.
    package var liquidity: UInt8
    package var late: Bool
    package var busted = false

    init(_ record: Record, line: OrderLine, side: Side) {
        seq = record.seq
        t = record.t
        orderID = record.orderID
        parent = line.parent
        venue = record.venue
        instrument = line.instrument
        account = line.account
        strategy = line.strategy
        self.side = side
        lastQty = record.lastQty
        lastPx = record.lastPx
        match = record.match
        liquidity = record.reason
        late = record.flags.contains(.late)
    }
}
