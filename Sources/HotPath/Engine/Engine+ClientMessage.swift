import CShims
import Crossing
import Vocabulary
import Wire

/// What a logged-in client asks, direct mode (semantics.md §5.2–5.6).
extension Engine {
    @inline(__always)
    mutating func clientMessage(_ login: Int, _ bytes: UnsafeRawPointer, _ count: Int) {
        let entry = image.client(login)
        let allowed = unsafe Door.allows(
            &logins[login].doorTATNs,
            nowNs: nowNs,
            ratePerS: entry.ratePerS,
            burst: entry.burst
        )
        guard count > 0, let type = OUCH.InboundType(rawValue: unsafe bytes.load(as: UInt8.self))
        else {
            guard allowed else { return countAtDoor(login, 0) }
            return unsafe ignore(login, .messageType, nil, bytes, count)
        }
        // The bucket counts everything; only what stops orders passes it empty.
        guard allowed || isAnsweredAtDoor(type) || isStopping(login, type) else {
            return countAtDoor(login, 0)
        }
        let span = unsafe RawSpan(_unsafeStart: bytes, byteCount: count)
        do throws(WireError) {
            switch type {
            case .enterOrder:
                let view = try OUCH.EnterOrderView(span)
                guard allowed else {
                    return refuseAtDoor(login, view.userRefNum, view.clOrdID)
                }
                unsafe try clientEnter(login, entry, view, unsafe bytes, count)
            case .replaceOrder:
                let view = try OUCH.ReplaceOrderView(span)
                guard allowed else {
                    return refuseAtDoor(login, view.userRefNum, view.clOrdID)
                }
                unsafe clientReplace(login, view, unsafe bytes, count)
            case .cancelOrder:
                let view = try OUCH.CancelOrderView(span)
                unsafe clientCancel(login, view.userRefNum, view.quantity, unsafe bytes, count)
            case .massCancel:
                unsafe try clientMassCancel(login, OUCH.MassCancelView(span), unsafe bytes, count)
            case .accountQuery:
                _ = try OUCH.AccountQueryView(span)
                clientQuery(login)
            case .disable:
                let view = try OUCH.DisableView(span)
                clientEntry(login, view.userRefNum, view.firm, disable: true)
            case .enable:
                let view = try OUCH.EnableView(span)
                clientEntry(login, view.userRefNum, view.firm, disable: false)
            case .modifyOrder:
                unsafe clientModify(login, try OUCH.ModifyOrderView(span), unsafe bytes, count)
            }
        } catch {
            unsafe ignore(login, .message, error, bytes, count)
        }
    }

    /// New orders over the rate are told so with `J` 501; the rest is only counted.
    @inline(__always)
    private func isAnsweredAtDoor(_ type: OUCH.InboundType) -> Bool {
        type == .enterOrder || type == .replaceOrder
    }

    /// Stopping is never refused, but asking again for what is under way is no stopping.
    @inline(__always)
    private func isStopping(_ login: Int, _ type: OUCH.InboundType) -> Bool {
        guard type == .massCancel else { return type == .cancelOrder }
        var cursor = ledger.walk(.client(UInt16(login)))
        while true {
            let slot = ledger.next(&cursor)
            if slot.isNone { return false }
            if !ledger.order(slot).isEnding { return true }
        }
    }

    /// Highest number this login has used up, refusals at the door included.
    @inline(__always)
    func highestRefNum(_ login: Int) -> UInt32 {
        max(ledger.client(UInt16(login)).highestRefNum, unsafe logins[login].doorRefNum)
    }

