import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// What is wanted while a venue cannot hear it (semantics.md §2.10), and venues that do not answer.
@Suite("The engine, while a venue session is down")
struct EngineIntentTests {
    private enum Wish: CaseIterable { case cancel, partialCancel, massCancel, kill, stop }

    /// One accepted order of a client, then the venue goes.
    private func down() throws -> (EngineRig, PeerSocket) {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 100, px: 999_000)
        rig.turns(2)
        venue.accept(try #require(venue.messages().first), reference: 1)
        rig.turns(2)
        _ = client.packets()
        rig.hangUp(slot: 0)
        return (rig, client)
    }

    private func logIn(_ rig: EngineRig, at sequence: UInt64) -> PeerSocket {
        let venue = rig.connect(slot: 0)
        _ = venue.packets()
        venue.send(Soup.LoginAccepted(session: Alpha10("RIGDAY")!, sequenceNumber: sequence))
        rig.turns(3)
        return venue
    }

    @Test(
        "what stops is recorded at once and is the first thing the venue hears again",
        arguments: [0, 1, 2, 3, 4]
    )
    func firstBytes(index: Int) throws {
        let wish = Wish.allCases[index]
        let (rig, client) = try down()
        switch wish {
        case .cancel: client.cancel(refNum: 1)
        case .partialCancel: client.cancel(refNum: 1, ceiling: 40)
        case .massCancel:
            client.sendUnsequenced { target in
                OUCH.MassCancel(userRefNum: 2, firm: Alpha4("TEST")!, symbol: .blank)
                    .write(to: target)
            }
        case .kill: #expect(rig.ask(.kill).code == 0)
        case .stop: _ = rig.ask(.stop)
        }
        rig.turns(3)
        #expect(rig.records().contains { $0.kind == .cancelReq && $0.orderID != .none })
        let venue = logIn(rig, at: 4)
        let said = venue.messages()
        #expect(said.first?.payload[0] == UInt8(ascii: "C"))
        #expect(said.allSatisfy { [UInt8(ascii: "C"), UInt8(ascii: "Q")].contains($0.payload[0]) })
    }

