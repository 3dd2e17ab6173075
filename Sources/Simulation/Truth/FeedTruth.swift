import ExchangeSimulator
import Vocabulary

/// The displayed best of each symbol after each message of a venue's feed: another reader of the
/// same messages, without anything of the books'.
struct FeedTruth {
    struct Top: Equatable {
        var seq: UInt64 = 0
        var bidPx: Int64 = 0
        var bidQty: Int64 = 0
        var askPx: Int64 = 0
        var askQty: Int64 = 0
    }

    private struct Resting {
        var symbol: Int
        var isBuy: Bool
        var px: Int64
        var qty: Int64
    }

    private var orders: [UInt64: Resting] = [:]
    /// Shares at each price, by symbol; bids and asks.
    private var bids: [[Int64: Int64]]
    private var asks: [[Int64: Int64]]
    private var history: [[Top]]
    private var read: UInt64 = 0
    private let symbols: [UInt64: Int]

    init() {
        let count = SimImage.symbols.count
        bids = Array(repeating: [:], count: count)
        asks = bids
        history = Array(repeating: [Top()], count: count)
        let named = SimImage.symbols.enumerated().map { (Symbol($1)!.raw, $0) }
        symbols = Dictionary(uniqueKeysWithValues: named)
    }

    mutating func follow(_ mold: MoldPublisher) {
        while let message = mold.message(read + 1) {
            read += 1
            if let symbol = take(Array(message)) { note(symbol) }
        }
    }

    /// The best after message `seq`, `nil` for one not told yet.
    func top(_ symbol: Int, after seq: UInt64) -> Top? {
        guard seq <= read else { return nil }
        return history[symbol].last { $0.seq <= seq }
    }

    private mutating func note(_ symbol: Int) {
        var top = Top(seq: read)
        if let best = bids[symbol].keys.max() {
            (top.bidPx, top.bidQty) = (best, bids[symbol][best]!)
        }
        if let best = asks[symbol].keys.min() {
            (top.askPx, top.askQty) = (best, asks[symbol][best]!)
        }
        history[symbol].append(top)
    }

    /// The symbol whose book it changed.
    private mutating func take(_ bytes: [UInt8]) -> Int? {
        guard let type = bytes.first, bytes.count >= 19 else { return nil }
        let ref = big64(bytes, 11)
        switch type {
        case UInt8(ascii: "A"), UInt8(ascii: "F"):
            guard let row = symbols[symbol(bytes, 24).raw] else { return nil }
            let isBuy = bytes[19] == UInt8(ascii: "B")
            let (px, qty) = (Int64(big32(bytes, 32)), Int64(big32(bytes, 20)))
            return add(ref, Resting(symbol: row, isBuy: isBuy, px: px, qty: qty))
        case UInt8(ascii: "E"), UInt8(ascii: "C"), UInt8(ascii: "X"):
            return reduce(ref, by: Int64(big32(bytes, 19)))
        case UInt8(ascii: "D"): return reduce(ref, by: .max)
        case UInt8(ascii: "U"):
            guard let old = orders[ref] else { return nil }
            _ = reduce(ref, by: .max)
            let (px, qty) = (Int64(big32(bytes, 31)), Int64(big32(bytes, 27)))
            let new = Resting(symbol: old.symbol, isBuy: old.isBuy, px: px, qty: qty)
            return add(big64(bytes, 19), new)
        default: return nil
        }
    }

    private mutating func add(_ ref: UInt64, _ order: Resting) -> Int {
        orders[ref] = order
        if order.isBuy {
            bids[order.symbol][order.px, default: 0] += order.qty
        } else {
            asks[order.symbol][order.px, default: 0] += order.qty
        }
        return order.symbol
    }

    private mutating func reduce(_ ref: UInt64, by wanted: Int64) -> Int? {
        guard let order = orders[ref] else { return nil }
        let gone = min(wanted, order.qty)
        orders[ref]!.qty -= gone
        if order.qty == gone { orders[ref] = nil }
        if order.isBuy {
            Self.take(gone, from: &bids[order.symbol], at: order.px)
        } else {
            Self.take(gone, from: &asks[order.symbol], at: order.px)
        }
        return order.symbol
    }

    private static func take(_ qty: Int64, from levels: inout [Int64: Int64], at px: Int64) {
        let left = levels[px, default: 0] - qty
        levels[px] = left > 0 ? left : nil
    }
}

/// What of a venue's feed has reached hot's sockets in this life: whether there is a hole in it.
struct FeedKnown {
    private struct Session {
        var name: [UInt8]
        var next: UInt64 = 1
        var told: UInt64 = 1
        var ahead: [(first: UInt64, end: UInt64)] = []
        var lastNs: Int64 = 0
    }

    /// The session followed, and one that began or ended lately: which hot follows is hot's matter.
    private var sessions: [Session] = []
    private(set) var lastNs: Int64 = 0
    private static let forgottenNs: Int64 = 6_000_000_000

    /// There is a hole whichever session hot follows.
    var isGapped: Bool {
        !sessions.isEmpty && sessions.allSatisfy { $0.told > $0.next }
    }

    /// One datagram; `isLine` is false for the answer to a request, which proves no life.
    mutating func take(_ packet: [UInt8], isLine: Bool, _ nowNs: Int64) {
        guard packet.count >= 20 else { return }
        if isLine { lastNs = nowNs }
        let name = Array(packet[0..<10])
        sessions.removeAll { $0.name != name && $0.lastNs < nowNs - Self.forgottenNs }
        var at = sessions.firstIndex { $0.name == name }
        if at == nil {
            sessions.append(Session(name: name))
            at = sessions.count - 1
        }
        let (first, blocks) = (big64(packet, 10), big16(packet, 18))
        let end = first + (blocks == 0xFFFF ? 0 : UInt64(blocks))
        sessions[at!].lastNs = nowNs
        sessions[at!].told = max(sessions[at!].told, end)
        guard end > sessions[at!].next else { return }
        sessions[at!].ahead.append((first, end))
        Self.close(&sessions[at!])
    }

    private static func close(_ session: inout Session) {
        while let range = session.ahead.first(where: {
            $0.first <= session.next && $0.end > session.next
        }) {
            session.next = range.end
            session.ahead.removeAll { $0.end <= range.end }
        }
    }
}
