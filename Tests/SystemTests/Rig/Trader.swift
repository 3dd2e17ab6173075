import Foundation
import Synchronization
import Vocabulary

/// A client that trades on a thread of its own, at a rate, until told to stop: resting orders that
/// it cancels again, and every tenth an order that takes the offer. Whenever its line drops it logs
/// in again at its next expected number and asks which of its orders ever came in.
final class Trader: @unchecked Sendable {
    struct Progress: Sendable {
        var sent = 0
        var accepted = 0
        var logins = 0
        var rejects: [UInt16: Int] = [:]
    }

    /// The trading thread's until ``finish()`` has returned.
    let client: OuchClient
    private let perSecond: Int
    private let restingMax: Int
    private let symbol: String
    private let progressBox = Mutex(Progress())
    private let wantsStop = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)
    private var count = 0

    init(_ client: OuchClient, perSecond: Int, restingMax: Int = 40, symbol: String = "AAPL") {
        self.client = client
        self.perSecond = perSecond
        self.restingMax = restingMax
        self.symbol = symbol
    }

    var progress: Progress { progressBox.withLock { $0 } }

    func start() throws {
        guard client.logIn() else { throw Missed("\(client.user) cannot log in") }
        let thread = Thread { self.run() }
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Sends no more, cancels what lives and waits, bounded, until all of it has ended.
    func finish(seconds: Double = 15) throws {
        wantsStop.store(true, ordering: .relaxed)
        guard ended.wait(timeout: .now() + seconds + 5) == .success else {
            throw Missed("\(client.user): the trading thread did not end")
        }
    }

    private func run() {
        var due = monotonicNs()
        while !wantsStop.load(ordering: .relaxed) {
            guard client.isLoggedIn || again() else { continue }
            let now = monotonicNs()
            if now >= due {
                trade()
                due = max(due + 1_000_000_000 / Int64(perSecond), now - 20_000_000)
            }
            client.pump(milliseconds: Int32(max(0, min(5, (due - monotonicNs()) / 1_000_000))))
            publish()
        }
        drain()
        publish()
        ended.signal()
    }

    /// One attempt; the loop makes the next.
    private func again() -> Bool {
        guard client.logIn(seconds: 2) else {
            usleep(5_000)
            return false
        }
        client.askNextNumber()
        return true
    }

    private func trade() {
        count += 1
        if count.isMultiple(of: 10) {
            client.enter(symbol, cents: 33_000, ioc: true)
        } else {
            client.enter(symbol, cents: 31_500 + Int64(count % 200))
        }
        let live = client.liveOrders()
        if live.count > restingMax { client.cancel(live[0]) }
    }

    private func drain() {
        let end = monotonicNs() + 10_000_000_000
        var asked: Int64 = 0
        while monotonicNs() < end {
            guard client.isLoggedIn || again() else { continue }
            let live = client.liveOrders()
            if live.isEmpty { return }
            // Asked again now and then: a cancel on a line that dropped has gone with it.
            if monotonicNs() - asked > 1_000_000_000 {
                for ref in live { client.cancel(ref) }
                asked = monotonicNs()
            }
            client.pump(milliseconds: 5)
        }
    }

    private func publish() {
        let now = Progress(
            sent: client.orders.count,
            accepted: client.acceptedSoFar,
            logins: client.logins,
            rejects: client.rejects
        )
        progressBox.withLock { $0 = now }
    }
}
