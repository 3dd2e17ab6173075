import ExchangeSimulator
import Vocabulary

/// What a venue says really happened, read from its own sequenced store as it grows.
struct VenueTruth {
    struct Key: Hashable {
        var match: UInt64
        var root: UInt32
    }

    struct Known {
        var symbol: Symbol
        var isBuy: Bool
        var root: UInt32
    }

    private(set) var orders: [UInt32: Known] = [:]
    /// Shares bought less shares sold, by symbol.
    private(set) var net: [UInt64: Int64] = [:]
    /// Shares of each execution; 0 once it is broken.
    private(set) var fills: [Key: Int64] = [:]
    private(set) var fillCount = 0
    private(set) var accepted = 0
    private(set) var read: UInt64 = 0

    mutating func follow(_ store: SoupStore, upTo last: UInt64 = .max) {
        while read < min(store.count, last) {
            read += 1
            take(Array(store.message(read)))
        }
    }

    /// Shares of a number's whole chain, broken ones not counted.
    func executed(_ number: UInt32) -> Int64 {
        guard let root = orders[number]?.root else { return 0 }
        return fills.reduce(0) { $0 + ($1.key.root == root ? $1.value : 0) }
    }

    private mutating func take(_ bytes: [UInt8]) {
        guard let type = bytes.first else { return }
        switch type {
        case UInt8(ascii: "A") where bytes.count >= 62:
            let ref = big32(bytes, 9)
            let isBuy = bytes[13] == UInt8(ascii: "B")
            accepted += 1
            orders[ref] = Known(symbol: symbol(bytes, 18), isBuy: isBuy, root: ref)
        case UInt8(ascii: "U") where bytes.count >= 66:
            if let old = orders[big32(bytes, 9)] { orders[big32(bytes, 13)] = old }
        case UInt8(ascii: "E") where bytes.count >= 34:
            let ref = big32(bytes, 9)
            guard let order = orders[ref] else { return }
            let key = Key(match: big64(bytes, 26), root: order.root)
            // Told twice, and traded once (semantics §2.3).
            guard fills[key] == nil else { return }
            let qty = Int64(big32(bytes, 13))
            fillCount += 1
            net[order.symbol.raw, default: 0] += order.isBuy ? qty : -qty
            fills[key] = qty
        case UInt8(ascii: "B") where bytes.count >= 22:
            let ref = big32(bytes, 9)
            guard let order = orders[ref] else { return }
            let key = Key(match: big64(bytes, 13), root: order.root)
            guard let qty = fills[key], qty > 0 else { return }
            net[order.symbol.raw, default: 0] -= order.isBuy ? qty : -qty
            fills[key] = 0
        default: break
        }
    }
}

func big16(_ bytes: [UInt8], _ at: Int) -> UInt16 {
    UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1])
}
func big32(_ bytes: [UInt8], _ at: Int) -> UInt32 {
    UInt32(big16(bytes, at)) << 16 | UInt32(big16(bytes, at + 2))
}
func big64(_ bytes: [UInt8], _ at: Int) -> UInt64 {
    UInt64(big32(bytes, at)) << 32 | UInt64(big32(bytes, at + 4))
}
func symbol(_ bytes: [UInt8], _ at: Int) -> Symbol {
    let text = String(decoding: bytes[at..<at + 8], as: UTF8.self)
    return Symbol(text.split(separator: " ").first.map(String.init) ?? "") ?? .blank
}
