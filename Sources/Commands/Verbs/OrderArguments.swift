internal import ArgumentParser
internal import Settings
internal import Vocabulary

/// What operators write on the command line, turned into the system's values; exit 65 with the
/// argument, its value and what would be right.
enum OrderArguments {
    static func symbol(_ text: String) throws(Failure) -> Symbol {
        guard let symbol = Symbol(text) else {
            throw Failure(
                .badInput,
                "SYMBOL \"\(text)\" is not 1 to 8 ASCII characters, as in AAPL"
            )
        }
        return symbol
    }

    static func name(_ text: String?, _ flag: String) throws(Failure) -> Name {
        guard let text else { return .blank }
        guard let name = Name(text) else {
            throw Failure(.badInput, "\(flag) \"\(text)\" is not 1 to 16 ASCII characters")
        }
        return name
    }

    static func side(_ text: String) throws(Failure) -> Side {
        switch text.lowercased() {
        case "buy", "b": .buy
        case "sell", "s": .sell
        case "short", "t": .sellShort
        case "exempt", "e": .sellShortExempt
        default:
            throw Failure(
                .badInput,
                "SIDE \"\(text)\" is not one of buy, sell, short, exempt (or B, S, T, E)"
            )
        }
    }

    static func qty(_ text: String) throws(Failure) -> OrderQty {
        guard let units = Int64(text), units > 0 else {
            throw Failure(.badInput, "QTY \"\(text)\" is not a whole number above 0")
        }
        return OrderQty(units: units)
    }

    /// A decimal, or `market`.
    static func price(_ text: String) throws(Failure) -> (price: Price, ordType: OrdType) {
        if text == "market" { return (.ouchMarket, .market) }
        return (try limitPrice(text, "PRICE"), .limit)
    }

    static func limitPrice(_ text: String, _ what: String) throws(Failure) -> Price {
        guard let units = Decimals.units(text, places: 4), units > 0 else {
            throw Failure(
                .badInput,
                "\(what) \"\(text)\" is not a price above 0 with at most 4 places, as in 324.50"
            )
        }
        return Price(units: units)
    }

    static func orderID(_ text: String) throws(Failure) -> ClOrdID {
        guard let id = ClOrdID(text.uppercased()) else {
            throw Failure(
                .badInput,
                "ID \"\(text)\" is not an order id: 13 characters 0-9 and A-V, as `apus order list` shows"
            )
        }
        return id
    }

    /// Milliseconds from "30s", "500ms", "5min".
    static func milliseconds(_ text: String, _ flag: String) throws(Failure) -> Int64 {
        let node = ConfigNode(.scalar(text, .override), .flag(flag))
        do {
            let ns = try Reader<Int64>.durationNs.read(node, "duration")
            guard ns >= 1_000_000 else {
                throw Failure(.badInput, "\(flag) \"\(text)\" is shorter than 1ms")
            }
            return ns / 1_000_000
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(
                .badInput,
                "\(flag) \"\(text)\" is not a duration; write 30s, 500ms or 5min"
            )
        }
    }
}
