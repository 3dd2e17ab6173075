package import Vocabulary

/// What a finding broke.
package enum JournalLaw: String, CaseIterable, Sendable {
    /// A segment cannot be read on: header, CRC, chain or sequence.
    case damage
    /// Bytes behind the last whole entry.
    case tail
    /// Ring slots of one epoch follow each other: a jump is a record that never reached us.
    case ring
    /// total = open + filled + canceled + rejected, for one order.
    case order
    /// A step that the order's transition table does not allow, and that no incident admits.
    case legality
    /// A venue's answer for an order nobody recorded.
    case unknownOrder
    /// Σ (filled + open) of children ≤ parent.
    case parent
    /// The order law summed over a strategy.
    case strategy
    /// The order law summed over a venue.
    case venue
    /// Every sequenced packet of a venue session gives exactly one record.
    case venueSequence
    /// One execution, applied twice.
    case duplicateFill
    /// Every order belongs to an account and a strategy.
    case attribution
    /// A number we gave a venue is given once.
    case number
    /// A new order under a kill, a latch that refuses, or order entry that was disabled.
    case shut
    /// Leave to pass a hard block: asked by one, confirmed by another, used once and in time.
    case override
    /// Versions of limits only rise, and only by a recorded change.
    case limits
    /// What a client is told is numbered, each number once.
    case clientSequence
    /// A snapshot is the state that the records up to it make.
    case snapshot
    /// Every record says what the ledger finds after it.
    case replay
    /// The venue's log has an event that the journal has not.
    case missing
    /// The journal has an event that the venue's log has not.
    case unexplained
    /// A person ended an order that the venue's log leaves open.
    case word
    /// Both have it, with other quantity or price.
    case different
    /// The venue got an order that was never recorded.
    case unrecordedOrder
    /// A line of the venue's log that is no event.
    case venueLog
}

/// One thing that is wrong, and where to look.
package struct JournalFinding: Equatable, Sendable {
    package let law: JournalLaw
    package let file: String
    /// Byte offset in a segment, or line (from 1) in a venue's log.
    package let place: Int
    /// Journal sequence, 0 when the finding is about no entry.
    package let sequence: UInt64
    package let orderID: ClOrdID
    package let text: String

    package init(
        law: JournalLaw,
        file: String,
        place: Int,
        sequence: UInt64,
        orderID: ClOrdID,
        text: String
    ) {
        self.law = law
        self.file = file
        self.place = place
        self.sequence = sequence
        self.orderID = orderID
        self.text = text
    }
}

/// What checking one trading date came to.
package struct JournalVerdict: Equatable, Sendable {
    package var tradingDate: UInt32
    package var entries: UInt64 = 0
    package var segments = 0
    package var orders = 0
    package var fills = 0
    package var filledQty: Int64 = 0
    /// Orders not ended, and what is open of them, at the journal's end.
    package var openOrders = 0
    package var openQty: Int64 = 0
    /// Records that say by themselves that something went wrong; not findings.
    package var incidents = 0

    /// Venue logs read, events in them that are ours, and those of other ports.
    package var venueLogs = 0
    package var venueEvents = 0
    package var foreignEvents = 0
    package var matched = 0
    /// Orders whose end, and shares whose fill, nobody but a person says: their venue began anew.
    package var ordersByWord = 0
    package var filledByWord: Int64 = 0
    /// Events and ring slots that should be in the journal and are not.
    package var lost: UInt64 = 0
    /// Events that are in it twice.
    package var duplicated: UInt64 = 0
    /// Events in it that nothing explains.
    package var unexplained: UInt64 = 0

    /// The first ``findingsKept`` of them.
    package private(set) var findings: [JournalFinding] = []
    package private(set) var findingCount = 0

    package static var findingsKept: Int { 200 }
    package var isClean: Bool { findingCount == 0 }

    package init(tradingDate: UInt32) { self.tradingDate = tradingDate }

    package mutating func add(_ finding: JournalFinding) {
        findingCount += 1
        if findings.count < Self.findingsKept { findings.append(finding) }
    }

    package func found(_ law: JournalLaw) -> [JournalFinding] {
        findings.filter { $0.law == law }
    }
}
