package import ColdCore
package import Vocabulary

/// One TWAP parent: state that its records made, and a schedule that is a function of time.
///
/// Nothing here is remembered that records do not tell, except what is safe to forget: back-off and
/// which cancels were asked for. A restarted cold therefore continues exactly where it was.
package struct Twap: Sendable {
    package enum State: String, Sendable {
        case working, paused, canceling, filled, expired, canceled

        package var isOver: Bool { self == .filled || self == .expired || self == .canceled }
    }

    package struct Child: Sendable {
        package var line: OrderLine
        package var slice: Int64
    }

    /// A New that was put into the command ring and not yet answered: counted as live.
    struct InFlight: Sendable {
        var qty: Int64
        var validUntilNs: Int64
    }

    package let id: UInt64
    package let spec: TwapSpec
    package let startedNs: Int64
    package let uid: UInt32
    package internal(set) var state = State.working
    package internal(set) var endedNs: Int64?
    package internal(set) var children: [ClOrdID: Child] = [:]
    package internal(set) var childrenInOrder: [ClOrdID] = []
    package internal(set) var cumQty: Int64 = 0
    package internal(set) var average = AveragePrice()
    /// Public trades of the instrument while the parent worked; what telemetry showed of them.
    package internal(set) var market = AveragePrice()
    /// Twice the mid when it ended.
    package internal(set) var endTwiceMid: Int64?
    /// Refusals by code, the gate's and the venues'.
    package internal(set) var rejects: [UInt16: Int] = [:]
    package internal(set) var lastCode: UInt16 = 0
    package internal(set) var waitsForQuote = false
    /// Why hot did not record the latest verb about it; 0 once it has recorded one.
    package internal(set) var verbCode: UInt16 = 0

    var inFlight: [UInt64: InFlight] = [:]
    var liveIDs: Set<ClOrdID> = []
    private var cancelAskedNs: [ClOrdID: Int64] = [:]
    private var pausedSinceNs: Int64?
    private var pausedNs: Int64 = 0
    private var backoffNs: Int64 = 0
    private var nextTryNs: Int64 = 0
    private var quietUntilNs: Int64 = .min
    private var endAskedNs: Int64?

    static let backoffMinNs: Int64 = 100_000_000
    static let backoffMaxNs: Int64 = 5_000_000_000
    static let retryNs: Int64 = 50_000_000
    static let cancelAgainNs: Int64 = 1_000_000_000

    init(id: UInt64, spec: TwapSpec, startedNs: Int64, uid: UInt32) {
        self.id = id
        self.spec = spec
        self.startedNs = startedNs
        self.uid = uid
    }

    package var liveQty: Int64 {
        liveIDs.reduce(0) { $0 + (children[$1]?.line.leavesQty.units ?? 0) }
    }
    package var inFlightQty: Int64 { inFlight.values.reduce(0) { $0 + $1.qty } }
    package var liveCount: Int { liveIDs.count }

    package func elapsedNs(_ nowNs: Int64) -> Int64 {
        let until = endedNs ?? pausedSinceNs ?? nowNs
        return max(0, until - startedNs - pausedNs)
    }

    package func slice(_ nowNs: Int64) -> Int64 { spec.slice(atElapsedNs: elapsedNs(nowNs)) }
}

// MARK: Records

extension Twap {
    mutating func open(_ record: Record) {
        inFlight[record.commandID] = nil
        guard children[record.orderID] == nil else { return }
        children[record.orderID] = Child(line: OrderLine(opening: record), slice: slice(record.t))
        childrenInOrder.append(record.orderID)
        liveIDs.insert(record.orderID)
    }

    mutating func childChanged(_ record: Record) {
        guard var child = children[record.orderID] else { return }
        let step = child.line.apply(record)
        children[record.orderID] = child
        if !child.line.status.isLive {
            liveIDs.remove(record.orderID)
            cancelAskedNs[record.orderID] = nil
        }

        guard step != .duplicate, step != .illegal else { return }
        switch record.kind {
        case .ack: backoffNs = 0
        case .fill:
            cumQty += record.lastQty.units
            average.add(px: record.lastPx, qty: record.lastQty)
        case .reject where !record.isGateReject: refused(code: record.code, atNs: record.t)
        default: break
        }
    }

    /// The gate refused a New of ours.
    mutating func refused(commandID: UInt64, _ record: Record) {
        guard inFlight.removeValue(forKey: commandID) != nil else { return }
        refused(code: record.code, atNs: record.t)
    }

    private mutating func refused(code: UInt16, atNs t: Int64) {
        rejects[code, default: 0] += 1
        lastCode = code
        backoffNs = min(max(backoffNs * 2, Self.backoffMinNs), Self.backoffMaxNs)
        nextTryNs = max(nextTryNs, t + backoffNs)
    }

    mutating func pause(atNs t: Int64) {
        guard state == .working else { return }
        state = .paused
        pausedSinceNs = t
    }

    mutating func resume(atNs t: Int64) {
        guard state == .paused, let since = pausedSinceNs else { return }
        state = .working
        pausedNs += max(0, t - since)
        pausedSinceNs = nil
    }

    mutating func cancel(atNs t: Int64) {
        guard !state.isOver else { return }
        state = .canceling
    }

    mutating func end(_ final: State, atNs t: Int64, twiceMid: Int64?) {
        guard !state.isOver else { return }
        state = final
        endTwiceMid = twiceMid
        endedNs = t
    }

    /// No child before the ring has been read up to `t`.
    mutating func beQuiet(untilNs t: Int64) { quietUntilNs = max(quietUntilNs, t) }
}

// MARK: Time

