import Vocabulary
import Wire

// Everything of a feed that is not resting orders: trades, halts, restrictions, hours, locates.
extension Books {
    /// A printed trade: last price and volume for everyone, a reference only when it is not ours.
    @inline(__always) @_noLocks @_noAllocation
    mutating func record(
        _ trade: Execution,
        instrument: UInt16,
        venue: UInt8,
        t: Int64
    ) -> BookChange.Kinds {
        // A cross without shares says that nothing crossed; non-printable is in no volume.
        guard trade.printable, trade.lastQty > .zero,
            let index = index(instrument: instrument, venue: venue)
        else { return .nothing }
        unsafe books[index].lastPx = trade.lastPx
        unsafe books[index].lastQty = trade.lastQty
        // An eight-byte quantity from the wire must not stop the process.
        let volume = unsafe books[index].volume.units.addingReportingOverflow(trade.lastQty.units)
        unsafe books[index].volume = OrderQty(
            units: volume.overflow ? Int64.max : volume.partialValue
        )
        unsafe books[index].trades.add(
            BookTrade(
                px: trade.lastPx,
                qty: trade.lastQty,
                match: trade.match,
                t: t,
                usable: !ownMatches.contains(venue: venue, match: trade.match)
            )
        )
        return .trade
    }

    /// Takes a trade back out of volume and reference. One older than the last eight is counted.
    mutating func breakTrade(
        _ match: UInt64,
        instrument: UInt16,
        venue: UInt8
    ) -> BookChange.Kinds {
        unsafe venues[Int(venue)].counters.brokenTrades += 1
        guard let index = index(instrument: instrument, venue: venue),
            let trade = unsafe books[index].trades.discard(match: match)
        else { return .nothing }
        let volume = unsafe books[index].volume.units - trade.qty.units
        unsafe books[index].volume = OrderQty(units: max(0, volume))
        return .trade
    }

    /// An unknown byte in a halt or restriction is taken for the stricter meaning.
    @inline(never)
    mutating func state(
        _ bytes: RawSpan,
        type: ITCH.MessageType,
        instrument: UInt16,
        venue: UInt8
    ) throws(WireError) -> BookChange.Kinds {
        guard let index = index(instrument: instrument, venue: venue) else { return .nothing }
        switch type {
        case .tradingAction:
            let tradingState = try ITCH.TradingActionView(bytes).tradingState
            let isTrading = tradingState == UInt8(ascii: "T")
            let isQuotation = tradingState == UInt8(ascii: "Q")
            unsafe books[index].isHalted = !isTrading && !isQuotation
            unsafe books[index].isInAuction = isQuotation
        case .operationalHalt:
            let action = try ITCH.OperationalHaltView(bytes).action
            unsafe books[index].isOperationallyHalted = action != UInt8(ascii: "T")
        case .regSHO:
            let action = try ITCH.RegSHOView(bytes).action
            unsafe books[index].isShortRestricted = action != UInt8(ascii: "0")
        default:
            return .nothing
        }
        return .state
    }

    @inline(never)
    mutating func systemEvent(_ bytes: RawSpan, venue: UInt8) throws(WireError) -> BookChange {
        unsafe venues[Int(venue)].systemEvent = try ITCH.SystemEventView(bytes).event
        return BookChange(kinds: .venue, instrument: 0xFFFF, venue: venue)
    }

    /// Learns whose locate this is from any message that names its stock.
    ///
    /// - Returns: the instrument, or no instrument at all.
    @inline(never)
    mutating func learn(
        _ locate: UInt16,
        from bytes: RawSpan,
        type: ITCH.MessageType,
        venue: UInt8
    ) throws(WireError) -> UInt16 {
        // 0 is market-wide, never a stock.
        guard locate != 0, let stock = try bytes.stock(of: type) else {
            return LocateTable.unlearned
        }
        let instrument = symbols.find(stock)
        unsafe venues[Int(venue)].locates[locate] = instrument
        return instrument
    }
}

extension RawSpan {
    /// The stock a message names, for the types that a book can be learned from.
    fileprivate func stock(of type: ITCH.MessageType) throws(WireError) -> Symbol? {
        switch type {
        case .stockDirectory: try ITCH.StockDirectoryView(self).stock
        case .addOrder: try ITCH.AddOrderView(self).stock
        case .addOrderMPID: try ITCH.AddOrderMPIDView(self).stock
        case .tradingAction: try ITCH.TradingActionView(self).stock
        case .regSHO: try ITCH.RegSHOView(self).stock
        case .operationalHalt: try ITCH.OperationalHaltView(self).stock
        case .trade: try ITCH.TradeView(self).stock
        case .crossTrade: try ITCH.CrossTradeView(self).stock
        default: nil
        }
    }
}
