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
    /// The order region was lost and this is not paper trading: only `apus arm` opens the gate.
    package var needsArming = false

    /// The session's 10 bytes, as the venue gave them.
    package func setVenueSession(_ venue: Int, name: UnsafeRawPointer) {
        unsafe venueSessions[venue] = Alpha10(
            low: name.loadUnaligned(as: UInt64.self),
            high: name.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
        )
    }

    /// A person rolled it: the next login asks for whatever is current.
    package func forgetVenueSession(_ venue: Int) { unsafe venueSessions[venue] = .blank }

    /// Once the engine has read it, or nobody will.
    package func deallocate() { unsafe venueSessions.deallocate() }

    /// One table of 16.
    package init() {
        unsafe venueSessions = .allocate(capacity: SlotMap.venuesMax)
        unsafe venueSessions.initialize(repeating: .blank, count: SlotMap.venuesMax)
    }
}
