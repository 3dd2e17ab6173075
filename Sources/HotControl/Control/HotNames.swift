package import Crossing
import HotPath
import Vocabulary

/// The image's names, both ways: operators speak names, the engine indexes.
package struct HotNames {
    private var venueIndex: [Name: UInt8] = [:]
    private var instrumentIndex: [Symbol: UInt16] = [:]
    private var accountIndex: [Name: UInt16] = [:]
    private var strategyIndex: [Name: UInt16] = [:]
    private let image: HotImageView

    package init(_ image: HotImageView) {
        self.image = image
        for index in 0..<image.venueCount {
            venueIndex[image.venue(index).name] = UInt8(index)
        }
        for index in 0..<image.instrumentCount {
            instrumentIndex[image.instrument(index).symbol] = UInt16(index)
        }
        for index in 0..<image.accountCount {
            accountIndex[image.account(index).name] = UInt16(index)
        }
        for index in 0..<image.strategyCount {
            strategyIndex[image.strategy(index).name] = UInt16(index)
        }
    }

    /// Midnight of the trading date, US Eastern, ns UTC.
    var midnightNs: Int64 { image.header.midnightNs }

    /// The most executions that can be counted, 0 where the configuration has none.
    var executionsKept: Int64 { Int64(LedgerConfig(header: image.header).executionsMax) }
    /// Whether a share of the firm's equity means anything.
    var hasEquity: Bool { image.header.dayEquity > 0 }

    // MARK: Name to index; a blank name is an absent one

    func venue(_ name: Name) throws(Malformed) -> UInt8 {
        guard name != .blank else { return noIndex8 }
        guard let index = venueIndex[name] else {
            throw unknown("venue", "\(name)", image.venueCount) { "\(image.venue($0).name)" }
        }
        return index
    }

    func instrument(_ symbol: Symbol) throws(Malformed) -> UInt16 {
        guard symbol != .blank else { return noIndex16 }
        guard let index = instrumentIndex[symbol] else {
            throw unknown("symbol", "\(symbol)", image.instrumentCount) {
                "\(image.instrument($0).symbol)"
            }
        }
        return index
    }

    func account(_ name: Name) throws(Malformed) -> UInt16 {
        guard name != .blank else { return noIndex16 }
        guard let index = accountIndex[name] else {
            throw unknown("account", "\(name)", image.accountCount) {
                "\(image.account($0).name)"
            }
        }
        return index
    }

    /// An account, or the house, which holds what no account could claim: `noIndex16`.
    func holder(_ name: Name) throws(Malformed) -> UInt16 {
        if accountIndex[name] == nil, "\(name)" == "house" { return noIndex16 }
        return try account(name)
    }

    func strategy(_ name: Name) throws(Malformed) -> UInt16 {
        guard name != .blank else { return noIndex16 }
        guard let index = strategyIndex[name] else {
            throw unknown("strategy", "\(name)", image.strategyCount) {
                "\(image.strategy($0).name)"
            }
        }
        return index
    }

    /// Who trades: a strategy brings its account; an account alone trades by its first strategy.
    func trader(
        account name: Name,
        strategy strategyName: Name
    ) throws(Malformed) -> (account: UInt16, strategy: UInt16) {
        let account = try account(name)
        let strategy = try strategy(strategyName)
        if strategy != noIndex16 {
            let owner = image.strategy(Int(strategy)).account
            if account != noIndex16 && account != owner {
                throw Malformed(
                    field: "account",
                    value: "\(name)",
                    wanted: "\(self.account(index: owner)), the account of \(strategyName)"
                )
            }
            return (owner, strategy)
        }
        guard account != noIndex16 else {
            throw Malformed(field: "account", value: "", wanted: "an account or a strategy")
        }
        for index in 0..<image.strategyCount where image.strategy(index).account == account {
            return (account, UInt16(index))
        }
        throw Malformed(field: "account", value: "\(name)", wanted: "one with a strategy")
    }

    /// An answer has 127 bytes: field and value have their place, names what is left.
    private func unknown(
        _ field: StaticString,
        _ value: String,
        _ count: Int,
        _ name: (Int) -> String
    ) -> Malformed {
        Malformed(field: field, value: value, wanted: oneOf(count, bytesMax: 64, name))
    }

    // MARK: Index to name; blank when there is no such row

    func venue(index: UInt8) -> Name {
        index < image.venueCount ? image.venue(Int(index)).name : .blank
    }
    func symbol(index: UInt16) -> Symbol {
        index < image.instrumentCount ? image.instrument(Int(index)).symbol : .blank
    }
    func account(index: UInt16) -> Name {
        index < image.accountCount ? image.account(Int(index)).name : .blank
    }
    func strategy(index: UInt16) -> Name {
        index < image.strategyCount ? image.strategy(Int(index)).name : .blank
    }
}

/// A request that cannot be: which field, what it held, what would be right.
package struct Malformed: Error, Equatable {
    var field: StaticString
    var value: String
    var wanted: String

    package var text: String { "\(field): \"\(value)\" is not \(wanted)" }

    package static func == (left: Malformed, right: Malformed) -> Bool { left.text == right.text }
}
