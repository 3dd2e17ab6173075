import CShims
package import Crossing
import Vocabulary
import Wire

/// The state machine of Apus: sessions, books, orders, router, gate and triggers, on one thread.
///
/// Time and bytes come in, bytes and records go out; nothing here reads a clock or blocks but
/// ``Port``. State that matters tomorrow changes only through ``Ledger``'s `apply` (ARCHITECTURE
/// §3). The rest, sockets and their cursors, is rebuilt by logging in again.
@safe
package struct Engine: ~Copyable {
    package let config: EngineConfig
    package let image: HotImageView
    package var ledger: Ledger
    package var books: Books
    package var port: Port
    package let mailbox: Mailbox

    package var names: OrderNames
    var audit: AuditWriter
    var telemetry: TelemetryWriter
    let quotes: QuotesPage
    let counters: CountersPage
    let control: ControlPage
    var cold: ColdLink

    let symbols: SymbolIndex
    let feeds: UnsafeMutablePointer<FeedSession>
    let venues: UnsafeMutablePointer<VenueSession>
    let venueBuffers: UnsafeMutablePointer<StreamBuffer>
    let venueTemplates: UnsafeMutablePointer<OUCH.EnterOrderTemplate>
    let connections: UnsafeMutablePointer<ClientConnection>
    let connectionBuffers: UnsafeMutablePointer<StreamBuffer>
    let logins: UnsafeMutablePointer<ClientLogin>
    let stores: UnsafeMutablePointer<ClientStore>
    let triggers: UnsafeMutablePointer<Trigger>
    let events: UnsafeMutablePointer<PortEvent>

    /// The record being written; its raw bytes are handed over beside it.
    let scratch: UnsafeMutablePointer<AuditRecord>
    /// Hops of the orders gathered in this turn, told once they are submitted.
    let hops: UnsafeMutablePointer<TelemetryRecord>
    var hopCount = 0
    /// Where a client's answer is composed before it goes to its store.
    let reply: UnsafeMutableRawPointer
    package var page: PageAdoption

    /// The time of this turn, UTC ns; the only clock a step may read.
    package var nowNs: Int64 = 0
    var tscReceived: UInt64 = 0
    var stopping = false
    /// Test hook: at 1 the next order is recorded and the process ends before its bytes leave.
    var ordersUntilCrash: Int64 = 0
    package var ended = false
    var stall = StallGuard()
    var timersDueNs: Int64 = 0
    var watchdog: LiveCursor
    /// A client's bytes are left over from this turn: the next one comes without waiting.
    var leftOver = false
    var turns: UInt64 = 0
    var killObeyed: UInt64
    /// Records that found no room since the start (semantics.md §3.1).
    var recordsUnwritten: UInt64 = 0
    var overrun: Overrun
    /// By owner: venues, one bit each, that have not proved what became of an order of theirs.
    let doubts: UnsafeMutablePointer<UInt16>
    /// The record being committed may use the room kept for kills.
    var isUrgent = false
    /// The ring was full already when the engine started.
    var startUnrecorded = false
    /// Highest rung of the ring's ladder since it was last below 75 %.
    var ringRungReached: UInt8 = 0
    var firmArmed: Bool
    /// A former start has recorded what the date begins with.
    let dayIsTold: Bool
    /// Breakers a former life tripped with its last record and did not tell.
    let untold: UntoldTrips
    /// Regions lost since the last record that was recovered; 0 none.
    let regionsLost: UInt32
    let crashLoopVenue: UInt8
    var askerIsCold = false
    var commandDoor = CommandDoor()
    /// Whose command is being obeyed: every record it causes names them (semantics.md §4.3).
    var askerUID: UInt32 = .max
    var askerGID: UInt32 = .max
    /// The last order accepted, for the longest gap in accepting (a cold restart must not widen it).
    var lastApprovalNs: Int64 = 0

    /// - Parameters:
    ///   - parts: what was opened and allocated before the loop; consumed.
    ///   - region: hot's own shared file, mapped for as long as the process lives.
    package init(_ parts: consuming EngineParts, region: borrowing HotRegion) {
        let config = parts.config
        let image = parts.image
        let restored = parts.restored
        self.config = config
        self.image = image
        mailbox = parts.mailbox
        audit = AuditWriter(ring: region.audit, consumer: nil)
        telemetry = TelemetryWriter(ring: region.telemetry, consumer: nil)
        quotes = region.quotes
        counters = region.counters
        control = region.control
        cold = ColdLink(board: parts.coldBoard, commandCursor: region.commandCursor)
        // Not what is wanted: a kill that waited for this engine is not obeyed yet.
        killObeyed = parts.mailbox.killObeyed
        firmArmed = !restored.needsArming
        dayIsTold = restored.hasStarted
        untold = restored.untold
        regionsLost = restored.regionIsNew && restored.isRestart ? restored.epochsLost : 0
        crashLoopVenue = restored.crashLoopVenue
        ledger = parts.ledger
        names = parts.names
        books = parts.books
        port = parts.port
        watchdog = ledger.walk(.firm)
        overrun = Overrun(
            orderSlots: ledger.pool.capacity,
            cells: (ledger.accountCount + 1) * ledger.instrumentCount
        )
        symbols = SymbolIndex((0..<config.instrumentCount).map { image.instrument($0).symbol })

        unsafe feeds = .allocate(capacity: config.venueCount)
        unsafe venues = .allocate(capacity: config.venueCount)
        unsafe venueBuffers = .allocate(capacity: config.venueCount)
        unsafe venueTemplates = .allocate(capacity: config.venueCount)
        for index in 0..<config.venueCount {
            let venue = image.venue(index)
            unsafe (feeds + index).initialize(to: FeedSession(config: parts.feedConfig))
            var session = VenueSession()
            session.sessionName = unsafe restored.venueSessions[index]
            session.excluded = restored.isExcluded(index)
            session.expected = ledger.appliedSeq(UInt8(index)) + 1
            // A former life's, also those it had no room to record.
            session.burnedRefNum = UInt32(clamping: region.control.burnedRefNum(index).load())
            unsafe (venues + index).initialize(to: session)
            unsafe (venueBuffers + index).initialize(to: StreamBuffer(capacity: 64 * 1024))
            unsafe (venueTemplates + index).initialize(
                to: OUCH.EnterOrderTemplate(firm: Alpha4(raw: venue.firm))
            )
        }
        unsafe connections = .allocate(capacity: config.connectionsMax)
        unsafe connections.initialize(repeating: ClientConnection(), count: config.connectionsMax)
        unsafe connectionBuffers = .allocate(capacity: config.connectionsMax)
        for index in 0..<config.connectionsMax {
            unsafe (connectionBuffers + index).initialize(to: StreamBuffer(capacity: 64 * 1024))
        }
        let clients = max(config.clientCount, 1)
        unsafe logins = .allocate(capacity: clients)
        unsafe logins.initialize(repeating: ClientLogin(), count: clients)
        unsafe stores = .allocate(capacity: clients)
        for index in 0..<clients {
            unsafe (stores + index).initialize(to: region.store(index))
            unsafe logins[index].doorRefNum = Self.highestDoorRefusal(stores[index])
        }
        let owners = Int(Owner.firstClient) + clients
        unsafe doubts = .allocate(capacity: owners)
        unsafe doubts.initialize(repeating: 0, count: owners)
        unsafe triggers = .allocate(capacity: config.instrumentCount)
        for index in 0..<config.instrumentCount {
            unsafe (triggers + index).initialize(to: restored.trigger(index))
        }
        restored.deallocate()
        unsafe events = .allocate(capacity: EngineConfig.eventsMax)
        page = PageAdoption(capacity: config.instrumentCount)
        unsafe scratch = .allocate(capacity: 1)
        unsafe scratch.initialize(to: AuditRecord())
        unsafe hops = .allocate(capacity: EngineConfig.hopsPerTurn)
        unsafe hops.initialize(repeating: TelemetryRecord(), count: EngineConfig.hopsPerTurn)
        unsafe reply = .allocate(byteCount: 1024, alignment: 64)
        unsafe reply.initializeMemory(as: UInt8.self, repeating: 0, count: 1024)
        unsafe events.initialize(
            repeating: PortEvent(kind: .data, slot: 0, bytes: UnsafeRawPointer(reply)),
            count: EngineConfig.eventsMax
        )
        for index in 0..<config.venueCount { markDoubts(index) }
    }

    /// Gives back what `init` allocated; the shared file stays as it is.
    deinit {
        unsafe feeds.deinitialize(count: config.venueCount)
        unsafe feeds.deallocate()
        unsafe venues.deallocate()
        unsafe venueBuffers.deinitialize(count: config.venueCount)
        unsafe venueBuffers.deallocate()
        unsafe venueTemplates.deallocate()
        unsafe connections.deallocate()
        unsafe connectionBuffers.deinitialize(count: config.connectionsMax)
        unsafe connectionBuffers.deallocate()
        unsafe logins.deallocate()
        unsafe stores.deallocate()
        unsafe doubts.deallocate()
        page.deallocate()
        unsafe triggers.deallocate()
        unsafe events.deallocate()
        unsafe scratch.deallocate()
        unsafe hops.deallocate()
        unsafe reply.deallocate()
    }
}
