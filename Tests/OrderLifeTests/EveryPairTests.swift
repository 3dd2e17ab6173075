import ColdCore
import Crossing
import HotPath
import OrderManagement
import Testing
import Vocabulary

/// Every state, every event: the engine's ledger and cold's mirror do what the table says.
@Suite("Every event in every state")
struct EveryPairTests {
    static let statuses = OrdStatus.allCases.filter { $0 != .vacant }

    @Test(
        "leaves ledger and mirror in the state the table names, and both alike",
        arguments: statuses,
        OrderEvent.allCases
    )
    func pair(status: OrdStatus, event: OrderEvent) throws {
        var books = BothBooks()
        books.bring(to: status)
        books.ask(for: event)
        let (order, line) = (books.order, books.line)
        try #require(order.status == status)
        try #require(line?.status == status)
        // Shares executed prove that an order was received: absence is then a person's word.
        let isHeardOf = books.order.wasHeardOf && event == .provedAbsent
        let wanted = status.after(isHeardOf ? .resolved : event)

        let before = Before(books)
        let applied = books.apply(books[event])
        switch wanted {
        case .to(let next):
            #expect(applied.outcome == .applied)
            #expect(books.order.status == next)
        case .stays:
            // A bust needs a fill to break; an order without one is left as it is.
            let isBreakable = event != .busted || before.order.cumQty > .zero
            #expect(applied.outcome == (isBreakable ? .applied : .unknown))
            #expect(books.order.status == status)
        case .lateFill:
            #expect(applied.outcome == .lateFill && applied.incident)
            #expect(books.order.status == status)
            #expect(books.ledger.position(account: 0, instrument: 0).pos < before.pos)
        case .illegal:
            #expect(applied.outcome == .illegal)
            before.isUnchanged(books)
        }
        try agree(books)
        #expect(books.ledger.checkInvariants() == nil)
        #expect(books.mirror.counts.breaks == 0, "\(books.mirror.lastBreak ?? "")")
    }

    /// A request on top of one in flight is illegal though the state would allow it (214).
    private func isSecond(_ asked: OrderEvent, _ event: OrderEvent) -> Bool {
        let changes: [OrderEvent] = [.replaceRequested, .modifyRequested]
        return changes.contains(asked) && changes.contains(event)
    }