    @Test("a new order and a replace are refused at once, and nothing of them is kept")
    func newOrders() throws {
        let (rig, client) = try down()
        client.enter(refNum: 2, qty: 10, px: 999_000)
        client.replace(old: 1, new: 3, qty: 50, px: 998_000)
        rig.turns(3)
        let code = RiskCode.venueSessionDown.rawValue
        #expect(client.messages().map { $0.big16(at: 13) } == [code, code])
        let venue = logIn(rig, at: 4)
        let fence = try #require(venue.messages().first).big32(at: 1)
        venue.canceled(refNum: 2, decrement: 100)
        venue.answerFence(fence, next: fence + 1)
        rig.turns(5)
        #expect(!rig.records().contains { $0.kind == .replaceReq })
        #expect(venue.messages().isEmpty, "the gate is open, and nobody asks again")
        client.enter(refNum: 4, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])
    }

    @Test("a kill cancels again at every login until nothing of its scope is left")
    func killRepeats() throws {
        let (rig, _) = try down()
        #expect(rig.ask(.kill).code == 0)
        var numbers: [UInt32] = []
        for _ in 0..<5 {
            let venue = logIn(rig, at: 4)
            let said = venue.messages()
            #expect(said.first?.payload[0] == UInt8(ascii: "C"))
            #expect(!said.contains { $0.payload[0] == UInt8(ascii: "O") })
            numbers.append(try #require(said.first).big32(at: 1))
            rig.hangUp(slot: 0)
        }
        #expect(Set(numbers).count == 5, "a number is used once")
        #expect(numbers == numbers.sorted())
        let venue = logIn(rig, at: 4)
        let fence = try #require(venue.messages().first).big32(at: 1)
        venue.canceled(refNum: 2, decrement: 100)
        venue.answerFence(fence, next: fence + 1)
        rig.turns(3)
        #expect(rig.engine.ledger.liveCount == 0)
    }

    @Test("end of session: down with its record, and the next login asks behind the last packet")
    func endOfSession() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        venue.send(bytes: [0, 1, UInt8(ascii: "Z")])
        rig.turns(3)
        #expect(rig.takeReleases().map(\.slot) == [0])
        let last = rig.records().last { $0.kind == .session && $0.venue == 0 }
        #expect(last?.detail == SessionEvent.endOfSession.rawValue)
        let again = rig.connect(slot: 0)
        let login = try #require(again.packets().first)
        #expect(login.text.hasSuffix(" 3"))
        #expect(login.text.contains("RIGDAY"))
    }

    @Test("a sequence that skips or falls back is a lost session", arguments: [5, 3, 0])
    func otherSequence(number: UInt64) throws {
        let (rig, _) = try down()
        _ = logIn(rig, at: number)
        let last = rig.records().last { $0.kind == .session && $0.venue == 0 }
        #expect(last?.detail == SessionEvent.lost.rawValue)
        let order = rig.engine.ledger.order(rig.engine.ledger.find(client: 0, refNum: 1))
        #expect(order.status == .unknown)
        #expect(rig.mailbox.nextRelease()?.reason == .stopping)
    }

    @Test(
        "neither fence nor query answered: recorded, said, dialled again; answered then, it opens"
    )
    func unreconciled() throws {
        let (rig, _) = try down()
        let venue = logIn(rig, at: 4)
        #expect(venue.messages().first?.payload[0] == UInt8(ascii: "C"))
        for _ in 0..<11 {
            // Heartbeats alone are no answer.
            venue.send(bytes: [0, 1, UInt8(ascii: "H")])
            rig.nowNs += EngineRig.second
            rig.turns(2)
        }
        let last = rig.records().last { $0.detail == SessionEvent.unreconciled.rawValue }
        #expect(last?.venue == 0)
        #expect(rig.mailbox.nextRelease()?.reason == .unreconciled)
        rig.hangUp(slot: 0)
        let again = logIn(rig, at: 4)
        let fence = try #require(again.messages().first).big32(at: 1)
        again.canceled(refNum: 2, decrement: 100)
        again.answerFence(fence, next: fence + 1)
        rig.turns(3)
        let end = rig.records().last { $0.kind == .session && $0.venue == 0 }
        #expect(end?.detail == SessionEvent.reconciled.rawValue)
    }

    @Test("who waits for an answer of a venue that is down gets no new order; others do")
    func answeredBeforeNew() throws {
        let rig = try EngineRig(venues: 2)
        let first = rig.openVenue(0)
        let second = rig.openVenue(1)
        rig.quote(venue: 0, bid: 999_900, ask: 1_000_000)
        let alpha = rig.openClient(0, user: "alpha")
        let beta = rig.openClient(1, user: "beta")
        alpha.enter(refNum: 1, qty: 10, px: 999_000)
        rig.turns(2)
        #expect(first.messages().count == 1, "sent, never answered")
        rig.hangUp(slot: 0)
        rig.quote(venue: 1, bid: 999_900, ask: 1_000_000)
        _ = alpha.packets()
        alpha.enter(refNum: 2, qty: 10, px: 999_000)
        beta.enter(refNum: 1, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(alpha.messages().map { $0.big16(at: 13) } == [RiskCode.recovering.rawValue])
        #expect(second.messages().count == 1, "beta's")
        let again = rig.connect(slot: 0)
        _ = again.packets()
        again.send(Soup.LoginAccepted(session: Alpha10("RIGDAY")!, sequenceNumber: 3))
        rig.turns(3)
        let fence = try #require(again.messages().first).big32(at: 1)
        again.answerFence(fence, next: fence + 1)
        rig.turns(3)
        alpha.enter(refNum: 3, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(alpha.messages().map { $0.payload[0] } == [UInt8(ascii: "J")], "order 1 alone")
        #expect((first.messages() + again.messages() + second.messages()).count == 1)
    }
}

/// What a new process must know beside the ledger (semantics.md §3.5, §5.4, §2.13).
@Suite("The engine after a hot restart")
struct EngineRestartTests {
    private func openAgain(_ rig: EngineRig, at sequence: UInt64) throws -> PeerSocket {
        let venue = rig.connect(slot: 0)
        _ = venue.packets()
        venue.send(Soup.LoginAccepted(session: Alpha10("RIGDAY")!, sequenceNumber: sequence))
        rig.turns(3)
        let fence = try #require(venue.messages().first).big32(at: 1)
        venue.answerFence(fence, next: fence + 1)
        rig.turns(3)
        return venue
    }

    private func setTrigger(_ rig: EngineRig) -> CommandReply {
        rig.ask(.trigger) { command in
            command.instrument = 0
            command.account = 0
            command.strategy = 0
            command.side = Side.buy.rawValue
            command.qty = OrderQty(units: 700)
            command.px = Price(units: 999_950)
        }
    }

    @Test("a trigger stands as it stood: what it took is taken, the rest it still takes")
    func trigger() throws {
        let rig = try EngineRig()
        let venue = rig.openVenue()
        rig.quote(bid: 999_800, ask: 1_000_100)
        #expect(setTrigger(rig).code == 0)
        rig.quote(bid: 999_700, ask: 999_900)
        #expect(venue.messages().first?.big32(at: 6) == 500)
        try rig.restart()
        let again = try openAgain(rig, at: 3)
        rig.quote(bid: 999_800, ask: 1_000_100)
        #expect(again.messages().isEmpty)
        rig.quote(bid: 999_700, ask: 999_900)
        #expect(again.messages().first?.big32(at: 6) == 200, "700 less the 500 taken")
    }

    @Test(
        "a cleared trigger and one before a kill of the firm stay gone",
        arguments: [true, false]
    )
    func gone(byKill: Bool) throws {
        let rig = try EngineRig()
        _ = rig.openVenue()
        rig.quote(bid: 999_800, ask: 1_000_100)
        #expect(setTrigger(rig).code == 0)
        if byKill {
            #expect(rig.ask(.kill).code == 0)
            #expect(rig.ask(.arm) { $0.value = 1 }.code == 0)
        } else {
            #expect(rig.ask(.clearTrigger) { $0.instrument = 0 }.code == 0)
        }
        try rig.restart()
        let again = try openAgain(rig, at: 3)
        rig.quote(bid: 999_800, ask: 1_000_100)
        rig.quote(bid: 999_700, ask: 999_900)
        #expect(again.messages().isEmpty)
    }

    @Test(
        "a kill ends the triggers of its scope, and an arm brings none back; of another it ends none",
        arguments: [KillScope.account, .strategy, .symbol],
        [(row: UInt16(0), isIts: true, restarts: false), (0, true, true), (1, false, false)]
    )
    func killed(scope: KillScope, how: (row: UInt16, isIts: Bool, restarts: Bool)) throws {
        let rig = try EngineRig()
        var venue = rig.openVenue()
        rig.quote(bid: 999_800, ask: 1_000_100)
        #expect(setTrigger(rig).code == 0)
        for kind in [Command.Kind.kill, .arm] {
            let answer = rig.ask(kind) { command in
                command.scope = scope.rawValue
                command.account = how.row
                command.strategy = how.row
                command.instrument = how.row
                if kind == .arm { command.value = 1 }
            }
            // The rig has one account: a row it does not have is refused, and ends nothing either.
            #expect(answer.code == 0 || !how.isIts)
        }
        if how.restarts {
            try rig.restart()
            venue = try openAgain(rig, at: 3)
            rig.quote(bid: 999_800, ask: 1_000_100)
        }
        _ = venue.messages()
        rig.quote(bid: 999_700, ask: 999_900)
        #expect(venue.messages().isEmpty == how.isIts)
    }

    @Test("a login that switched itself off stays off, one that switched on again is on")
    func disabled() throws {
        let rig = try EngineRig()
        _ = rig.openVenue()
        let alpha = rig.openClient(0, user: "alpha")
        let beta = rig.openClient(1, user: "beta")
        for client in [alpha, beta] {
            client.sendUnsequenced { target in
                OUCH.Disable(userRefNum: 1, firm: Alpha4("TEST")!).write(to: target)
            }
        }
        beta.sendUnsequenced { target in
            OUCH.Enable(userRefNum: 2, firm: Alpha4("TEST")!).write(to: target)
        }
        rig.turns(3)
        try rig.restart()
        let venue = try openAgain(rig, at: 3)
        rig.quote(bid: 999_900, ask: 1_000_100)
        let alphaAgain = rig.openClient(0, user: "alpha")
        let betaAgain = rig.openClient(1, user: "beta")
        alphaAgain.enter(refNum: 5, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().isEmpty)
        betaAgain.enter(refNum: 5, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])
    }

    @Test("a limit set while running is in force again: the widest book that makes a reference")
    func spread() throws {
        let rig = try EngineRig()
        _ = rig.openVenue()
        #expect(
            rig.ask(.limit) {
                $0.detail = LimitField.maxSpread.rawValue
                $0.instrument = 0
                $0.value = 100
            }.code == 0
        )
        for isRestarted in [false, true] {
            if isRestarted {
                try rig.restart()
                _ = try openAgain(rig, at: 3)
            }
            rig.quote(bid: 999_900, ask: 1_000_100)
            let client = rig.openClient(0, user: "alpha", sequence: isRestarted ? 2 : 1)
            client.enter(refNum: isRestarted ? 2 : 1, qty: 10, px: 999_000)
            rig.turns(3)
            let told = client.messages().last.map { $0.big16(at: 13) }
            #expect(told == RiskCode.referenceMissing.rawValue, "200 is wider than 100")
        }
    }

    @Test("a venue excluded by name is not waited for")
    func excluded() throws {
        let rig = try EngineRig(venues: 2)
        _ = rig.openVenue(0)
        #expect(
            rig.ask(.exclude) { command in
                command.venue = 1
                command.value = 0
            }.code == 0
        )
        try rig.restart()
        let venue = try openAgain(rig, at: 3)
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])
    }

    @Test("a number answered J 501 whose record was still to come does not trade after a crash")
    func doorNumbers() throws {
        let rig = try EngineRig { writer in
            writer.clients[0].ratePerS = 1
            writer.clients[0].burst = 1
            writer.header.clientDoorMax = 50
        }
        _ = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        _ = client.packets()
        for number in UInt32(1)...3 { client.enter(refNum: number, qty: 10, px: 999_000) }
        rig.turns(3)
        #expect(client.messages().map { $0.big16(at: 13) } == [501, 501])
        let recorded = rig.records().filter { $0.code == 501 }.map(\.clientRefNum)
        #expect(!recorded.contains(3), "its record is a second away")
        try rig.restart()
        let venue = try openAgain(rig, at: 3)
        rig.quote(bid: 999_900, ask: 1_000_100)
        rig.nowNs += 3 * EngineRig.second
        rig.quote(bid: 999_900, ask: 1_000_100)
        let again = rig.openClient(0, user: "alpha", sequence: 4)
        again.enter(refNum: 3, qty: 10, px: 999_000)
        rig.turns(3)
        #expect(venue.messages().isEmpty)
    }
}
