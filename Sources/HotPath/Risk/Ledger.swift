import Crossing
import Vocabulary

/// The state that records make: orders, positions, counters, limits, latches, sequences.
///
/// Two verbs. ``decide(_:_:_:nowNs:)`` reads and changes nothing; ``apply(_:)`` is the only
/// mutation, live and in replay alike (ARCHITECTURE.md §3). Owned by the engine thread alone;
/// everything is allocated and written by `init`. Whatever is added here belongs into
/// ``visitState(_:)`` as well, and into ``stateHash()`` if a decision reads it.
@safe
package struct Ledger: ~Copyable {
    package internal(set) var pool: OrderPool
    var byOrderID: OrderIndex
    var byVenueRef: OrderIndex
    var byClientRef: OrderIndex
    var fills: FillMemory
    var numbers: NumberMemory
    var duplicates: DuplicateWindow
    var parentIndex: OrderIndex
    var parentByClientRef: OrderIndex

    var instruments: HotTable<InstrumentState>
    var accounts: HotTable<AccountState>
    var strategies: HotTable<StrategyState>
    var venues: HotTable<VenueState>
    var clients: HotTable<ClientState>
    var parents: HotTable<ParentState>
    /// Account-major: `account × instruments + instrument`.
    var cells: HotTable<PositionCell>
    /// Unit-major, as `cells` is by account.
    var unitCells: HotTable<UnitCell>
    /// Strategy-major, for the strategies' profit and loss.
    var strategyCells: HotTable<StrategyCell>
    /// Times of each strategy's last executions, `executionsMax` a strategy.
    var executionTimes: HotTable<Int64>
    /// First live order of each owner.
    var ownerHeads: HotTable<UInt32>
    var limits: LimitTable
    var authorities: HotTable<Authority>

    var liveHead = noSlot
    var liveTail = noSlot
    package internal(set) var counters = LedgerCounters()
    package internal(set) var firm = FirmState()
    let rules: LedgerRules

    package init(_ config: LedgerConfig) {
        let slots = config.ordersMax + config.endedMax
        pool = OrderPool(ordersMax: config.ordersMax, endedMax: config.endedMax)
        byOrderID = OrderIndex(entriesMax: slots)
        // In force, pending and prior number of each order.
        byVenueRef = OrderIndex(entriesMax: slots * 3)
        byClientRef = OrderIndex(entriesMax: slots * 2)
        fills = FillMemory(fillsMax: config.fillsMax)
        numbers = NumberMemory(numbersMax: config.numbersMax, venues: config.venues.count)
        duplicates = DuplicateWindow(entriesMax: config.duplicatesMax)
        parentIndex = OrderIndex(entriesMax: config.parentsMax)
        parentByClientRef = OrderIndex(entriesMax: config.parentsMax)

        let instrumentCount = config.instruments.count
        instruments = HotTable(repeating: InstrumentState(), count: instrumentCount)
        // One row more than the image has: the house's account, and no strategy.
        let accountRows = config.accounts.count + 1
        let strategyRows = config.strategies.count + 1
        accounts = HotTable(repeating: AccountState(), count: accountRows)
        strategies = HotTable(repeating: StrategyState(), count: strategyRows)
        venues = HotTable(repeating: VenueState(), count: config.venues.count)
        clients = HotTable(repeating: ClientState(), count: config.clients.count)
        parents = HotTable(repeating: ParentState(), count: config.parentsMax)
        cells = HotTable(
            repeating: PositionCell(),
            count: accountRows * instrumentCount
        )
        let units = 1 + config.accounts.count
        unitCells = HotTable(repeating: UnitCell(), count: units * instrumentCount)
        strategyCells = HotTable(
            repeating: StrategyCell(),
            count: strategyRows * instrumentCount
        )
        executionTimes = HotTable(
            repeating: 0,
            count: strategyRows * config.executionsMax
        )
        ownerHeads = HotTable(
            repeating: noSlot,
            count: Int(Owner.firstClient) + config.clients.count
        )
        limits = LimitTable(config)
        authorities = HotTable(repeating: Authority(), count: Authority.tokensMax)
        rules = LedgerRules(config)
        load(config)
    }
}

/// A strategy's position in one instrument, and the price it is marked at.
package struct StrategyCell: BitwiseCopyable, Sendable, Equatable {
    package var pos: Int64 = 0
    package var mark: Int64 = 0
}

/// Limits and counters of the firm as a whole.
package struct FirmState: BitwiseCopyable, Sendable {
    package var maxGross = noLimit
    package var maxOpenOrders = noLimit
    package var dupWindowNs = noLimit
    package var dupMax = noLimit
    package var rejectsMax = noLimit
    package var rejectsWindowNs = noLimit
    package var executionsMax = noLimit
    package var executionsWindowNs = noLimit
    package var gross: Int128 = 0
    package var latches = Latches()
    package var killEpoch: Int64 = 0
    /// Highest (epoch, number) of cold's commands recorded: at or below it is a repeat.
    package var coldCommand: UInt64 = 0
    package var limitsVersion: UInt32 = 0
    /// Highest order counter recorded, so that no number is given twice.
    package var lastCounter: UInt64 = 0
    /// Highest token given to a request for leave.
    package var lastToken: UInt64 = 0
    package var parentCount: UInt32 = 0
    /// Clients' orders that are over, in the order in which they ended.
    var oldestOver = noSlot
    var youngestOver = noSlot
    package var complete = false
}

/// What the ledger has seen go by. Counts only; nothing decides by them.
package struct LedgerCounters: BitwiseCopyable, Sendable, Equatable {
    package var unknownOrders: UInt64 = 0
    package var illegalTransitions: UInt64 = 0
    package var duplicates: UInt64 = 0
    package var lateFills: UInt64 = 0
    package var incidents: UInt64 = 0
    package var notFound: UInt64 = 0
    package var records: UInt64 = 0
}

/// Rules fixed for the day by the image.
package struct LedgerRules: BitwiseCopyable, Sendable {
    let instance: UInt8
    let missingLimitRefuses: Bool
    let selfTradeFirmWide: Bool
    /// Execution times kept for each strategy: the most 115 can count exactly.
    let executionsKept: Int
    /// The configuration names what losses and leverage are shares of.
    let hasEquity: Bool
    /// Numbers a lost ring may have used beyond what the journal knows: one a record of two slots or
    /// more, which leaves as many again for those that left without one.
    let numbersLost: UInt32
    /// How far beyond the highest counter recorded an id of ours may be: a ring's slots, at least
    /// 4 096.
    let countersLost: UInt64

    init(_ config: LedgerConfig) {
        instance = config.header.instance
        missingLimitRefuses = config.missingLimitRefuses
        selfTradeFirmWide = config.header.selfTradeFirmWide != 0
        executionsKept = config.executionsMax
        hasEquity = config.header.dayEquity > 0
        numbersLost = config.header.auditSlots
        countersLost = max(UInt64(config.header.auditSlots), 4_096)
    }
}
