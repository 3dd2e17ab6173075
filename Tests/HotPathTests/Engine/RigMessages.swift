import HotPath
import Vocabulary
import Wire

// What the two outsides say, short enough to read in a test.

extension PeerSocket {
    func enter(
        refNum: UInt32,
        side: Side = .buy,
        qty: Int64,
        symbol: String = "AAPL",
        px: Int64,
        tif: TimeInForce = .day,
        clOrdID: String = "",
        group: UInt16? = nil
    ) {
        var appendage = OUCH.Appendage()
        appendage.groupID = group
        sendUnsequenced { target in
            OUCH.EnterOrder(
                userRefNum: refNum,
                side: side.rawValue,
                quantity: OrderQty(units: qty),
                symbol: Symbol(symbol)!,
                price: Price(units: px),
                timeInForce: tif.rawValue,
                display: UInt8(ascii: "Y"),
                capacity: UInt8(ascii: "P"),
                interMarketSweep: UInt8(ascii: "N"),
                crossType: UInt8(ascii: "N"),
                clOrdID: ClOrdIDField(clOrdID) ?? .blank,
                appendage: appendage
            ).write(to: target)
        }
    }

    func massCancel(refNum: UInt32, _ appendage: OUCH.Appendage = OUCH.Appendage()) {
        sendUnsequenced { target in
            OUCH.MassCancel(
                userRefNum: refNum,
                firm: Alpha4("TEST")!,
                symbol: .blank,
                appendage: appendage
            ).write(to: target)
        }
    }

    func cancel(refNum: UInt32, ceiling: Int64 = 0) {
        sendUnsequenced { target in
            OUCH.CancelOrder(userRefNum: refNum, quantity: OrderQty(units: ceiling))
                .write(to: target)
        }
    }

    func replace(old: UInt32, new: UInt32, qty: Int64, px: Int64) {
        sendUnsequenced { target in
            OUCH.ReplaceOrder(
                origUserRefNum: old,
                userRefNum: new,
                quantity: OrderQty(units: qty),
                price: Price(units: px),
                timeInForce: TimeInForce.day.rawValue,
                display: UInt8(ascii: "Y"),
                interMarketSweep: UInt8(ascii: "N"),
                clOrdID: .blank
            ).write(to: target)
        }
    }

    /// Accepted for an order the engine never sent.
    func acceptStranger(
        refNum: UInt32,
        symbol: String,
        reference: UInt64,
        clOrdID: String = "STRANGER"
    ) {
        sendSequenced { target in
            OUCH.Accepted(
                timestampNs: 1,
                userRefNum: refNum,
                side: Side.buy.rawValue,
                quantity: OrderQty(units: 10),
                symbol: Symbol(symbol)!,
                price: Price(units: 999_000),
                timeInForce: TimeInForce.day.rawValue,
                display: UInt8(ascii: "Y"),
                orderReferenceNumber: reference,
                capacity: UInt8(ascii: "P"),
                interMarketSweep: UInt8(ascii: "N"),
                crossType: UInt8(ascii: "N"),
                orderState: UInt8(ascii: "L"),
                clOrdID: ClOrdIDField(clOrdID)!
            ).write(to: target)
        }
    }

    /// The answers a venue gives to mass cancel and Account Query.
    func answerFence(_ number: UInt32, next: UInt32) {
        sendSequenced { target in
            OUCH.MassCancelResponse(
                timestampNs: 1,
                userRefNum: number,
                firm: Alpha4("TEST")!,
                symbol: .blank
            ).write(to: target)
        }
        sendSequenced { target in
            OUCH.AccountQueryResponse(timestampNs: 1, nextUserRefNum: next).write(to: target)
        }
    }

    func execute(refNum: UInt32, qty: Int64, px: Int64, match: UInt64) {
        sendSequenced { target in
            OUCH.Executed(
                timestampNs: 1,
                userRefNum: refNum,
                quantity: OrderQty(units: qty),
                price: Price(units: px),
                liquidityFlag: UInt8(ascii: "A"),
                matchNumber: match
            ).write(to: target)
        }
    }

    func canceled(refNum: UInt32, decrement: Int64) {
        sendSequenced { target in
            OUCH.Canceled(
                timestampNs: 1,
                userRefNum: refNum,
                quantity: OrderQty(units: decrement),
                reason: UInt8(ascii: "U")
            ).write(to: target)
        }
    }
}

extension EngineRig {
    /// Puts one displayed order on each side of AAPL, or of MSFT by its locate 2, over a real feed
    /// socket; a price of 0 none.
    func quote(venue: Int = 0, locate: UInt16 = 1, bid: Int64, ask: Int64) {
        let feed = peers[SlotMap.feedA + venue] ?? connectFeed(venue)
        let room = UnsafeMutableRawPointer.allocate(byteCount: 1472, alignment: 8)
        defer { room.deallocate() }
        var offset = 20
        var count: UInt16 = 0
        func add(_ write: (UnsafeMutableRawPointer) -> Int) {
            let length = write(room + offset + 2)
            room.storeBytes(of: UInt16(length).bigEndian, toByteOffset: offset, as: UInt16.self)
            offset += 2 + length
            count += 1
        }
        for (side, px) in [(Side.buy, bid), (Side.sell, ask)] where px > 0 {
            nextReference += 1
            let reference = nextReference
            add { target in
                ITCH.AddOrder(
                    stockLocate: locate,
                    trackingNumber: 0,
                    timestampNs: 1,
                    orderReferenceNumber: reference,
                    side: side.rawValue,
                    shares: OrderQty(units: 500),
                    stock: Symbol(locate == 1 ? "AAPL" : "MSFT")!,
                    price: Price(units: px)
                ).write(to: target)
            }
        }
        let header = Mold.Header(
            session: Mold.Session("RIGFEED")!,
            sequenceNumber: feedSequences[venue, default: 1],
            messageCount: count
        )
        _ = header.write(to: room)
        feedSequences[venue, default: 1] += UInt64(count)
        feed.send(bytes: Array(UnsafeRawBufferPointer(start: room, count: offset)))
        turns(3)
    }

    /// One feed message in a packet of its own.
    func feed(venue: Int = 0, _ write: (UnsafeMutableRawPointer) -> Int) {
        let feed = peers[SlotMap.feedA + venue] ?? connectFeed(venue)
        let room = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 8)
        defer { room.deallocate() }
        let length = write(room + 22)
        room.storeBytes(of: UInt16(length).bigEndian, toByteOffset: 20, as: UInt16.self)
        let header = Mold.Header(
            session: Mold.Session("RIGFEED")!,
            sequenceNumber: feedSequences[venue, default: 1],
            messageCount: 1
        )
        _ = header.write(to: room)
        feedSequences[venue, default: 1] += 1
        feed.send(bytes: Array(UnsafeRawBufferPointer(start: room, count: 22 + length)))
        turns(2)
    }
}
