import ExchangeSimulator
import Vocabulary
import Wire

/// A hand-made recorded day of one stock, as BinaryFILE bytes.
struct Recording {
    private(set) var bytes: [UInt8] = []
    private var time: UInt64 = 34_200_000_000_000
    private var tracking: UInt16 = 0

    private mutating func put(_ message: some WireMessage) {
        let body = message.bytes
        bytes += [UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    }

    /// The next message is another event, `ns` later.
    mutating func later(_ ns: UInt64 = 1_000_000) {
        time += ns
        tracking &+= 1
    }

    mutating func add(_ ref: UInt64, _ side: Character, _ qty: Int64, at px: Int64) {
        later()
        put(
            ITCH.AddOrder(
                stockLocate: 13,
                trackingNumber: tracking,
                timestampNs: time,
                orderReferenceNumber: ref,
                side: side.asciiValue ?? 0,
                shares: OrderQty(units: qty),
                stock: Symbol("AAPL") ?? .blank,
                price: Price(units: px)
            )
        )
    }

    /// `sameEvent`: with the time and tracking number of the message before.
    mutating func execute(_ ref: UInt64, _ qty: Int64, sameEvent: Bool = false) {
        if !sameEvent { later() }
        put(
            ITCH.OrderExecuted(
                stockLocate: 13,
                trackingNumber: tracking,
                timestampNs: time,
                orderReferenceNumber: ref,
                executedShares: OrderQty(units: qty),
                matchNumber: 1
            )
        )
    }

    mutating func cancel(_ ref: UInt64, _ qty: Int64) {
        later()
        put(
            ITCH.OrderCancel(
                stockLocate: 13,
                trackingNumber: tracking,
                timestampNs: time,
                orderReferenceNumber: ref,
                canceledShares: OrderQty(units: qty)
            )
        )
    }

    mutating func delete(_ ref: UInt64) {
        later()
        put(
            ITCH.OrderDelete(
                stockLocate: 13,
                trackingNumber: tracking,
                timestampNs: time,
                orderReferenceNumber: ref
            )
        )
    }

    mutating func replace(_ ref: UInt64, by new: UInt64, _ qty: Int64, at px: Int64) {
        later()
        put(
            ITCH.OrderReplace(
                stockLocate: 13,
                trackingNumber: tracking,
                timestampNs: time,
                originalOrderReferenceNumber: ref,
                newOrderReferenceNumber: new,
                shares: OrderQty(units: qty),
                price: Price(units: px)
            )
        )
    }

    mutating func print(_ qty: Int64, at px: Int64) {
        later()
        put(
            ITCH.Trade(
                stockLocate: 13,
                trackingNumber: tracking,
                timestampNs: time,
                orderReferenceNumber: 0,
                side: UInt8(ascii: "B"),
                shares: OrderQty(units: qty),
                stock: Symbol("AAPL") ?? .blank,
                price: Price(units: px),
                matchNumber: 1
            )
        )
    }
}
