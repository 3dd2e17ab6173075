import Foundation
import HotPath
import Vocabulary

/// A vector file of docs/vectors, read the short way: these files are ours and well-formed. What
/// users' files meet is the strict reader of `apus risk vectors`.
struct VectorFile: Decodable {
    struct Limits: Decodable {
        var tick: Int64?, lot: Int64?, maxOrderQty: Int64?, maxOrderNotional: Int64?
        var maxRefAgeNs: Int64?, collarBps: Int64?, maxOpenNotional: Int64?, maxGross: Int64?
        var maxDay: [String: Int64]?
        var maxOpenOrders: Int64?, dupWindowNs: Int64?, dupMax: Int64?
        var rate: UInt32?, burst: UInt32?
    }

    struct Symbol: Decodable {
        var pos: Int64, maxLong: Int64, maxShort: Int64, val: Int64, locate: Int64
    }

    struct Event: Decodable {
        var t: Int64, k: String
        var sym: String?, mark: String?, id: UInt32?, q: Int64?, px: Int64?, expect: UInt16?
    }

    var limits: Limits
    var symbols: [String: Symbol]
    var events: [Event]

    static func named(_ name: String) throws -> VectorFile {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "docs/vectors/\(name).json"))
        return try JSONDecoder().decode(VectorFile.self, from: data)
    }

    var names: [String] { symbols.keys.sorted() }

    var vectorLimits: VectorLimits {
        var result = VectorLimits()
        result.tick = limits.tick
        result.lot = limits.lot
        result.maxOrderQty = limits.maxOrderQty
        result.maxOrderNotional = limits.maxOrderNotional
        result.maxRefAgeNs = limits.maxRefAgeNs
        result.collarBps = limits.collarBps
        result.maxOpenNotional = limits.maxOpenNotional
        result.maxGross = limits.maxGross
        result.maxDayBuy = limits.maxDay?["B"]
        result.maxDaySell = limits.maxDay?["S"]
        result.maxOpenOrders = limits.maxOpenOrders
        result.dupWindowNs = limits.dupWindowNs
        result.dupMax = limits.dupMax
        result.rate = limits.rate
        result.burst = limits.burst
        result.symbols = names.compactMap { name in
            guard let symbol = symbols[name] else { return nil }
            var row = VectorLimits.Symbol(name: name)
            row.pos = symbol.pos
            row.maxLong = symbol.maxLong
            row.maxShort = symbol.maxShort
            row.val = symbol.val
            row.locate = symbol.locate
            return row
        }
        return result
    }

    var vectorEvents: [VectorEvent] {
        events.map { event in
            var result = VectorEvent(Self.kinds[event.k] ?? .ref)
            result.tNs = event.t
            result.id = event.id ?? 0
            result.symbol = UInt16(names.firstIndex(of: event.sym ?? "") ?? names.count)
            result.mark = event.mark?.utf8.first ?? 0
            result.qty = event.q ?? 0
            result.px = event.px ?? 0
            return result
        }
    }

    private static let kinds: [String: VectorEvent.Kind] = [
        "ref": .ref, "new": .new, "fill": .fill, "cxl": .cxl, "rej": .rej, "cancel": .cancel,
        "replace": .replace, "replaced": .replaced, "replace_rej": .replaceRej, "block": .block,
        "kill": .kill, "rearm": .rearm,
    ]
}
