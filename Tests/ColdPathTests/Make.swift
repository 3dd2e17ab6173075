import ColdCore
import Vocabulary

/// Records as hot writes them, made by hand.
enum Make {
    static var reference: Reference {
        var reference = Reference()
        reference.tradingDate = 20_260_105
        reference.venues = [
            Reference.Venue(name: "NSDQ", mic: "XNAS", removeFee: 30, addRebate: 20),
            Reference.Venue(name: "BX", mic: "XBOS", removeFee: -5, addRebate: -20),
        ]
        reference.instruments = [
            Reference.Instrument(symbol: "AAPL", priorClose: Price(units: 1_500_000)),
            Reference.Instrument(symbol: "MSFT", lot: 10, maxOrderQty: 500),
        ]
        reference.accounts = ["MAIN", "OTHER"]
        reference.strategies = [
            Reference.Strategy(name: "hand", account: 0, coldMay: false),
            Reference.Strategy(name: "twap1", account: 0),
        ]
        return reference
    }

    static func record(_ kind: RecordKind, order: UInt64 = 0, t: Int64 = 0) -> Record {
        var record = Record()
        record.kind = kind
        record.orderID = ClOrdID(order)
        record.t = t
        record.venue = 0
        record.instrument = 0
        record.account = 0
        record.strategy = 1
        record.side = .buy
        return record
    }

    static func new(
        _ order: UInt64,
        qty: Int64,
        px: Int64 = 1_500_000,
        parent: UInt64 = 0,
        command: UInt64 = 0,
        t: Int64 = 0
    ) -> Record {
        var new = record(.new, order: order, t: t)
        new.qty = OrderQty(units: qty)
        new.leavesQty = new.qty
        new.px = Price(units: px)
        new.parent = parent
        new.commandID = command
        new.status = .pendingNew
        return new
    }

    static func fill(
        _ order: UInt64,
        qty: Int64,
        px: Int64 = 1_500_000,
        match: UInt64,
        side: Side = .buy,
        liquidity: Character = "R",
        t: Int64 = 0
    ) -> Record {
        var fill = record(.fill, order: order, t: t)
        fill.lastQty = OrderQty(units: qty)
        fill.lastPx = Price(units: px)
        fill.match = match
        fill.side = side
        fill.reason = liquidity.asciiValue ?? 0
        return fill
    }

    static func canceled(_ order: UInt64, qty: Int64, t: Int64 = 0) -> Record {
        var canceled = record(.canceled, order: order, t: t)
        canceled.lastQty = OrderQty(units: qty)
        canceled.reason = 0x55
        return canceled
    }
}

extension Money {
    /// From an amount as the worked examples write it, with at most six decimals.
    init(_ text: String) {
        let negative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: ".")
        let decimals = parts.count > 1 ? String(parts[1]) : ""
        let digits = parts[0] + decimals + String(repeating: "0", count: 6 - decimals.count)
        let value = Int128(String(digits)) ?? 0
        self.init(hundredths: negative ? -value : value)
    }
}

extension Price {
    /// "10.50" is 105 000 units.
    init(_ text: String) { self.init(units: Int64(Money(text).hundredths / 100)) }
}
