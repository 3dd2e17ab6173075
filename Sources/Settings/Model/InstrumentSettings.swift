internal import Crossing
package import Vocabulary

/// One instrument: reference data, and what may be done with it (limits.symbol, its own over
/// `default`). Prices and values in 1e-4, quantities in shares.
package struct InstrumentSettings: Sendable {
    package var symbol: Symbol
    package var tick: Int64
    package var lot: Int64
    package var priorClose: Int64
    package var startPosition: Int64
    package var startLocate: Int64
    /// Average daily volume; 0 unknown.
    package var adv: Int64
    package var restricted: Bool
    package var subscribed: Bool
    package var limits: SymbolLimits

    static let keys = [
        "symbol", "tick", "lot", "prior_close", "start_position", "start_locate", "restricted",
        "subscribed", "adv",
    ]

    static func all(_ top: Section, _ limits: Section) throws(SettingsError) -> [InstrumentSettings]
    {
        let sections = try top.sections("instruments", naming: "symbol", keys: keys)
        try Index.checkUnique("instrument", sections, key: "symbol")
        guard (1...4096).contains(sections.count) else {
            throw SettingsError(
                try top.child("instruments").origin,
                "instruments has \(sections.count) entries; 1 to 4096 are possible"
            )
        }
        let names = try sections.map { section throws(SettingsError) in
            try section.required("symbol", .text)
        }
        let table = try LimitTable(limits, "symbol", names: names, keys: SymbolLimits.keys)
        var result: [InstrumentSettings] = []
        for section in sections {
            let symbol = try section.required("symbol", .symbol)
            let limits = try SymbolLimits(try table.row(symbol.description))
            result.append(try InstrumentSettings(section, symbol, limits))
        }
        return result
    }

    private init(
        _ section: Section,
        _ symbol: Symbol,
        _ limits: SymbolLimits
    ) throws(SettingsError) {
        let shares: ClosedRange<Int64> = -1_000_000_000...1_000_000_000
        self.symbol = symbol
        self.limits = limits
        tick = try section.required("tick", .positivePrice)
        lot = try section.required("lot", .integer(1...1_000_000))
        priorClose = try section.required("prior_close", .positivePrice)
        startPosition = try section.optional("start_position", .integer(shares), default: 0)
        startLocate = try section.optional(
            "start_locate",
            .integer(0...shares.upperBound),
            default: 0
        )
        restricted = try section.optional("restricted", .flag, default: false)
        subscribed = try section.optional("subscribed", .flag, default: true)
        adv = try section.optional("adv", .quantity, default: 0)
        guard limits.maxAdvBps == 0 || adv > 0 else {
            throw SettingsError(
                section.node.origin,
                "\(section.path).adv is missing; \(symbol) has a limit of max_adv_bps of it"
            )
        }
    }
}

/// risk-controls.md §2: controls 5, 6, 8–11, 17.
package struct SymbolLimits: Sendable {
    package var maxOrderQty: Int64
    package var maxOrderNotional: Int64
    package var maxRefAgeNs: Int64
    package var maxSpread: Int64
    package var maxLong: Int64
    package var maxShort: Int64
    package var maxDayQty: Int64
    /// Share of the average daily volume; 0: off.
    package var maxAdvBps: UInt16
    package var collarBps: Int32
    package var marketCollarBps: Int32
    /// -1: off.
    package var passiveBps: Int32

    static let keys = [
        "max_order_qty", "max_order_notional", "max_ref_age", "max_spread", "max_long", "max_short",
        "max_day_qty", "max_adv_bps", "collar_bps", "market_collar_bps", "passive_bps",
    ]

    init(_ row: LimitRow) throws(SettingsError) {
        maxOrderQty = try row.required("max_order_qty", .quantity)
        maxOrderNotional = try row.required("max_order_notional", .price)
        maxRefAgeNs = try row.required("max_ref_age", .durationNs)
        maxSpread = try row.required("max_spread", .positivePrice)
        maxLong = try row.required("max_long", .quantity)
        maxShort = try row.required("max_short", .quantity)
        maxDayQty = try row.required("max_day_qty", .quantity)
        maxAdvBps = UInt16(try row.required("max_adv_bps", .integer(1...10_000).orOff(0)))
        collarBps = Int32(try row.required("collar_bps", .basisPoints))
        marketCollarBps = Int32(try row.required("market_collar_bps", .basisPoints))
        passiveBps = Int32(try row.required("passive_bps", .basisPoints.orOff(-1)))
    }
}

extension Reader where Value == Int64 {
    static var quantity: Reader { .integer(0...1_000_000_000_000) }
    static var basisPoints: Reader { .integer(0...100_000) }
    static var positivePrice: Reader { .decimal(places: 4, in: 1...Int64(1_999_999_900)) }
    /// A sum of money that may be signed.
    static var money: Reader { .decimal(places: 4, in: 0...Int64.max) }
}
