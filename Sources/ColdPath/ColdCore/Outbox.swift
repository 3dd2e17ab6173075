package import Crossing
package import Vocabulary

/// What a room wants of the engine. The Desk turns it into a `Command`, stamps its expiry and puts
/// it into the command ring.
package enum Wish: Equatable, Sendable {
    case new(ChildOrder)
    case cancel(ClOrdID)
    /// To be recorded by hot as an `algo` record.
    case algo(AlgoWords)
    /// Tighten: a kill, or the one latch `code` names, of a scope; `row` is its index. Only an
    /// operator lets go of it again.
    case latch(KillScope, row: UInt16, code: RiskCode, reason: String)
    /// Tighten: a limit, for the row that field is of.
    case limit(field: LimitField, row: UInt16, value: Int64, reason: String)
}

/// What becomes of a parent, in the words of its record.
package struct AlgoWords: Equatable, Sendable {
    package var parent: UInt64
    package var instrument: UInt16
    package var account: UInt16
    package var strategy: UInt16
    /// The whole of it.
    package var text: String
    /// A start or a resume: hot refuses it behind a kill, and when it comes to it too late.
    package var letsTrade: Bool

    package init(
        parent: UInt64,
        instrument: UInt16,
        account: UInt16,
        strategy: UInt16,
        text: String,
        letsTrade: Bool = false
    ) {
        self.parent = parent
        self.instrument = instrument
        self.account = account
        self.strategy = strategy
        self.text = text
        self.letsTrade = letsTrade
    }
}

/// An order for a child of an algo.
package struct ChildOrder: Equatable, Sendable {
    package var parent: UInt64
    package var parentQty: OrderQty
    package var instrument: UInt16
    package var account: UInt16
    package var strategy: UInt16
    package var side: Side
    package var qty: OrderQty
    package var px: Price
    package var timeInForce: TimeInForce
    /// `noIndex8` leaves the venue to the router.
    package var venue: UInt8
    /// On hot's clock, ns UTC: who counts it as in flight counts until then.
    package var validUntilNs: Int64

    package init(
        parent: UInt64,
        parentQty: OrderQty,
        instrument: UInt16,
        account: UInt16,
        strategy: UInt16,
        side: Side,
        qty: OrderQty,
        px: Price,
        timeInForce: TimeInForce,
        venue: UInt8,
        validUntilNs: Int64
    ) {
        self.parent = parent
        self.parentQty = parentQty
        self.instrument = instrument
        self.account = account
        self.strategy = strategy
        self.side = side
        self.qty = qty
        self.px = px
        self.timeInForce = timeInForce
        self.venue = venue
        self.validUntilNs = validUntilNs
    }
}

/// Where rooms leave what they want, in order. Ids are (cold epoch << 32 | n): never repeated, and
/// echoed by hot's record, so a room can tell the answer to its own question.
package struct CommandOutbox: Sendable {
    package struct Entry: Equatable, Sendable {
        package var id: UInt64
        package var wish: Wish
        package var uid: UInt32

        /// Is not said later than now: what trades, or lets trade.
        package var isForNowOnly: Bool {
            switch wish {
            case .new: true
            case .algo(let words): words.letsTrade
            case .cancel, .latch, .limit: false
            }
        }
    }

    package let epoch: UInt32
    private var issued: UInt32 = 0
    package private(set) var entries: [Entry] = []

    package init(epoch: UInt32) { self.epoch = epoch }

    package mutating func nextID() -> UInt64 {
        invariant(issued < .max, "a cold epoch issues fewer than 2^32 ids")
        issued += 1
        return UInt64(epoch) << 32 | UInt64(issued)
    }

    @discardableResult
    package mutating func push(_ wish: Wish, uid: UInt32 = .max) -> UInt64 {
        let id = nextID()
        entries.append(Entry(id: id, wish: wish, uid: uid))
        return id
    }

    /// Hands everything over and empties the box.
    package mutating func take() -> [Entry] {
        defer { entries.removeAll(keepingCapacity: true) }
        return entries
    }
}
