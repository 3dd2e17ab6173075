import Vocabulary
import Wire

extension Books {
    /// Applies one ITCH message of a venue's feed.
    ///
    /// - Parameters:
    ///   - venue: whose feed.
    ///   - message: `length` bytes, type byte first, without framing; good for the call.
    ///   - length: as framed; longer than its type is read by the known prefix.
    ///   - tNs: receive time, ns UTC.
    ///   - seq: MoldUDP64 number of the message.
    /// - Returns: what changed; ``BookChange/none`` for a symbol nobody subscribed to, and for bytes
    ///   that were counted and ignored.
    /// - Complexity: O(1) in orders, O(levels above the price) in levels; no allocation.
    /// - Note: Not marked as free of locks, for the reason given at `BookOrders.apply`.
    package mutating func apply(
        venue: UInt8,
        message: UnsafeRawPointer,
        length: Int,
        tNs: Int64,
        seq: UInt64
    ) -> BookChange {
        guard Int(venue) < venueCount else { return .none }
        unsafe venues[Int(venue)].counters.messages += 1
        // An empty message takes a number and says nothing.
        guard length > 0 else { return .none }
        let bytes = unsafe UnsafeRawBufferPointer(start: message, count: length).bytes
        do throws(WireError) {
            let header = try ITCH.HeaderView(bytes)
            guard let type = header.knownType else {
                unsafe venues[Int(venue)].counters.unknownTypes += 1
                return .none
            }
            let locate = header.stockLocate
            var instrument = unsafe venues[Int(venue)].locates[locate]
            if instrument == LocateTable.notSubscribed && type != .stockDirectory { return .none }
            if instrument == LocateTable.unlearned || type == .stockDirectory {
                if type == .systemEvent { return try systemEvent(bytes, venue: venue) }
                instrument = try learn(locate, from: bytes, type: type, venue: venue)
            }
            guard let index = index(instrument: instrument, venue: venue) else { return .none }
            let kinds = try apply(bytes, type: type, instrument: instrument, venue: venue, t: tNs)
            unsafe books[index].t = tNs
            unsafe books[index].feedSeq = seq
            return BookChange(kinds: kinds, instrument: instrument, venue: venue)
        } catch {
            unsafe venues[Int(venue)].counters.badLength += 1
            return .none
        }
    }

    @inline(__always)
    private mutating func apply(
        _ bytes: RawSpan,
        type: ITCH.MessageType,
        instrument: UInt16,
        venue: UInt8,
        t: Int64
    ) throws(WireError) -> BookChange.Kinds {
        switch type {
        case .addOrder, .addOrderMPID, .orderExecuted, .orderExecutedWithPrice, .orderCancel,
            .orderDelete, .orderReplace:
            let effect = try unsafe venues[Int(venue)].orders.apply(
                bytes,
                type: type,
                book: instrument
            )
            return follow(effect, type: type, instrument: instrument, venue: venue, t: t)
        case .trade:
            let view = try ITCH.TradeView(bytes)
            let trade = Execution(
                lastPx: view.price,
                lastQty: view.shares,
                match: view.matchNumber,
                printable: true
            )
            return record(trade, instrument: instrument, venue: venue, t: t)
        case .crossTrade:
            let view = try ITCH.CrossTradeView(bytes)
            let trade = Execution(
                lastPx: view.price,
                lastQty: view.shares,
                match: view.matchNumber,
                printable: true
            )
            return record(trade, instrument: instrument, venue: venue, t: t)
        case .brokenTrade:
            let match = try ITCH.BrokenTradeView(bytes).matchNumber
            return breakTrade(match, instrument: instrument, venue: venue)
        case .tradingAction, .operationalHalt, .regSHO:
            return try state(bytes, type: type, instrument: instrument, venue: venue)
        default:
            return .nothing
        }
    }

    /// Brings the levels after the orders.
    @inline(__always) @_noLocks @_noAllocation
    private mutating func follow(
        _ effect: OrderEffect,
        type: ITCH.MessageType,
        instrument: UInt16,
        venue: UInt8,
        t: Int64
    ) -> BookChange.Kinds {
        var kinds: BookChange.Kinds = .nothing
        if effect.outcome != .applied || effect.overreduced {
            unsafe venues[Int(venue)].counters.count(effect, type: type)
            if effect.outcome == .refused {
                markLacking(instrument: instrument, venue: venue)
                kinds = kinds.with(.state)
            }
        }
        // The order's own book governs, should a later message come under another locate.
        guard let change = effect.taken ?? effect.added,
            let index = index(instrument: change.book, venue: venue)
        else { return kinds }
        let before = unsafe books[index].top
        let wasComplete = unsafe books[index].isComplete
        if let taken = effect.taken { unsafe books[index].take(taken) }
        if let added = effect.added, unsafe !books[index].add(added) {
            unsafe venues[Int(venue)].counters.levelsCut += 1
        }
        kinds = kinds.with(.book)
        if unsafe books[index].top != before { kinds = kinds.with(.bbo) }
        if unsafe books[index].isComplete != wasComplete { kinds = kinds.with(.state) }
        if let execution = effect.execution {
            kinds = kinds.with(record(execution, instrument: change.book, venue: venue, t: t))
        }
        return kinds
    }

    @inline(never)
    private mutating func markLacking(instrument: UInt16, venue: UInt8) {
        guard let index = index(instrument: instrument, venue: venue) else { return }
        unsafe books[index].lacksOrders = true
    }
}

extension BookCounters {
    // Out of line: none of this happens on a healthy feed.
    @inline(never)
    fileprivate mutating func count(_ effect: OrderEffect, type: ITCH.MessageType) {
        if effect.overreduced { overreduced += 1 }
        switch effect.outcome {
        case .applied: break
        case .duplicateReference: duplicateRefs += 1
        case .refused: ordersRefused += 1
        case .nonsense: nonsense += 1
        case .unknownReference:
            switch type {
            case .orderExecuted: unknownRefsExecuted += 1
            case .orderExecutedWithPrice: unknownRefsExecutedWithPrice += 1
            case .orderCancel: unknownRefsCanceled += 1
            case .orderDelete: unknownRefsDeleted += 1
            default: unknownRefsReplaced += 1
            }
        }
    }
}
