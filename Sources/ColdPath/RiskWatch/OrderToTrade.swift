import ColdCore
import Vocabulary

/// Control 25: what a strategy sends in a symbol for each fill it gets, over the day.
struct OrderToTrade: Sendable {
    private struct Key: Hashable, Sendable {
        var strategy: UInt16
        var instrument: UInt16
    }

    private struct Count: Sendable {
        var messages: Int64 = 0
        var fills: Int64 = 0
    }

    private var most: Int64
    private var from: Int64
    private var counts: [Key: Count] = [:]

    init(_ policy: RiskPolicy) {
        most = policy.orderToTradeMax
        from = policy.orderToTradeFrom
    }

    mutating func set(_ policy: RiskPolicy) {
        most = policy.orderToTradeMax
        from = policy.orderToTradeFrom
    }

    /// The ratio this record breaks, if any: messages above `most` for each fill.
    mutating func apply(_ record: Record) -> (strategy: UInt16, text: String)? {
        guard record.strategy != noIndex16 else { return nil }
        let key = Key(strategy: record.strategy, instrument: record.instrument)
        switch record.kind {
        case .new, .cancelReq, .replaceReq, .modifyReq: counts[key, default: Count()].messages += 1
        case .fill where !record.flags.contains(.duplicate):
            counts[key, default: Count()].fills += 1
            return nil
        default: return nil
        }
        guard most > 0, let now = counts[key], now.messages >= from,
            now.messages > most * max(1, now.fills)
        else { return nil }
        return (record.strategy, "\(now.messages) messages for \(now.fills) fills, \(most) allowed")
    }

    /// An operator armed the strategy: its day begins again.
    mutating func forget(_ strategy: UInt16) {
        counts = counts.filter { $0.key.strategy != strategy }
    }
}
