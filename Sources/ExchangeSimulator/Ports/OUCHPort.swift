import Vocabulary
import Wire

/// One OUCH 5.0 account: its orders, its UserRefNums, and everything the venue ever told it.
///
/// Spec: docs/protocols/ouch-5.0.md, Behaviour; choices the specification leaves open are in
/// docs/venue-behaviour.md. Sessions come and go; the port stays.
package final class OUCHPort {
    package let index: Int
    package let configuration: PortConfiguration
    unowned let floor: TradingFloor

    package private(set) var store = SoupStore()
    package internal(set) var live: [OrderKey: PortOrder] = [:]
    /// Last UserRefNum processed, by UserRefIdx. Refused ones count, ignored ones do not.
    package internal(set) var lastUserRefNum: [UInt8: UInt32] = [:]
    var disabledFirms: Set<Alpha4> = []
    /// Set by the first good-till-time order; before it, nobody looks for expiries.
    var hasTimedOrders = false
    private var rateClock: Int64 = 0

    package init(index: Int, configuration: PortConfiguration, floor: TradingFloor) {
        self.index = index
        self.configuration = configuration
        self.floor = floor
    }

    /// Takes one client message: the payload of a Soup `U`.
    package func receive(_ message: RawSpan) {
        guard message.byteCount > 0 else { return ignore("empty message") }
        let raw = message.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt8.self)
        guard let type = OUCH.InboundType(rawValue: raw) else {
            return ignore("unknown message type \(raw)")
        }
        guard !floor.faults.ignoresOrders else { return ignore("fault: ignore-orders") }
        if floor.faults.ignoresCancels, type == .cancelOrder || type == .massCancel {
            return ignore("fault: ignore-cancels")
        }
        do {
            switch type {
            case .enterOrder: enter(try OUCH.EnterOrder(OUCH.EnterOrderView(message)))
            case .replaceOrder: replace(try OUCH.ReplaceOrder(OUCH.ReplaceOrderView(message)))
            case .cancelOrder: cancel(try OUCH.CancelOrder(OUCH.CancelOrderView(message)))
            case .modifyOrder: modify(try OUCH.ModifyOrder(OUCH.ModifyOrderView(message)))
            case .massCancel: massCancel(try OUCH.MassCancel(OUCH.MassCancelView(message)))
            case .disable: disable(try OUCH.Disable(OUCH.DisableView(message)))
            case .enable: enable(try OUCH.Enable(OUCH.EnableView(message)))
            case .accountQuery: query(try OUCH.AccountQuery(OUCH.AccountQueryView(message)))
            }
        } catch {
            ignore("malformed \(type): \(error)")
        }
    }

    // MARK: UserRefNum and rate

    func isUsed(_ key: OrderKey) -> Bool {
        key.userRefNum <= lastUserRefNum[key.refIdx] ?? 0
    }

    func consume(_ key: OrderKey) {
        lastUserRefNum[key.refIdx] = max(key.userRefNum, lastUserRefNum[key.refIdx] ?? 0)
    }

    /// GCRA over new orders and replaces; cancels always pass.
    func withinRate() -> Bool {
        guard let rate = configuration.rate else { return true }
        let interval = 1_000_000_000 / Int64(rate.perSecond)
        let earliest = rateClock - interval * Int64(rate.burst - 1)
        guard floor.now >= earliest else { return false }
        rateClock = max(rateClock, floor.now) + interval
        return true
    }

    // MARK: Saying and writing down

    func say(_ message: some WireMessage) {
        let at = floor.now + floor.faults.answerDelayNs
        store.append(message, availableAt: at)
        var copy = message.bytes
        // The first login's firm is the one under test; others only make its market.
        if let figure = Self.figure(of: copy),
            configuration.firm == floor.ports.first?.configuration.firm
        {
            switch floor.faults.copies() {
            case .told: break
            case .lost: return
            case .altered: copy[figure] ^= 1
            }
        }
        floor.dropCopies[configuration.firm, default: SoupStore()].append(copy, availableAt: at)
    }

    /// Where a message about an order has the last byte of its quantity or, without one, of its
    /// reason; `nil` for every other message.
    private static func figure(of message: [UInt8]) -> Int? {
        switch message.first.flatMap(OUCH.OutboundType.init) {
        case .accepted: 17
        case .replaced, .brokenTrade: 21
        case .executed, .canceled: 16
        case .rejected: 14
        default: nil
        }
    }

    /// Puts bytes into its own stream that no trading led to: a venue gone wrong, numbered well.
    package func say(raw bytes: [UInt8]) {
        store.append(bytes, availableAt: floor.now + floor.faults.answerDelayNs)
    }

    func write(_ event: VenueEvent, _ facts: VenueLog.Facts) {
        floor.log.write(event, at: floor.now, session: configuration.session, facts)
    }

    func write(
        _ event: VenueEvent,
        _ order: PortOrder,
        qty: OrderQty,
        px: Price? = nil,
        match: UInt64? = nil,
        reason: String? = nil
    ) {
        write(
            event,
            VenueLog.Facts(
                ref: order.key.userRefNum,
                orn: order.orderRef,
                symbol: order.symbol,
                side: order.side,
                qty: qty,
                px: px ?? order.price,
                match: match,
                reason: reason
            )
        )
    }

    func ignore(_ why: String, ref: UInt32? = nil) {
        write(.ignored, VenueLog.Facts(ref: ref, reason: why))
    }

    /// Tag 28 alone, where the client used it; it also switches the conditional forms on.
    func tail(_ key: OrderKey) -> (appendage: OUCH.Appendage, form: OUCH.AppendageForm) {
        var appendage = OUCH.Appendage()
        guard key.refIdx != 0 else { return (appendage, .absent) }
        appendage.userRefIdx = key.refIdx
        return (appendage, .present)
    }

    /// A market-wide event of the day: `S` start, `E` end.
    package func systemEvent(_ event: UInt8) {
        say(OUCH.SystemEvent(timestampNs: floor.nsOfDay, event: event))
    }

    /// Live orders agree with the book. Returns how many of them rest.
    func checkInvariants() -> Int {
        for order in live.values {
            invariant(order.leavesQty > .zero, "a live order has something open")
            let resting = order.slot.flatMap { floor.market.order(order.symbolIndex, at: $0) }
            invariant(resting?.openQty == order.leavesQty, "port and book agree on LeavesQty")
            invariant(
                resting?.owner == .port(index: index, key: order.key),
                "port and book agree on whose order it is"
            )
        }
        return live.count
    }
}
