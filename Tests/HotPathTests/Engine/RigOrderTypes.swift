import HotPath
import Vocabulary
import Wire

// Whole messages with all their fields, for tests that care about each of them.

extension PeerSocket {
    func enter(_ message: OUCH.EnterOrder) { sendUnsequenced { message.write(to: $0) } }

    func replace(_ message: OUCH.ReplaceOrder) { sendUnsequenced { message.write(to: $0) } }

    /// A Replace whose appendage is these bytes, its own u16 length first.
    func replaceUnreadable(_ message: OUCH.ReplaceOrder, appendage: [UInt8]) {
        sendUnsequenced { target in
            let count = message.write(to: target) - 2
            (target + count).copyMemory(from: appendage, byteCount: appendage.count)
            return count + appendage.count
        }
    }

    /// Accepted with another state or price than asked.
    func accept(
        _ order: Packet,
        reference: UInt64,
        state: Unicode.Scalar = "L",
        px: Int64 = 0,
        qty: Int64 = 0
    ) {
        guard let echo = order.asEnterOrder else { return }
        sendSequenced { target in
            OUCH.Accepted(
                timestampNs: 1,
                userRefNum: echo.userRefNum,
                side: echo.side,
                quantity: qty == 0 ? echo.quantity : OrderQty(units: qty),
                symbol: echo.symbol,
                price: px == 0 ? echo.price : Price(units: px),
                timeInForce: echo.timeInForce,
                display: echo.display,
                orderReferenceNumber: reference,
                capacity: echo.capacity,
                interMarketSweep: echo.interMarketSweep,
                crossType: echo.crossType,
                orderState: UInt8(ascii: state),
                clOrdID: echo.clOrdID
            ).write(to: target)
        }
    }

    func reject(_ refNum: UInt32, reason: UInt16) {
        sendSequenced { target in
            OUCH.Rejected(timestampNs: 1, userRefNum: refNum, reason: reason, clOrdID: .blank)
                .write(to: target)
        }
    }

    /// Replaced, all of a chain of 100 buys still open.
    func replaced(_ request: Packet, px: Int64, reference: UInt64) {
        guard let echo = request.asReplaceOrder else { return }
        sendSequenced { target in
            OUCH.Replaced(
                timestampNs: 1,
                origUserRefNum: echo.origUserRefNum,
                userRefNum: echo.userRefNum,
                side: Side.buy.rawValue,
                quantity: echo.quantity,
                symbol: Symbol("AAPL")!,
                price: Price(units: px),
                timeInForce: echo.timeInForce,
                display: echo.display,
                orderReferenceNumber: reference,
                capacity: UInt8(ascii: "P"),
                interMarketSweep: echo.interMarketSweep,
                crossType: UInt8(ascii: "N"),
                orderState: UInt8(ascii: "L"),
                clOrdID: echo.clOrdID
            ).write(to: target)
        }
    }
}

extension PeerSocket.Packet {
    var asEnterOrder: OUCH.EnterOrder? {
        payload.withUnsafeBytes { raw in
            withWireBytes(raw.baseAddress!, count: raw.count) { span in
                try? OUCH.EnterOrder(OUCH.EnterOrderView(span))
            }
        }
    }

    var asReplaceOrder: OUCH.ReplaceOrder? {
        payload.withUnsafeBytes { raw in
            withWireBytes(raw.baseAddress!, count: raw.count) { span in
                try? OUCH.ReplaceOrder(OUCH.ReplaceOrderView(span))
            }
        }
    }
}
