package import Vocabulary

extension Ledger {
    /// Live or lately ended; `.none` when neither.
    package func find(_ orderID: ClOrdID) -> OrderSlot {
        pool.slot(byOrderID.find(orderID.value))
    }

    /// By a number of ours on that venue's port: in force, pending, or before the last replace.
    package func find(venue: UInt8, userRefNum: UInt32) -> OrderSlot {
        pool.slot(byVenueRef.find(OrderIndex.key(space: UInt16(venue), refNum: userRefNum)))
    }

    /// By the client's own number.
    package func find(client: UInt16, refNum: UInt32) -> OrderSlot {
        pool.slot(byClientRef.find(OrderIndex.key(space: client, refNum: refNum)))
    }

    /// The oldest UNKNOWN order of a venue; none is looked for where none is counted.
    package func firstUnknown(_ venue: UInt8) -> OrderSlot {
        guard venues[Int(venue)].unknownCount > 0 else { return .none }
        var cursor = walk(.venue(venue))
        while true {
            let slot = next(&cursor)
            if slot.isNone || order(slot).status == .unknown { return slot }
        }
    }

    /// Whose a number of ours on that venue's port was, after its order has left memory; `refNum` 0
    /// when even that is gone.
    package func remembered(venue: UInt8, userRefNum: UInt32) -> NumberMemory.Entry {
        numbers.find(venue: venue, refNum: userRefNum)
    }

    /// A copy of the order in `slot`; all vacant when the slot has another tenant by now.
    package func order(_ slot: OrderSlot) -> Order {
        pool.holds(slot) ? pool[slot.index] : Order()
    }

    /// Lends the order in place; `nil` when the slot has another tenant by now.
    package func withOrder<Result>(
        _ slot: OrderSlot,
        _ body: (borrowing Order) -> Result
    )
        -> Result?
    {
        pool.holds(slot) ? body(pool[slot.index]) : nil
    }

    /// The ClOrdID a client wrote, to be echoed to it. Not risk state: the one thing set beside
    /// `apply`, live from the message and in replay from the record's raw bytes.
    package mutating func setClientClOrdID(_ slot: OrderSlot, low: UInt64, high: UInt64) {
        guard pool.holds(slot) else { return }
        pool[slot.index].clientClOrdIDLow = low
        pool[slot.index].clientClOrdIDHigh = high & 0xFFFF_FFFF_FFFF
    }

    /// An execution applied before (semantics.md §2.3, second key).
    package func knowsFill(venue: UInt8, match: UInt64, _ orderID: ClOrdID) -> Bool {
        match != 0 && fills.find(venue: venue, match: match, orderID: orderID) != noSlot
    }

    package var liveCount: Int { pool.liveCount }

    /// Off the critical path, once an order has left: warms what the next one will touch.
    package func prefetchNext() { pool.prefetchNext() }
    package var instrumentCount: Int { instruments.count }
    package var accountCount: Int { accounts.count - 1 }
    package var strategyCount: Int { strategies.count - 1 }
    package var venueCount: Int { venues.count }
    package var clientCount: Int { clients.count }

    package func instrument(_ row: UInt16) -> InstrumentState { instruments[Int(row)] }
    package func account(_ row: UInt16) -> AccountState { accounts[accountRow(row)] }
    package func strategy(_ row: UInt16) -> StrategyState { strategies[strategyRow(row)] }
    package func venue(_ row: UInt8) -> VenueState { venues[Int(row)] }
    package func client(_ row: UInt16) -> ClientState { clients[Int(row)] }
    /// The aggregation unit of an account, in one instrument.
    package func unit(account: UInt16, instrument: UInt16) -> UnitCell {
        unitCells[unitIndex(accountRow(account), Int(instrument))]
    }
    package func position(account: UInt16, instrument: UInt16) -> PositionCell {
        cells[cellIndex(accountRow(account), Int(instrument))]
    }

    /// The row of an account; the house's, behind the image's, for one the image does not name.
    @inline(__always)
    func accountRow(_ account: UInt16) -> Int { min(Int(account), accounts.count - 1) }

    /// The row of a strategy; the nameless one, behind the image's, for none.
    @inline(__always)
    func strategyRow(_ strategy: UInt16) -> Int { min(Int(strategy), strategies.count - 1) }

    /// The number the next message to that venue takes.
    package func nextUserRefNum(_ venue: UInt8) -> UInt32 { venues[Int(venue)].nextUserRefNum }
    package func appliedSeq(_ venue: UInt8) -> UInt64 { venues[Int(venue)].appliedSeq }

    /// An id is left to give: ask before ``nextOrderID(epoch:owner:)``.
    package var hasCounter: Bool { firm.lastCounter < 0xF_FFFF_FFFF }

    /// An id never given before in this epoch.
    package func nextOrderID(epoch: UInt32, owner: UInt16) -> ClOrdID {
        ClOrdID(
            instance: rules.instance,
            epoch: epoch,
            owner: owner,
            counter: firm.lastCounter &+ 1
        )
    }
}