    private mutating func clientEnter(
        _ login: Int,
        _ entry: ImageClient,
        _ view: borrowing OUCH.EnterOrderView,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) throws(WireError) {
        let refNum = view.userRefNum
        guard refNum > highestRefNum(login) else {
            counters.add(.clientIgnored, 1)
            return
        }
        // The number is readable, so its owner is told: unreadable tags are unsupported ones.
        var appendage = OUCH.Appendage()
        var isReadable = true
        do throws(WireError) { appendage = try view.appendage } catch { isReadable = false }
        var intent = OrderIntent()
        intent.client = UInt16(login)
        intent.clientRefNum = refNum
        intent.owner = Owner.firstClient + UInt16(login)
        intent.account = entry.account
        intent.ownerGroup = entry.ownerGroup
        intent.strategy = strategy(entry, appendage.groupID)
        intent.instrument = symbols.find(view.symbol)
        intent.side = view.side
        intent.qty = view.quantity
        intent.timeInForce = view.timeInForce
        intent.venue = noIndex8
        intent.flags = .fromClient
        ClientRules.setPrice(&intent, view.price, appendage)
        intent.supported = isReadable && ClientRules.supports(view, appendage, entry)
        intent.permitted =
            isPermitted(entry, intent) && !ledger.client(UInt16(login)).disabled
            && ClientRules.permits(sweep: view.interMarketSweep, entry)
        intent.venuesAllowed = entry.venues & strategyVenues(intent.strategy)

        var extras = OrderExtras()
        extras.display = view.display
        extras.capacity = entry.capacity
        extras.interMarketSweep = view.interMarketSweep
        extras.crossType = view.crossType
        extras.appendage = ClientRules.forwarded(appendage)
        ClientRules.addBroker(&extras.appendage, side: view.side, entry.locateBroker)
        extras.hasAppendage = !extras.appendage.isEmpty
        if intent.ordType == OrdType.market.rawValue {
            intent.timeInForce = TimeInForce.immediateOrCancel.rawValue
        }
        if entry.isRouted {
            return unsafe enterRouted(
                intent,
                extras,
                splits: ClientRules.maySplit(intent, appendage),
                raw: bytes,
                rawCount: count,
                clOrdID: view.clOrdID
            )
        }
        _ = unsafe enter(intent, extras, raw: unsafe bytes, rawCount: count, clOrdID: view.clOrdID)
    }

    @inline(__always)
    private func strategy(_ entry: ImageClient, _ groupID: UInt16?) -> UInt16 {
        guard let groupID else { return entry.strategy }
        for index in 0..<min(config.strategyCount, 64)
        where entry.strategies & (1 << UInt64(index)) != 0
            && image.strategy(index).groupID == groupID
        { return UInt16(index) }
        return noIndex16
    }

    @inline(__always)
    private func isPermitted(_ entry: ImageClient, _ intent: OrderIntent) -> Bool {
        guard intent.strategy != noIndex16 else { return false }
        guard intent.instrument != noIndex16 else { return true }
        let mine = entry.allSymbols != 0 || entry.symbols.contains(intent.instrument)
        return mine && strategyMay(intent.strategy, intent.instrument)
    }

    @inline(__always)
    func strategyMay(_ strategy: UInt16, _ instrument: UInt16) -> Bool {
        guard Int(strategy) < config.strategyCount else { return false }
        let rule = image.strategy(Int(strategy))
        return rule.allSymbols != 0 || rule.symbols.contains(instrument)
    }

    /// Bit n: the strategy may trade at venue n; none for a strategy that is not there.
    @inline(__always)
    func strategyVenues(_ strategy: UInt16) -> UInt16 {
        Int(strategy) < config.strategyCount ? image.strategy(Int(strategy)).venues : 0
    }

    private mutating func clientReplace(
        _ login: Int,
        _ view: borrowing OUCH.ReplaceOrderView,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) {
        let client = UInt16(login)
        guard view.userRefNum > highestRefNum(login) else {
            counters.add(.clientIgnored, 1)
            return
        }
        if let parent = ledger.parent(client: client, refNum: view.origUserRefNum), parent.legs > 0
        {
            // Routed mode replaces nothing yet (semantics.md §5.2).
            return unsafe refuseChange(login, view.userRefNum, view.clOrdID, bytes, count)
        }
        let slot = ledger.find(client: client, refNum: view.origUserRefNum)
        guard !slot.isNone, ledger.order(slot).isLive else {
            // Outcome 1: the original is not live; ignored, the number is not consumed.
            counters.add(.clientIgnored, 1)
            return
        }
        // The number is readable, so its owner is told: unreadable tags are unsupported ones.
        var appendage = OUCH.Appendage()
        var isReadable = true
        do throws(WireError) { appendage = try view.appendage } catch { isReadable = false }
        let order = ledger.order(slot)
        let entry = image.client(login)
        var intent = intent(of: slot)
        intent.replacing = slot
        intent.clientRefNum = view.userRefNum
        intent.qty = view.quantity
        intent.timeInForce = view.timeInForce
        intent.flags = [.fromClient, .replace]
        ClientRules.setReplacePrice(&intent, view.price, appendage)
        intent.supported =
            isReadable && ClientRules.supportsReplace(view, appendage, of: order, entry)
        intent.permitted =
            !ledger.client(client).disabled
            && ClientRules.permits(sweep: view.interMarketSweep, entry)
        var extras = OrderExtras()
        extras.display = view.display
        extras.interMarketSweep = view.interMarketSweep
        extras.appendage = ClientRules.forwardedOnReplace(appendage)
        _ = unsafe replace(
            intent,
            extras,
            raw: unsafe bytes,
            rawCount: count,
            clOrdID: view.clOrdID
        )
    }

