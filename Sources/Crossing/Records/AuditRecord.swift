public import Vocabulary

/// One fact of the trading day, as hot writes it to the audit ring and cold to the journal.
///
/// Two 128-byte slots, then up to two more with the raw bytes that caused it. Little-endian, fixed
/// offsets (drawn in ARCHITECTURE.md, proved by a test). Every change of engine state is made by
/// applying one of these, live and in replay alike, so a record holds all that `apply` needs; the
/// fields below "after" are written by `apply` and checked when it is replayed.
@frozen
public struct AuditRecord: BitwiseCopyable, Sendable {
    // Slot 0, first cache line.

    /// Commit word: the record's absolute slot number + 1; stored last of all. 0 while unwritten.
    public var commit: UInt64 = 0
    public var kind: RecordKind = .none
    /// Slots this record takes, 2…4.
    public var slotCount: UInt8 = 2
    public var flags: RecordFlags = RecordFlags(rawValue: 0)
    /// Bytes in the raw area, 0…256.
    public var rawLength: UInt16 = 0
    /// RiskCode of a refusal by our gate; the venue's reason for a venue's reject; 0 otherwise.
    public var code: UInt16 = 0
    /// ns since the Unix epoch, UTC.
    public var t: Int64 = 0
    /// Our name for the order, and its OrderID. 0 when the record is about no order.
    public var orderID: ClOrdID = .none
    public var px: Price = .zero
    /// Order quantity; for a replace the chain total.
    public var qty: OrderQty = .zero
    /// After.
    public var leavesQty: OrderQty = .zero
    /// After.
    public var cumQty: OrderQty = .zero

    // Slot 0, second cache line.

    /// This fill's quantity; for `canceled` the decrement.
    public var lastQty: OrderQty = .zero
    public var lastPx: Price = .zero
    public var match: UInt64 = 0
    /// Position in the venue session's sequenced stream; 0 when not from a venue.
    public var venueSeq: UInt64 = 0
    public var venue: UInt8 = 0xFF
    /// Side's raw byte, 0 when not about an order.
    public var side: UInt8 = 0
    /// OrdType's raw byte.
    public var ordType: UInt8 = 0
    public var timeInForce: UInt8 = 0
    /// OrdStatus after.
    public var status: OrdStatus = .vacant
    /// The venue's reason byte as it stood, or liquidity flag of a fill; of a client's `session`
    /// record, its `ClientFault`.
    public var reason: UInt8 = 0
    public var owner: UInt16 = 0
    public var instrument: UInt16 = 0xFFFF
    public var account: UInt16 = 0xFFFF
    public var strategy: UInt16 = 0xFFFF
    /// Client login index; 0xFFFF when no client is concerned.
    public var client: UInt16 = 0xFFFF
    /// UserRefNum of the venue port that this message consumed or concerned.
    public var userRefNum: UInt32 = 0
    /// The client's own UserRefNum.
    public var clientRefNum: UInt32 = 0
    /// Parent order of a child.
    public var parent: UInt64 = 0

    // Slot 1, first cache line: what decided it.

    public var refPx: Price = .zero
    /// Age of the reference when it was used, ns.
    public var refAgeNs: Int64 = 0
    public var bidPx: Price = .zero
    public var askPx: Price = .zero
    /// Mold sequence of the last feed message of that venue the decision saw.
    public var feedSeq: UInt64 = 0
    /// Command that caused it, 0 when none.
    public var commandID: UInt64 = 0
    /// The venue's order reference number.
    public var venueOrderRef: UInt64 = 0
    /// Sequence of the message the client was sent for this record in its own session; 0 none.
    public var clientSeq: UInt64 = 0

    // Slot 1, second cache line: hops and who.

    /// TSC when the bytes that caused this left the kernel.
    public var tscReceived: UInt64 = 0
    /// TSC when they were decoded and the book or order looked up.
    public var tscDecoded: UInt64 = 0
    /// TSC when the gate had decided.
    public var tscDecided: UInt64 = 0
    /// TSC just before this record was committed.
    public var tscRecorded: UInt64 = 0
    public var uid: UInt32 = 0xFFFF_FFFF
    public var gid: UInt32 = 0xFFFF_FFFF
    /// Version of the effective limits that decided.
    public var limitsVersion: UInt32 = 0
    /// Version of the router or valuation page adopted or used.
    public var pageVersion: UInt32 = 0
    /// UserRefNum of the original that a replace replaces, or of the replacement pending.
    public var origUserRefNum: UInt32 = 0
    /// SessionEvent for `session`, Pressure step, limit field…: one number more, by kind.
    public var detail: UInt32 = 0
    /// One value more, by kind: new limit, adjusted quantity, gap count, epoch.
    public var value: Int64 = 0

    @inlinable public init() {}

    /// Bytes of the fixed part: two slots.
    @inlinable public static var fixedBytes: Int { 256 }
    @inlinable public static var slotBytes: Int { 128 }
    @inlinable public static var rawBytesMax: Int { 256 }
    @inlinable public static var slotsMax: Int { 4 }

    /// Slots needed to carry `rawLength` bytes beside the fixed part.
    @inlinable public static func slots(forRaw rawLength: Int) -> Int {
        2 + (rawLength + slotBytes - 1) / slotBytes
    }
}

/// What a `session` record says, in `AuditRecord.detail`.
@frozen
public enum SessionEvent: UInt32, BitwiseCopyable, Sendable, CaseIterable {
    case connecting = 1
    case loggedIn = 2
    /// Everything up to the sequence at login has been replayed.
    case replayed = 3
    /// Nothing is in doubt: the venue's gate may open.
    case reconciled = 4
    case down = 5
    case loginRejected = 6
    /// The venue no longer knows the session we persisted (semantics.md §2.12).
    case lost = 7
    case endOfSession = 8
    case feedUp = 9
    case feedDown = 10
    case engineStarted = 11
    case engineStopping = 12
    case coldAttached = 13
    case coldSilent = 14
    /// A person confirmed that a lost session is gone: the next login starts blank.
    case rolled = 15
    /// A client's message that names no order of ours; `reason` says why, the raw bytes are it.
    case messageIgnored = 16
    /// The disk under the journal takes no records: no new orders (111). `value` = ``JournalState``.
    case journalLost = 17
    /// It takes them again; `value` = ns it was away.
    case journalBack = 18
    /// Order entry is off: a client's own (OUCH `D`), or of our port at a killed venue.
    case entryDisabled = 19
    /// Order entry is on again: a client's own (OUCH `E`), or the venue's word on our port (`K`).
    case entryEnabled = 20
    /// We asked a venue to let orders of our port in again; `entryEnabled` is its answer.
    case entryEnabling = 21
    /// The venue answered neither fence nor query in time: left, to be dialled again.
    case unreconciled = 22
    /// A part of what the date begins with; `reason` = which (``ImageDayFile/kind``), `value` = rows,
    /// `match` = checksum, raw = source, checksum and file.
    case dayFile = 23
    /// The third start in a row at the same message of a venue; `value` = its sequence. The firm is
    /// killed: cancels only, until a person arms (semantics.md §2.14).
    case crashLoop = 24
    /// Packets of another session came while the feed's own goes on: its books are stale until one
    /// of the two is silent.
    case feedContested = 25
}
