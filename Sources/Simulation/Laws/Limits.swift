import Crossing
import HotPath
import Vocabulary

/// Limits in force, followed from the image and the `limit` records: min(operator, cold).
struct Limits {
    struct Bound {
        var byOperator: Int64
        var byCold = Int64.max
        var value: Int64 { min(byOperator, byCold) }
    }

    /// GCRA of risk-controls.md §3.
    struct Bucket {
        var ratePerS: Int64
        var burst: Int64
        var tatNs: Int64 = 0
        var stepNs: Int64 { ratePerS <= 0 ? 0 : max(1, 1_000_000_000 / ratePerS) }

        func allows(_ nowNs: Int64) -> Bool { nowNs >= tatNs - (max(1, burst) - 1) * stepNs }
        mutating func take(_ nowNs: Int64) { tatNs = max(nowNs, tatNs) + stepNs }
        mutating func drain(_ nowNs: Int64) {
            tatNs = max(tatNs, nowNs + max(1, burst) * stepNs)
        }
    }

    var ofInstrument: [[LimitField: Bound]] = []
    var ofAccount: [[LimitField: Bound]] = []
    var ofFirm: [LimitField: Bound] = [:]
    var restricted: [Bool]
    var val: [Int64]
    var tick: [Int64]
    var strategyBuckets: [Bucket]
    let isFirmWide: Bool

    init(_ config: LedgerConfig) {
        func bound(_ value: Int64) -> Bound { Bound(byOperator: value == noLimit ? .max : value) }
        ofInstrument = config.instruments.map { entry in
            [
                .maxOrderQty: bound(entry.maxOrderQty),
                .maxOrderNotional: bound(entry.maxOrderNotional),
                .maxRefAgeNs: bound(entry.maxRefAgeNs), .maxLong: bound(entry.maxLong),
                .maxShort: bound(entry.maxShort), .maxDayQty: bound(entry.maxDayQty),
                .collarBps: bound(Int64(entry.collarBps)),
            ]
        }
        ofAccount = config.accounts.map { entry in
            [
                .maxOpenNotional: bound(entry.maxOpenNotional), .maxGross: bound(entry.maxGross),
                .maxNet: bound(entry.maxNet), .maxDayBuy: bound(entry.maxDayBuy),
                .maxDaySell: bound(entry.maxDaySell), .maxOpenOrders: bound(entry.maxOpenOrders),
            ]
        }
        ofFirm = [
            .firmMaxGross: bound(config.header.firmMaxGross),
            .firmMaxOpenOrders: bound(config.header.firmMaxOpenOrders),
            .dupMax: bound(config.header.dupMax), .dupWindowNs: bound(config.header.dupWindowNs),
        ]
        restricted = config.instruments.map { $0.restricted != 0 }
        val = config.instruments.map(\.priorClose)
        tick = config.instruments.map { Int64($0.tick) }
        strategyBuckets = config.strategies.map {
            Bucket(ratePerS: Int64($0.ratePerS), burst: Int64($0.burst))
        }
        isFirmWide = config.header.selfTradeFirmWide != 0
    }

    mutating func drain(_ nowNs: Int64) {
        for index in strategyBuckets.indices { strategyBuckets[index].drain(nowNs) }
    }

    mutating func take(_ record: AuditRecord) {
        guard let field = LimitField(rawValue: record.detail) else { return }
        let isCold = record.flags.contains(.fromCold)
        let value = record.value == noLimit ? Int64.max : record.value
        func set(_ bounds: inout [LimitField: Bound]) {
            var bound = bounds[field] ?? Bound(byOperator: .max)
            if isCold { bound.byCold = value } else { bound.byOperator = value }
            bounds[field] = bound
        }
        switch field {
        case .restricted where restricted.indices.contains(Int(record.instrument)):
            restricted[Int(record.instrument)] = value != 0
        case .valuation where val.indices.contains(Int(record.instrument)):
            val[Int(record.instrument)] = record.value
        case .strategyRate where strategyBuckets.indices.contains(Int(record.strategy)):
            strategyBuckets[Int(record.strategy)].ratePerS = Int64(UInt32(clamping: record.value))
        case .strategyBurst where strategyBuckets.indices.contains(Int(record.strategy)):
            strategyBuckets[Int(record.strategy)].burst = Int64(UInt32(clamping: record.value))
        default: break
        }
        switch field.row {
        case .instrument where ofInstrument.indices.contains(Int(record.instrument)):
            set(&ofInstrument[Int(record.instrument)])
        case .account where ofAccount.indices.contains(Int(record.account)):
            set(&ofAccount[Int(record.account)])
        case .firm: set(&ofFirm)
        default: break
        }
    }

    func instrument(_ field: LimitField, _ row: Int) -> Int64 {
        ofInstrument[row][field]?.value ?? .max
    }
    /// The house's account has no limits.
    func account(_ field: LimitField, _ row: Int) -> Int64 {
        ofAccount.indices.contains(row) ? ofAccount[row][field]?.value ?? .max : .max
    }
    func firm(_ field: LimitField) -> Int64 { ofFirm[field]?.value ?? .max }
}