    @inline(__always)
    mutating func clientCancel(
        _ login: Int,
        _ refNum: UInt32,
        _ ceiling: OrderQty,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) {
        if let parent = ledger.parent(client: UInt16(login), refNum: refNum) {
            return unsafe cancelRouted(login, parent, ceiling, bytes, count)
        }
        let slot = ledger.find(client: UInt16(login), refNum: refNum)
        let order = ledger.order(slot)
        guard !slot.isNone, order.isLive else {
            counters.add(.clientIgnored, 1)
            return
        }
        // A ceiling at or above what can still execute asks for nothing, and a venue would not answer
        // it; what was asked for already is on its way and repeated by the watchdog.
        let askedJustNow =
            order.isEnding && nowNs &- order.lastRequestNs < config.ackTimeoutNs
        if askedJustNow || order.ignores(ceiling: ceiling) {
            counters.add(.clientIgnored, 1)
            return
        }
        unsafe cancel(
            slot,
            ceiling: ceiling,
            CancelOrigin(flags: .fromClient, raw: unsafe bytes, rawCount: count)
        )
    }

    private mutating func clientMassCancel(
        _ login: Int,
        _ view: borrowing OUCH.MassCancelView,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) throws(WireError) {
        let client = UInt16(login)
        guard view.userRefNum > highestRefNum(login) else { return }
        let tags = try view.appendage
        // What narrows it must be understood, or it would cancel more than was asked for.
        var filter = CancelFilter()
        guard tags.unknownCount == 0, tags.tags & ~ClientRules.massCancelTags == 0,
            narrow(&filter, image.client(login), tags)
        else {
            counters.add(.clientIgnored, 1)
            return
        }
        begin(.cancelReq)
        unsafe scratch.pointee.flags = [.fromClient, .massCancel]
        unsafe scratch.pointee.client = client
        unsafe scratch.pointee.clientRefNum = view.userRefNum
        let replyCount = composeMassCancelResponse(view.userRefNum, view.firm, view.symbol)
        unsafe commit(bytes, count, answering: client, replyCount: replyCount)
        let blank = view.symbol == .blank || view.symbol.raw == 0
        let instrument = symbols.find(view.symbol)
        guard blank || instrument != noIndex16 else { return }
        filter.instrument = blank ? noIndex16 : instrument
        unsafe cancelAll(.client(client), CancelOrigin(flags: .fromClient), filter)
    }

    /// Side (27) and group (24) of a mass cancel; false for a side or group there is not.
    private func narrow(
        _ filter: inout CancelFilter,
        _ entry: ImageClient,
        _ tags: OUCH.Appendage
    ) -> Bool {
        if let side = tags.side {
            guard Side(rawValue: side) != nil else { return false }
            filter.side = side
        }
        if tags.groupID != nil {
            filter.strategy = strategy(entry, tags.groupID)
            return filter.strategy != noIndex16
        }
        return true
    }

    private mutating func clientQuery(_ login: Int) {
        let client = UInt16(login)
        begin(.session)
        unsafe scratch.pointee.client = client
        unsafe scratch.pointee.flags = .fromClient
        // The last number there is has no next one.
        let highest = highestRefNum(login)
        let next = highest == .max ? highest : highest + 1
        unsafe commit(nil, 0, answering: client, replyCount: composeQueryResponse(next))
    }

    /// Disable or enable the login's own order entry (OUCH `D`, `E`).
    private mutating func clientEntry(
        _ login: Int,
        _ refNum: UInt32,
        _ firm: Alpha4,
        disable: Bool
    ) {
        let client = UInt16(login)
        guard refNum > highestRefNum(login) else { return }
        begin(.session)
        unsafe scratch.pointee.client = client
        unsafe scratch.pointee.clientRefNum = refNum
        unsafe scratch.pointee.flags = .fromClient
        let event = disable ? SessionEvent.entryDisabled : SessionEvent.entryEnabled
        unsafe scratch.pointee.detail = event.rawValue
        unsafe scratch.pointee.value = disable ? 1 : 0
        let count: Int
        if disable {
            let message = OUCH.DisableResponse(
                timestampNs: ouchNowNs,
                userRefNum: refNum,
                firm: firm
            )
            count = unsafe message.write(to: reply)
        } else {
            let message = OUCH.EnableResponse(
                timestampNs: ouchNowNs,
                userRefNum: refNum,
                firm: firm
            )
            count = unsafe message.write(to: reply)
        }
        unsafe commit(nil, 0, answering: client, replyCount: count)
    }
}
