package import Crossing
import Vocabulary
package import Wire

/// What an ``Engine`` is made of: opened, allocated and recovered before the session, handed over
/// once on the engine thread.
@safe
package struct EngineParts: ~Copyable {
    package var config: EngineConfig
    package var image: HotImageView
    package var ledger: Ledger
    package var names: OrderNames
    package var books: Books
    package var port: Port
    package var mailbox: Mailbox
    package var coldBoard: ColdBoard
    package var restored: RestoredSessions
    package var feedConfig: FeedConfig

    package init(
        config: EngineConfig,
        image: HotImageView,
        ledger: consuming Ledger,
        names: consuming OrderNames,
        books: consuming Books,
        port: consuming Port,
        mailbox: Mailbox,
        coldBoard: ColdBoard,
        restored: RestoredSessions,
        feedConfig: FeedConfig = FeedConfig()
    ) {
        self.config = config
        self.image = image
        self.ledger = ledger
        self.names = names
        self.books = books
        self.port = port
        self.mailbox = mailbox
        self.coldBoard = coldBoard
        self.restored = restored
        self.feedConfig = feedConfig
    }
}

/// What the records say of sessions, beside the ledger: read at start-up, filled by recovery.
@safe
package struct RestoredSessions: BitwiseCopyable {
    /// The Soup session each venue named at our last login of this trading date.
    package let venueSessions: UnsafeMutablePointer<Alpha10>
    /// Records were found: this is not the first start of the trading date.
    package var isRestart = false
    /// The shared region was made anew: rate allowances start empty (semantics.md §2.2).
    package var regionIsNew = false
    /// The venue at whose message the two starts before this one died; `noIndex8` for none.
    package var crashLoopVenue: UInt8 = noIndex8
    /// The engine has started before on this trading date, and said what the date begins with.
    package var hasStarted = false
    /// How many regions went since the journal's last record: at least the one before this.
    package var epochsLost: UInt32 = 1
    /// The last record's, and hot ended before it said so.
    package var untold = UntoldTrips()
    /// The order region was lost and this is not paper trading: only `apus arm` opens the gate.
    package var needsArming = false

    /// The session's 10 bytes, as the venue gave them.
    package func setVenueSession(_ venue: Int, name: UnsafeRawPointer) {
        unsafe venueSessions[venue] = Alpha10(
            low: name.loadUnaligned(as: UInt64.self),
            high: name.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
        )
    }

    /// Triggers set, by instrument; venues excluded.
    private let triggerTable: UnsafeMutablePointer<Trigger>
    private let excludedTable: UnsafeMutablePointer<Bool>

    package func trigger(_ instrument: Int) -> Trigger {
        instrument < Self.instrumentsMax ? unsafe triggerTable[instrument] : Trigger()
    }
    package func isExcluded(_ venue: Int) -> Bool {
        unsafe venue < SlotMap.venuesMax && excludedTable[venue]
    }

    /// Takes from a record, in order, what the engine keeps beside the ledger.
    package func note(_ record: AuditRecord) {
        let row = Int(record.instrument)
        switch record.kind {
        case .kill: takeBack(record)
        case .operator where record.code == RiskCode.ok.rawValue:
            switch Command.Kind(rawValue: UInt8(truncatingIfNeeded: record.detail)) {
            case .exclude where Int(record.venue) < SlotMap.venuesMax:
                unsafe excludedTable[Int(record.venue)] = record.value == 0
            case .trigger, .clearTrigger:
                guard row < Self.instrumentsMax else { return }
                unsafe triggerTable[row] = Trigger(setBy: record)
            case .massCancel: takeBack(record)
            default: break
            }
        default:
            if row < Self.instrumentsMax { unsafe triggerTable[row].note(record) }
        }
    }

    private func takeBack(_ record: AuditRecord) {
        for index in 0..<Self.instrumentsMax {
            unsafe triggerTable[index].note(takenBack: record, instrument: index)
        }
    }

    /// What a snapshot keeps of it, in a fixed order.
    package func visitTables(_ body: (UnsafeMutableRawPointer, Int) -> Void) {
        unsafe body(triggerTable, Self.instrumentsMax * MemoryLayout<Trigger>.stride)
        unsafe body(excludedTable, SlotMap.venuesMax)
    }

    private static var instrumentsMax: Int { 4_096 }

    /// A person rolled it: the next login asks for whatever is current.
    package func forgetVenueSession(_ venue: Int) { unsafe venueSessions[venue] = .blank }

    /// Once the engine has read it, or nobody will.
    package func deallocate() {
        unsafe venueSessions.deallocate()
        unsafe triggerTable.deallocate()
        unsafe excludedTable.deallocate()
    }

    /// Fixed tables.
    package init() {
        unsafe venueSessions = .allocate(capacity: SlotMap.venuesMax)
        unsafe venueSessions.initialize(repeating: .blank, count: SlotMap.venuesMax)
        unsafe triggerTable = .allocate(capacity: Self.instrumentsMax)
        unsafe triggerTable.initialize(repeating: Trigger(), count: Self.instrumentsMax)
        unsafe excludedTable = .allocate(capacity: SlotMap.venuesMax)
        unsafe excludedTable.initialize(repeating: false, count: SlotMap.venuesMax)
    }
}