    @Test(
        "with a request in flight too: state by the table, ledger and mirror alike, one at a time",
        arguments: [OrdStatus.pendingNew, .new, .partiallyFilled, .unknown],
        [OrderEvent.cancelRequested, .replaceRequested, .modifyRequested]
    )
    func inFlight(status: OrdStatus, asked: OrderEvent) throws {
        for event in OrderEvent.allCases {
            var books = BothBooks()
            books.bring(to: status)
            books.apply(books[asked])
            try #require(!books.order.pending.isEmpty)
            if event == .replaced || event == .replaceRejected {
                guard asked == .replaceRequested else { continue }
            }
            let heardOf = books.order.wasHeardOf && event == .provedAbsent
            let wanted = status.after(heardOf ? .resolved : event)
            var record = books[event]
            if isSecond(asked, event), record.kind == .replaceReq { record.userRefNum -= 1 }

            let before = Before(books)
            let applied = books.apply(record)
            if isSecond(asked, event) || wanted == .illegal {
                #expect(applied.outcome == .illegal, "\(asked), \(event)")
                before.isUnchanged(books)
            } else if case .to(let next) = wanted {
                #expect(books.order.status == next, "\(asked), \(event)")
            } else {
                #expect(books.order.status == status, "\(asked), \(event)")
            }
            if books.order.status.isTerminal { #expect(books.order.pending.isEmpty) }
            try agree(books)
            #expect(books.ledger.checkInvariants() == nil)
            #expect(books.mirror.counts.breaks == 0, "\(books.mirror.lastBreak ?? "")")
        }
    }

    @Test("means nothing for an order nobody knows", arguments: OrderEvent.allCases)
    func vacant(event: OrderEvent) {
        var books = BothBooks()
        let hash = books.ledger.stateHash()
        let applied = books.apply(books[event])
        #expect(applied.outcome == .unknown)
        #expect(books.ledger.stateHash() == hash)
        #expect(books.ledger.counters.notFound == 1)
        #expect(books.line == nil)
    }

    @Test("a request of another version than the one in flight is answered by nobody's word")
    func versions() throws {
        var books = BothBooks()
        books.bring(to: .new)
        books.apply(books[.cancelRequested])
        #expect(books.order.requestVersion == 1)
        books.apply(books[.cancelRequested])
        #expect(books.order.requestVersion == 1, "the same ceiling is the same request")
        #expect(books.order.cancelTries == 2)
        // A partial cancel answered late: 10 go, 90 may still execute, and all were to be gone.
        books.apply(books[.canceledPart])
        #expect(books.order.pending.contains(.cancel))
        try agree(books)

        books = BothBooks()
        books.bring(to: .new)
        var partly = books[.cancelRequested]
        partly.qty = OrderQty(units: 90)
        books.apply(partly)
        books.apply(books[.canceledPart])
        #expect(!books.order.pending.contains(.cancel), "90 may execute, as was asked")
        books.apply(books[.replaceRequested])
        #expect(books.order.requestVersion == 2)
        var stale = books[.replaceRejected]
        stale.userRefNum -= 1
        stale.flags.insert(.replace)
        #expect(books.apply(stale).outcome == .illegal)
        #expect(books.order.pending.contains(.replace))
        try agree(books)
    }

    @Test("a cancel held in a cross waits, and is due again when the cross has filled")
    func held() throws {
        var books = BothBooks()
        books.bring(to: .new)
        books.apply(books[.cancelRequested])
        books.apply(books[.cancelPending])
        #expect(books.order.pending == [.cancel, .held])
        try agree(books)
        let asked = books.order.lastRequestNs
        books.apply(books[.fill])
        #expect(books.order.pending == .cancel)
        #expect(books.order.lastRequestNs > asked)
        books.apply(books[.cancelPending])
        books.apply(books[.cancelRejected])
        #expect(books.order.pending == PendingFlags(rawValue: 0))
        try agree(books)
    }

    @Test("our proof that a replace never arrived ends only the silence that replace caused")
    func replaceProof() throws {
        for isAccepted in [true, false] {
            var books = BothBooks()
            books.open()
            var ack = books[.accepted]
            ack.venueOrderRef = 77
            if isAccepted { books.apply(ack) }
            books.apply(books[.replaceRequested])
            books.apply(books[.wentSilent])
            var proof = books[.replaceRejected]
            proof.flags.insert(.byProof)
            books.apply(proof)
            #expect(books.order.status == (isAccepted ? .new : .unknown))
            try agree(books)
        }
    }

    private func agree(_ books: borrowing BothBooks) throws {
        let order = books.order
        let found = books.line
        let line = try #require(found)
        #expect(line.status == order.status)
        #expect(line.pending == order.pending)
        #expect(line.qty == order.qty)
        #expect(line.leavesQty == order.leavesQty)
        #expect(line.cumQty == order.cumQty)
        #expect(line.canceledQty == order.canceledQty)
        #expect(line.px == order.px)
        #expect(line.side?.rawValue == order.side)
        #expect(line.userRefNum == order.venueRefNum)
        #expect(line.requestVersion == UInt32(order.requestVersion))
    }
}

/// What an illegal event must leave as it was.
struct Before {
    let order: Order
    let line: ColdCore.OrderLine?
    let pos: Int64
    private let hash: UInt64
    private let illegal: UInt64
    private let mirrorIllegal: Int

    init(_ books: borrowing BothBooks) {
        order = books.order
        line = books.line
        pos = books.ledger.position(account: 0, instrument: 0).pos
        hash = books.ledger.stateHash()
        illegal = books.ledger.counters.illegalTransitions
        mirrorIllegal = books.mirror.counts.illegalTransitions
    }

    /// Both counters rose by one and nothing else changed.
    func isUnchanged(_ books: borrowing BothBooks) {
        #expect(books.ledger.counters.illegalTransitions == illegal + 1)
        #expect(books.ledger.stateHash() == hash)
        #expect(books.mirror.counts.illegalTransitions == mirrorIllegal + 1)
        #expect(books.line == line)
    }
}
