internal import Crossing
internal import Settings

/// A limit as operators name it: its number in `limit` records (``LimitField``), whose it is
/// and how its value is written.
struct LimitName: Sendable {
    enum Row: String, Sendable { case symbol, account, strategy, firm, venue }
    enum Unit: Sendable { case count, money, duration, thousandths }

    let name: String
    let raw: UInt32
    let row: Row
    let unit: Unit

    static let all: [LimitName] = [
        LimitName(name: "maxOrderQty", raw: 1, row: .symbol, unit: .count),
        LimitName(name: "maxOrderNotional", raw: 2, row: .symbol, unit: .money),
        LimitName(name: "maxRefAge", raw: 3, row: .symbol, unit: .duration),
        LimitName(name: "maxLong", raw: 4, row: .symbol, unit: .count),
        LimitName(name: "maxShort", raw: 5, row: .symbol, unit: .count),
        LimitName(name: "maxDayQty", raw: 6, row: .symbol, unit: .count),
        LimitName(name: "maxAdvBps", raw: 14, row: .symbol, unit: .count),
        LimitName(name: "collarBps", raw: 7, row: .symbol, unit: .count),
        LimitName(name: "marketCollarBps", raw: 8, row: .symbol, unit: .count),
        LimitName(name: "passiveBps", raw: 9, row: .symbol, unit: .count),
        LimitName(name: "restricted", raw: 11, row: .symbol, unit: .count),
        LimitName(name: "locate", raw: 12, row: .symbol, unit: .count),
        LimitName(name: "maxSpread", raw: 15, row: .symbol, unit: .money),
        LimitName(name: "maxOpenNotional", raw: 32, row: .account, unit: .money),
        LimitName(name: "maxGross", raw: 33, row: .account, unit: .money),
        LimitName(name: "maxNet", raw: 34, row: .account, unit: .money),
        LimitName(name: "maxDayBuy", raw: 35, row: .account, unit: .money),
        LimitName(name: "maxDaySell", raw: 36, row: .account, unit: .money),
        LimitName(name: "maxOpenOrders", raw: 37, row: .account, unit: .count),
        LimitName(name: "lossLimit", raw: 38, row: .account, unit: .money),
        LimitName(name: "strategyLossLimit", raw: 64, row: .strategy, unit: .money),
        LimitName(name: "rate", raw: 65, row: .strategy, unit: .count),
        LimitName(name: "burst", raw: 66, row: .strategy, unit: .count),
        LimitName(name: "firmMaxGross", raw: 96, row: .firm, unit: .money),
        LimitName(name: "firmMaxOpenOrders", raw: 97, row: .firm, unit: .count),
        LimitName(name: "duplicateWindow", raw: 98, row: .firm, unit: .duration),
        LimitName(name: "duplicateMax", raw: 99, row: .firm, unit: .count),
        LimitName(name: "rejectsMax", raw: 100, row: .firm, unit: .count),
        LimitName(name: "rejectsWindow", raw: 101, row: .firm, unit: .duration),
        LimitName(name: "executionsMax", raw: 102, row: .firm, unit: .count),
        LimitName(name: "executionsWindow", raw: 103, row: .firm, unit: .duration),
        LimitName(name: "orderToTradeMax", raw: 104, row: .firm, unit: .count),
        LimitName(name: "orderToTradeFrom", raw: 105, row: .firm, unit: .count),
        LimitName(name: "drawdownDailyBps", raw: 106, row: .firm, unit: .count),
        LimitName(name: "drawdownRapidBps", raw: 107, row: .firm, unit: .count),
        LimitName(name: "markAge", raw: 108, row: .firm, unit: .duration),
        LimitName(name: "concentrationMax", raw: 109, row: .firm, unit: .count),
        LimitName(name: "concentrationAbove", raw: 110, row: .firm, unit: .money),
        LimitName(name: "leverageMax", raw: 111, row: .firm, unit: .thousandths),
        LimitName(name: "venueRate", raw: 128, row: .venue, unit: .count),
        LimitName(name: "venueBurst", raw: 129, row: .venue, unit: .count),
    ]

    /// What the field stands at when the control is off; `nil`: it cannot be switched off here.
    var off: Int64? {
        // A rate of none would be one that lets all pass; `kill --strategy` or `--venue` stops.
        guard LimitField(rawValue: raw)?.mayBeOff == true else { return nil }
        return switch name {
        case "markAge": noLimit
        case "collarBps", "passiveBps": -1
        case "maxAdvBps": 0
        default: unit == .duration ? nil : noLimit
        }
    }

    private var range: ClosedRange<Int64> {
        LimitField(rawValue: raw)?.operatorRange ?? 0...Int64.max
    }

    func parse(_ text: String) throws(Failure) -> Int64 {
        if text == "off" {
            guard let off else {
                throw Failure(.badInput, "\(name): cannot be switched off while running")
            }
            return off
        }
        let reader: Reader<Int64> =
            switch unit {
            case .count: .integer(range)
            case .thousandths: .decimal(places: 3, in: 1...Int64(UInt32.max))
            case .money: .price
            case .duration: .durationNs
            }
        do throws(SettingsError) {
            return try reader.read(ConfigNode(.scalar(text, .override), .flag("VALUE")), name)
        } catch {
            throw Failure(.badInput, error.description)
        }
    }

    func text(_ value: Int64) -> String {
        if value == noLimit || value == off { return "off" }
        return switch unit {
        case .count: value < 0 ? "off" : String(value)
        // To the last place: what is said is what is in force.
        case .money: Format.price(value)
        case .thousandths: Format.thousandths(value)
        case .duration: Format.exactDuration(value)
        }
    }
}
