package import Vocabulary
package import Wire

/// What ports, flows and sessions share: the market, the log, the time of this step, and the way
/// from a fill to whoever it concerns.
package final class TradingFloor {
    package let clock: DayClock
    package let market: Market
    package internal(set) var log: VenueLog
    package internal(set) var faults = Faults()
    /// Unix ns of the step in hand; never backwards.
    package private(set) var now: Int64
    package internal(set) var ports: [OUCHPort] = []
    /// Copies of everything the ports say, one store a firm.
    package internal(set) var dropCopies: [Alpha4: SoupStore] = [:]
    package private(set) var ownVolume = OrderQty.zero
    package private(set) var totalVolume = OrderQty.zero
    private var trades: [UInt64: Trade] = [:]
    /// How far back a trade can be broken, in match numbers; bounds what is remembered.
    private static var tradesMax: UInt64 { 65_536 }

    /// A trade some port took part in, for the day it has to be broken.
    struct Trade {
        let symbolIndex: Int
        var parties: [(port: Int, order: PortOrder, qty: OrderQty)]
    }

    package init(clock: DayClock, market: Market, log: VenueLog, now: Int64) {
        self.clock = clock
        self.market = market
        self.log = log
        self.now = now
    }

    package var nsOfDay: UInt64 { clock.nsOfDay(now) }

    /// Opens a step. A time before the last step's is taken as the last step's.
    package func begin(at time: Int64) {
        now = max(now, time)
        market.publisher.begin(timestampNs: nsOfDay)
    }

    /// Tells both sides of each fill, in the order they happened.
    package func settle(_ fills: [Fill], aggressor: (port: Int, key: OrderKey)? = nil) {
        for fill in fills {
            totalVolume = totalVolume + fill.qty
            var trade = Trade(symbolIndex: fill.symbol, parties: [])
            if case .port(let index, let key) = fill.resting.owner {
                let flag =
                    fill.resting.isDisplayed ? LiquidityFlag.added : LiquidityFlag.addedHidden
                let order = ports[index].executed(key, fill, flag: flag)
                if let shown = fill.refreshed {
                    ports[index].refreshed(key, at: shown.slot, shownQty: shown.shownQty)
                }
                trade.parties.append((index, order, fill.qty))
            }
            if let aggressor {
                let order = ports[aggressor.port].executed(
                    aggressor.key,
                    fill,
                    flag: LiquidityFlag.removed
                )
                trade.parties.append((aggressor.port, order, fill.qty))
            }
            guard !trade.parties.isEmpty else { continue }
            ownVolume = ownVolume + fill.qty
            trades[fill.matchNumber] = trade
            if fill.matchNumber > Self.tradesMax { trades[fill.matchNumber - Self.tradesMax] = nil }
            if faults.breaksExecution() { breakTrade(fill.matchNumber, reason: .erroneous) }
        }
    }

    /// Undoes a trade: `B` to every port that took part, and on the feed. `false`: no such trade.
    @discardableResult
    package func breakTrade(_ matchNumber: UInt64, reason: BreakReason) -> Bool {
        guard let trade = trades.removeValue(forKey: matchNumber) else { return false }
        for party in trade.parties {
            ports[party.port].broken(party.order, party.qty, matchNumber, reason)
        }
        market.publisher.broken(matchNumber, market.locate(trade.symbolIndex))
        return true
    }

    /// Books and ports agree on every order; for tests and simulation.
    package func checkInvariants() {
        market.checkInvariants()
        var resting = 0
        for port in ports { resting += port.checkInvariants() }
        for listing in market.listings {
            for isBuy in [true, false] {
                resting -= listing.book.orders(isBuy: isBuy).count { $0.owner.isPort }
            }
        }
        invariant(resting == 0, "every port order in a book is live on its port")
    }
}