extension Twap {
    /// What the clock and the market make of it now.
    ///
    /// Every audit record that hot committed before `world.drainedNs` has been applied here: a New
    /// unanswered although it expired before then can never become an order.
    mutating func step(
        _ world: AlgoWorld,
        isToStop: Bool,
        _ outbox: inout CommandOutbox
    ) {
        inFlight = inFlight.filter { $0.value.validUntilNs + AlgoWorld.marginNs >= world.drainedNs }
        switch state {
        case .working where isToStop: cancelChildren(world, &outbox) { _ in true }
        case .working: work(world, &outbox)
        case .paused: cancelChildren(world, &outbox) { _ in true }
        case .canceling:
            cancelChildren(world, &outbox) { _ in true }
            endWhenStill(.canceled, world, &outbox)
        case .filled, .expired, .canceled: break
        }
    }

    private mutating func work(_ world: AlgoWorld, _ outbox: inout CommandOutbox) {
        if cumQty >= spec.qty.units {
            cancelChildren(world, &outbox) { _ in true }
            endWhenStill(.filled, world, &outbox)
            return
        }
        let elapsed = elapsedNs(world.nowNs)
        if elapsed >= spec.durationNs {
            cancelChildren(world, &outbox) { _ in true }
            endWhenStill(.expired, world, &outbox)
            return
        }

        let now = spec.slice(atElapsedNs: elapsed)
        let crossing = mayCross(elapsed)
        cancelChildren(world, &outbox) { child in
            child.slice < now
                || (crossing && child.line.timeInForce != TimeInForce.immediateOrCancel.rawValue)
        }
        send(world, slice: now, crossing: crossing, &outbox)
    }

    /// The second half of the last slice takes what is displayed instead of waiting for it.
    private func mayCross(_ elapsedNs: Int64) -> Bool {
        spec.durationNs - elapsedNs <= spec.durationNs / spec.slices / 2
    }

    private mutating func send(
        _ world: AlgoWorld,
        slice: Int64,
        crossing: Bool,
        _ outbox: inout CommandOutbox
    ) {
        let row = world.reference.instruments[Int(spec.instrument)]
        let open = liveQty + inFlightQty
        var want = spec.target(slice: slice, lot: row.lot) - cumQty - open
        if row.maxOrderQty > 0 { want = min(want, row.maxOrderQty) }
        want = min(want, OrderQty.ouchMax.units)
        want -= want % max(1, row.lot)
        guard want > 0, world.nowNs >= nextTryNs, world.drainedNs >= quietUntilNs else { return }
        guard let px = price(world.quotes) else {
            waitsForQuote = true
            return
        }
        waitsForQuote = false

        invariant(
            cumQty + open + want <= spec.qty.units,
            "executed + live + this <= parent"
        )
        // One time for both: counted as in flight for less than it is good, it would be sent twice.
        let validUntilNs = world.nowNs + AlgoWorld.commandValidNs
        let order = child(want, px, crossing: crossing, validUntilNs)
        let id = outbox.push(.new(order), uid: uid)
        inFlight[id] = InFlight(qty: want, validUntilNs: validUntilNs)
        nextTryNs = max(nextTryNs, world.nowNs + Self.retryNs)
    }

    private func child(
        _ qty: Int64,
        _ px: Price,
        crossing: Bool,
        _ validUntilNs: Int64
    ) -> ChildOrder {
        ChildOrder(
            parent: id,
            parentQty: spec.qty,
            instrument: spec.instrument,
            account: spec.account,
            strategy: spec.strategy,
            side: spec.side,
            qty: OrderQty(units: qty),
            px: px,
            timeInForce: crossing ? .immediateOrCancel : .day,
            venue: spec.venue,
            validUntilNs: validUntilNs
        )
    }

    /// The opposite best, never beyond the parent's limit; `nil` while nobody is on that side.
    private func price(_ quotes: Quotes) -> Price? {
        let directed = spec.venue == noIndex8 ? nil : quotes[spec.instrument, Int(spec.venue)]
        if spec.side.isBuy {
            let best =
                directed.map { $0.usable && $0.askPx.units > 0 ? $0.askPx : nil }
                ?? quotes.bestAsk(spec.instrument)
            return best.map { min($0, spec.limitPx ?? $0) }
        }
        let best =
            directed.map { $0.usable && $0.bidPx.units > 0 ? $0.bidPx : nil }
            ?? quotes.bestBid(spec.instrument)
        return best.map { max($0, spec.limitPx ?? $0) }
    }

    private mutating func cancelChildren(
        _ world: AlgoWorld,
        _ outbox: inout CommandOutbox,
        where unwanted: (Child) -> Bool
    ) {
        for orderID in liveIDs.sorted(by: { $0.value < $1.value }) {
            guard let child = children[orderID], unwanted(child) else { continue }
            let askedNs = cancelAskedNs[orderID] ?? .min
            guard askedNs == .min || world.nowNs - askedNs >= Self.cancelAgainNs else { continue }
            cancelAskedNs[orderID] = world.nowNs
            outbox.push(.cancel(orderID), uid: uid)
        }
    }

    /// Says the end once nothing of it is open; the `algo` record that comes back makes it so.
    private mutating func endWhenStill(
        _ final: State,
        _ world: AlgoWorld,
        _ outbox: inout CommandOutbox
    ) {
        guard liveIDs.isEmpty, inFlight.isEmpty else { return }
        guard endAskedNs.map({ world.nowNs - $0 >= Self.cancelAgainNs }) ?? true else { return }
        endAskedNs = world.nowNs
        let mid = world.quotes.twiceMid(spec.instrument).map { "\($0)" } ?? "-"
        outbox.push(
            .algo(spec.words(of: id, "twap end \(final.rawValue) \(cumQty) \(mid)")),
            uid: uid
        )
    }
}
