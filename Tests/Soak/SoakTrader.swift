import Foundation
import Synchronization
import Vocabulary

/// Drives a ``SoakClient`` on a thread of its own, at a rate, through every drop of its line. Of
/// twenty orders nine rest and are canceled a little later, ten are immediate-or-cancel below the
/// market and find nothing, one takes: so every kind of end is under way whenever somebody dies.
final class SoakTrader: @unchecked Sendable {
    struct Progress: Sendable {
        var accepted = 0
        var logins = 0
        var loggedInNs: Int64 = 0
    }

    /// The trading thread's until ``finish(seconds:)`` has returned.
    let client: SoakClient
    private let rate: Int
    private let box = Mutex(Progress())
    private let wantsStop = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)
    private var count = 0
    private var resting: [UInt32] = []
    private var restingHead = 0
    private(set) var loggedInNs: Int64 = 0
    private var startedNs: Int64 = 0
    private(set) var tradedNs: Int64 = 0

    /// Unanswered orders at which it waits, and resting ones it keeps. Hot keeps 64 KiB of what a
    /// client sent before it is read; who sends more is disconnected.
    private static let unansweredMax = 1000
    private static let restingMax = 2000

    private struct Market {
        let symbol: Symbol
        let last: Int64
        /// A share of the last price, in units, rounded to a cent.
        func price(_ thousandths: Int64) -> Price {
            Price(units: last * thousandths / 1000 / 100 * 100)
        }
    }
    private let markets = [
        Market(symbol: Symbol("AAPL") ?? .blank, last: 3_240_000),
        Market(symbol: Symbol("MSFT") ?? .blank, last: 1_720_000),
        Market(symbol: Symbol("SPY") ?? .blank, last: 3_260_000),
    ]
    static let symbols = 3

    init(_ client: SoakClient, rate: Int) {
        self.client = client
        self.rate = rate
    }

    var progress: Progress { box.withLock { $0 } }

    func start() throws {
        guard client.logIn() else { throw Missed("the client cannot log in") }
        startedNs = monotonicNs()
        let thread = Thread { self.run() }
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Sends no more, cancels what lives and waits, bounded, until all of it has ended.
    func finish(seconds: Double) throws {
        wantsStop.store(true, ordering: .relaxed)
        guard ended.wait(timeout: .now() + seconds) == .success else {
            throw Missed("the trading thread did not end")
        }
    }

    private func run() {
        var dueNs = monotonicNs()
        let stepNs = 1_000_000_000 / Int64(rate)
        var lastNs = dueNs
        while !wantsStop.load(ordering: .relaxed) {
            let now = monotonicNs()
            if client.isReady { loggedInNs += now - lastNs }
            lastNs = now
            guard client.isLoggedIn || again() else { continue }
            // What could not be offered for a tenth of a second is not made up for.
            dueNs = max(dueNs, now - 100_000_000)
            var left = 1000
            while dueNs <= now, left > 0, client.isReady, client.unanswered < Self.unansweredMax {
                trade()
                dueNs += stepNs
                left -= 1
            }
            client.pump(milliseconds: left == 1000 ? 1 : 0)
            publish()
        }
        tradedNs = monotonicNs() - startedNs
        drain()
        publish()
        ended.signal()
    }

    private func again() -> Bool {
        if client.logIn() { return true }
        usleep(2_000)
        return false
    }

    private func trade() {
        count += 1
        let market = markets[count % markets.count]
        let cents = Int64(count % 97) * 100
        switch count % 20 {
        case 0:
            let buys = count / 20 % 2 == 0
            _ = client.enter(
                market.symbol,
                buys ? .buy : .sell,
                qty: 1,
                px: market.price(buys ? 1018 : 982),
                ioc: true
            )
        case let kind where kind % 2 == 0:
            rest(market, cents)
        default:
            let px = Price(units: market.price(960).units + cents)
            _ = client.enter(market.symbol, .buy, qty: 1, px: px, ioc: true)
        }
    }

    private func rest(_ market: Market, _ cents: Int64) {
        let px = Price(units: market.price(960).units + cents)
        resting.append(client.enter(market.symbol, .buy, qty: 10, px: px, ioc: false))
        while resting.count - restingHead > Self.restingMax {
            let oldest = resting[restingHead]
            restingHead += 1
            if !client.isOver(oldest) { client.cancel(oldest) }
        }
    }

    private func drain() {
        let end = monotonicNs() + 30_000_000_000
        var askedNs: Int64 = 0
        while monotonicNs() < end, client.living > 0 {
            guard client.isLoggedIn || again() else { continue }
            // Asked again now and then: a cancel on a line that dropped has gone with it.
            if client.isReady, monotonicNs() - askedNs > 3_000_000_000 {
                client.cancelAll()
                askedNs = monotonicNs()
            }
            client.pump(milliseconds: 5)
        }
    }

    /// One order a symbol, far below the market: accepted where nothing blocks it. Call when the
    /// thread has ended.
    func symbolsOpen() -> Int {
        guard client.isLoggedIn || client.logIn() else { return 0 }
        _ = waits(5, everyUs: 0) {
            client.pump(milliseconds: 5)
            return client.isReady
        }
        var refs: [UInt32] = []
        let before = client.accepted
        for market in markets {
            refs.append(
                client.enter(market.symbol, .buy, qty: 1, px: market.price(960), ioc: false)
            )
        }
        _ = waits(5, everyUs: 0) {
            client.pump(milliseconds: 5)
            return client.unanswered == 0
        }
        let open = client.accepted - before
        for ref in refs where !client.isOver(ref) { client.cancel(ref) }
        _ = waits(5, everyUs: 0) {
            client.pump(milliseconds: 5)
            return client.living == 0
        }
        return open
    }

    private func publish() {
        let now = Progress(
            accepted: client.accepted,
            logins: client.logins,
            loggedInNs: loggedInNs
        )
        box.withLock { $0 = now }
    }
}
