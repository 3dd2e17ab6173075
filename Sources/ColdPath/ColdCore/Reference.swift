package import Vocabulary

/// What the hot image says about names, prices and fees: the cold side's reference data.
///
/// Records carry indexes into these tables. An index outside them (a record older than the image,
/// or a damaged one) has the name "?" and never traps.
package struct Reference: Sendable {
    package struct Venue: Sendable {
        package var name: String
        package var mic: String
        /// Fee to remove, rebate to add: price units per 100 quantity units.
        package var removeFee: Int64
        package var addRebate: Int64
        /// Where its drop copy is; `nil` when there is none.
        package var dropCopy: DropCopy?
        /// Order to answer, 99th percentile of a window: above it an alert; 0 off.
        package var ackAlertNs: Int64 = 0

        package init(name: String, mic: String = "", removeFee: Int64 = 0, addRebate: Int64 = 0) {
            self.name = name
            self.mic = mic
            self.removeFee = removeFee
            self.addRebate = addRebate
        }
    }

    /// A venue's drop copy: IPv4 in host byte order, and the login.
    package struct DropCopy: Sendable {
        package var host: UInt32
        package var port: UInt16
        package var user: Name
        package var password: Name

        package init(host: UInt32, port: UInt16, user: Name, password: Name) {
            self.host = host
            self.port = port
            self.user = user
            self.password = password
        }
    }

    package struct Instrument: Sendable {
        package var symbol: String
        package var tick: Int64
        package var lot: Int64
        package var maxOrderQty: Int64
        /// 0 when there is none.
        package var priorClose: Price
        package var startPosition: Int64
        /// Average daily volume; 0 unknown.
        package var adv: Int64 = 0

        package init(
            symbol: String,
            tick: Int64 = 100,
            lot: Int64 = 1,
            maxOrderQty: Int64 = 999_999,
            priorClose: Price = .zero,
            startPosition: Int64 = 0
        ) {
            self.symbol = symbol
            self.tick = tick
            self.lot = lot
            self.maxOrderQty = maxOrderQty
            self.priorClose = priorClose
            self.startPosition = startPosition
        }
    }

    package struct Strategy: Sendable {
        package var name: String
        package var account: UInt16
        package var coldMay: Bool

        package init(name: String, account: UInt16, coldMay: Bool = true) {
            self.name = name
            self.account = account
            self.coldMay = coldMay
        }
    }

    /// Shares an account begins the date with, beside an instrument's `startPosition`.
    package struct StartHolding: Sendable {
        package var account: UInt16
        package var instrument: UInt16
        package var qty: Int64
        package var px: Price

        package init(account: UInt16, instrument: UInt16, qty: Int64, px: Price) {
            self.account = account
            self.instrument = instrument
            self.qty = qty
            self.px = px
        }
    }

    package var tradingDate: UInt32 = 0
    /// UTC ns of the trading date's midnight, US Eastern.
    package var midnightNs: Int64 = 0
    package var instance: UInt8 = 0
    package var paper = true
    package var imageHash: UInt64 = 0
    package var buildID: UInt64 = 0
    package var venues: [Venue] = []
    package var instruments: [Instrument] = []
    package var accounts: [String] = []
    package var strategies: [Strategy] = []
    package var clients: [String] = []
    package var holdings: [StartHolding] = []
    package var risk = RiskPolicy()

    package init() {}

    package func venueName(_ index: UInt8) -> String { name(venues.map(\.name), Int(index)) }
    package func symbol(_ index: UInt16) -> String {
        Int(index) < instruments.count ? instruments[Int(index)].symbol : "?"
    }
    package func accountName(_ index: UInt16) -> String { name(accounts, Int(index)) }
    package func strategyName(_ index: UInt16) -> String {
        Int(index) < strategies.count ? strategies[Int(index)].name : "?"
    }
    package func clientName(_ index: UInt16) -> String { name(clients, Int(index)) }

    package func instrument(named symbol: String) -> UInt16? {
        instruments.firstIndex { $0.symbol == symbol }.map(UInt16.init)
    }
    package func account(named name: String) -> UInt16? {
        accounts.firstIndex(of: name).map(UInt16.init)
    }
    package func strategy(named name: String) -> UInt16? {
        strategies.firstIndex { $0.name == name }.map(UInt16.init)
    }
    package func venue(named name: String) -> UInt8? {
        venues.firstIndex { $0.name == name }.flatMap { UInt8(exactly: $0) }
    }

    /// What a fill costs: positive is paid, negative is a rebate.
    ///
    /// `liquidity` is the OUCH flag: `A`, `J` (not displayed) and `k` (midpoint) added; every other
    /// one is charged as a removal, which never flatters the result.
    package func fee(venue: UInt8, liquidity: UInt8, qty: OrderQty) -> Money {
        guard Int(venue) < venues.count else { return .zero }
        let added = liquidity == 0x41 || liquidity == 0x4A || liquidity == 0x6B
        let perShare = added ? -venues[Int(venue)].addRebate : venues[Int(venue)].removeFee
        return Money(hundredths: Int128(perShare) * Int128(qty.units))
    }

    private func name(_ names: [String], _ index: Int) -> String {
        index < names.count ? names[index] : "?"
    }
}
