import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// Latches: set by operators, by cold or by themselves, each recorded with its code and scope, each
/// let go of by an operator alone (risk-controls.md principle 6).
@Suite("The engine's latches")
struct EngineLatchTests {
    @Test(
        "a latch that only refuses cancels nothing, and is let go of alone",
        arguments: [
            (RiskCode.portfolioLimit, KillScope.account), (.orderToTradeRatio, .strategy),
            (.unknownOrderOnSymbol, .symbol), (.repeatedExecution, .strategy),
            (.consecutiveRejects, .strategy), (.reduceOnly, .firm), (.reduceOnly, .symbol),
        ]
    )
    func refusing(code: RiskCode, scope: KillScope) throws {
        let (rig, venue, client) = try live()
        #expect(latch(rig, .kill, code, scope).code == 0)
        #expect(venue.messages().isEmpty)
        let record = try #require(rig.records().last { $0.kind == .kill })
        #expect(record.code == code.rawValue)
        #expect(record.detail == UInt32(scope.rawValue))
        #expect(try refusal(rig, client, 2) == code.rawValue)
        let other =
            code != .reduceOnly
            ? RiskCode.reduceOnly : scope == .symbol ? .unknownOrderOnSymbol : .portfolioLimit
        #expect(latch(rig, .arm, other, scope).code == 0)
        #expect(try refusal(rig, client, 3) == code.rawValue, "another latch's arm is not its own")
        // One order lives; this latch let it live, so nothing needs an override.
        #expect(latch(rig, .arm, code, scope).code == 0)
        #expect(try refusal(rig, client, 4) == nil)
    }

    @Test("everything in force is told to who asks, in the order of scopes, and nothing twice")
    func standing() throws {
        let (rig, _, _) = try live()
        #expect(standing(rig) == [])
        for (code, scope) in [
            (RiskCode.reduceOnly, KillScope.symbol), (.ok, .firm), (.portfolioLimit, .account),
            (.orderToTradeRatio, .strategy), (.reduceOnly, .strategy), (.ok, .venue),
        ] {
            #expect(latch(rig, .kill, code, scope).code == 0)
        }
        #expect(
            standing(rig) == [
                "firm 0 0", "account 0 415", "strategy 1 108", "strategy 1 504", "symbol 0 108",
                "venue 0 0",
            ]
        )
        #expect(rig.engine.ledger.heldLatches().count == 6)
        // Whatever somebody asks: an answer, never a trap.
        for key: Int64 in [.min, .max, 5 << 32, 255 << 32, 256 << 32, 1 << 40] {
            #expect(ask(rig, key) >= -1)
        }
    }

    private func standing(_ rig: EngineRig) -> [String] {
        var told: [String] = []
        var key = ask(rig, -1)
        while key >= 0, told.count < 20 {
            let scope = KillScope(rawValue: UInt8(key >> 32))
            told.append("\(scope.map { "\($0)" } ?? "?") \(key >> 16 & 0xFFFF) \(key & 0xFFFF)")
            key = ask(rig, key)
        }
        return told
    }

    private func ask(_ rig: EngineRig, _ key: Int64) -> Int64 {
        rig.ask(.ping) {
            $0.detail = Mailbox.pingLatch
            $0.value = key
        }.value
    }

    @Test("a drawdown cancels its scope, as a kill does")
    func drawdown() throws {
        let (rig, venue, client) = try live()
        #expect(latch(rig, .kill, .rapidDrawdown, .strategy).canceled == 1)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "X")])
        #expect(try refusal(rig, client, 2) == 114)
        #expect(latch(rig, .arm, .rapidDrawdown, .strategy).code == 112, "an order is open")
        venue.canceled(refNum: 2, decrement: 100)
        rig.turns(3)
        _ = client.packets()
        #expect(latch(rig, .arm, .rapidDrawdown, .strategy).code == 0)
        #expect(try refusal(rig, client, 3) == nil)
    }

    @Test(
        "the arm of all asks for an override only where a latch stands that canceled",
        arguments: [KillScope.firm, .account, .strategy, .symbol]
    )
    func armOfAll(scope: KillScope) throws {
        let (rig, venue, client) = try live()
        #expect(latch(rig, .kill, .reduceOnly, scope).code == 0)
        #expect(latch(rig, .arm, .ok, scope).code == 0, "only 108 stood: the order was left alone")
        #expect(try refusal(rig, client, 2) == nil)
        #expect(latch(rig, .kill, .reduceOnly, scope).code == 0)
        #expect(latch(rig, .kill, .ok, scope).code == 0)
        let refused = latch(rig, .arm, .ok, scope)
        #expect(refused.code == 112, "a kill stands, and its cancels are unanswered")
        #expect(refused.value == 2, "so many orders are open")
        #expect(latch(rig, .arm, .killFirm, scope).code == 112, "the kill by name, too")
        venue.canceled(refNum: 2, decrement: 100)
        venue.canceled(refNum: 3, decrement: 10)
        rig.turns(3)
        #expect(latch(rig, .arm, .ok, scope).code == 0)
    }

    @Test("what is no latch of a scope, or of no row there is, is refused and recorded")
    func nonsense() throws {
        let rig = try EngineRig()
        for (code, scope) in [
            (RiskCode.tick, KillScope.firm), (.unknownOrderOnSymbol, .account),
            (.lossLimit, .symbol), (.portfolioLimit, .venue),
        ] {
            #expect(latch(rig, .kill, code, scope).code == 106, "\(code) of \(scope)")
        }
        let none = rig.ask(.kill) {
            $0.scope = KillScope.account.rawValue
            $0.account = 77
        }
        #expect(none.code == 106)
        #expect(rig.records().filter { $0.kind == .operator }.count == 4)
    }

    @Test("an arm the engine comes to after its asker was told that nothing answers is not made")
    func tooLate() throws {
        let (rig, _, client) = try live()
        #expect(latch(rig, .kill, .portfolioLimit, .account).code == 0)
        let late = rig.ask(.arm) {
            $0.scope = KillScope.account.rawValue
            $0.detail = UInt32(RiskCode.portfolioLimit.rawValue)
            $0.account = 0
            $0.validUntilNs = 1
        }
        #expect(late.code == RiskCode.staleCommand.rawValue)
        #expect(rig.records().last { $0.kind == .operator }?.code == 508)
        #expect(try refusal(rig, client, 2) == RiskCode.portfolioLimit.rawValue)
    }

    @Test("loss: recorded with code and scope, and the scope's orders canceled")
    func loss() throws {
        let (rig, venue, _) = try live { $0.strategies[1].lossLimit = 1_000_000 }
        // 50 at 99.90, marked at 100.00: a gain. Then 20 at 109.90: 198 lost, 100 allowed.
        venue.execute(refNum: 2, qty: 50, px: 999_000, match: 1)
        rig.turns(3)
        #expect(rig.records().allSatisfy { $0.kind != .kill })
        venue.execute(refNum: 2, qty: 20, px: 1_099_000, match: 2)
        rig.turns(3)
        let kills = rig.records().filter { $0.kind == .kill }
        #expect(kills.map(\.code) == [113])
        #expect(kills.first?.detail == UInt32(KillScope.strategy.rawValue))
        #expect(kills.first?.strategy == 1)
        #expect(kills.first?.flags.contains(.incident) == true)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "X")])
        // Once: a second fill beyond the limit says nothing new.
        venue.execute(refNum: 2, qty: 1, px: 999_000, match: 3)
        rig.turns(3)
        #expect(rig.records().filter { $0.kind == .kill }.count == 1)
    }

    @Test("a bust that leaves the account beyond a limit is recorded as its reduce-only latch")
    func bustBeyond() throws {
        // 150 shares at the valuation of 100.00 are allowed, and two of 100 are held.
        let (rig, venue, client) = try live { $0.accounts[0].maxGross = 150 * 1_000_000 }
        venue.execute(refNum: 2, qty: 100, px: 999_000, match: 1)
        rig.turns(3)
        client.enter(refNum: 2, side: .sell, qty: 100, px: 1_000_000)
        rig.turns(3)
        venue.execute(refNum: 3, qty: 100, px: 1_000_000, match: 2)
        rig.turns(3)
        client.enter(refNum: 3, qty: 100, px: 1_000_000)
        rig.turns(3)
        venue.execute(refNum: 4, qty: 100, px: 1_000_000, match: 3)
        rig.turns(3)
        #expect(rig.records().allSatisfy { $0.kind != .kill })
        venue.sendSequenced { target in
            OUCH.BrokenTrade(
                timestampNs: 1,
                userRefNum: 3,
                matchNumber: 2,
                reason: UInt8(ascii: "E"),
                clOrdID: .blank
            ).write(to: target)
        }
        rig.turns(3)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 200)
        let kill = try #require(rig.records().last { $0.kind == .kill })
        #expect(kill.code == 108 && kill.account == 0)
        #expect(kill.detail == UInt32(KillScope.account.rawValue))
        #expect(try refusal(rig, client, 4) == 108)
    }

    @Test("rejects in a row and repeated executions stop the strategy, and say so")
    func counted() throws {
        let (rig, venue, client) = try live {
            $0.header.rejectsMax = 3
            $0.header.executionsMax = 2
        }
        for number in 2...4 { client.enter(refNum: UInt32(number), qty: 0, px: 999_000) }
        rig.turns(3)
        #expect(client.messages().map { $0.big16(at: 13) } == [203, 203, 203])
        #expect(rig.records().filter { $0.kind == .kill }.map(\.code) == [505])
        #expect(try refusal(rig, client, 5) == 505)
        #expect(latch(rig, .arm, .consecutiveRejects, .strategy).code == 0)
        venue.execute(refNum: 2, qty: 1, px: 999_000, match: 1)
        venue.execute(refNum: 2, qty: 1, px: 999_000, match: 2)
        rig.turns(3)
        #expect(rig.records().filter { $0.kind == .kill }.map(\.code) == [505, 115])
        _ = client.packets()
        #expect(try refusal(rig, client, 6) == 115)
        #expect(venue.messages().isEmpty, "neither cancels")
    }

    @Test(
        "hot ends between an execution and the kill it trips: the next start says it, first of all"
    )
    func untold() throws {
        let change: (inout HotImageWriter) -> Void = { $0.header.executionsMax = 1 }
        let (rig, venue, _) = try live(change)
        venue.execute(refNum: 2, qty: 1, px: 999_000, match: 1)
        rig.turns(3)
        let records = rig.records()
        let at = try #require(records.firstIndex { $0.kind == .fill })
        try #require(records.count > at + 1)
        #expect(records[at + 1].kind == .kill && records[at + 1].code == 115)
        let next = try EngineRig(replaying: Array(records[...at]), change: change)
        let first = try #require(next.records().first)
        #expect(first.kind == .kill && first.code == 115 && first.strategy == records[at].strategy)
        try #require(next.records().count > 1)
        #expect(next.records()[1].detail == SessionEvent.engineStarted.rawValue)
        let again = try EngineRig(replaying: Array(records[...(at + 1)]), change: change)
        #expect(again.records().first?.kind == .session, "said once")
        #expect(again.engine.ledger.heldLatches().map(\.code) == [115])
    }

    @Test("cold tightens: latches and limits; it never arms, and no command of it acts twice")
    func fromCold() throws {
        let (rig, venue, client) = try live()
        rig.coldSays(.kill, number: 5) {
            $0.scope = KillScope.strategy.rawValue
            $0.strategy = 1
            $0.detail = UInt32(RiskCode.portfolioLimit.rawValue)
        }
        #expect(try refusal(rig, client, 2) == 415)
        rig.coldSays(.arm, number: 6) {
            $0.scope = KillScope.strategy.rawValue
            $0.strategy = 1
        }
        #expect(try refusal(rig, client, 3) == 415)
        #expect(latch(rig, .arm, .portfolioLimit, .strategy).code == 0)
        // The same command again, then one of an older epoch: repeats, refused with 211.
        for epoch in [UInt32(1), 0] {
            rig.coldSays(.kill, number: 5, epoch: epoch) {
                $0.scope = KillScope.strategy.rawValue
                $0.strategy = 1
            }
        }
        let refused = rig.records().suffix(2)
        #expect(refused.map(\.kind) == [.operator, .operator])
        #expect(refused.map(\.code) == [211, 211])
        #expect(try refusal(rig, client, 4) == nil)
        rig.coldSays(.limit, number: 7) {
            $0.detail = LimitField.maxOrderQty.rawValue
            $0.instrument = 0
            $0.value = 5
        }
        #expect(try refusal(rig, client, 5) == 204)
        #expect(venue.messages().filter { $0.payload[0] == UInt8(ascii: "X") }.isEmpty)
        // An id that is not of its epoch is refused, and locks nobody out.
        rig.coldSays(.algo, number: 8) { $0.id = .max }
        #expect(rig.records().last?.code == 106)
        rig.coldSays(.algo, number: 9)
        #expect(rig.records().last?.kind == .algo)
    }

    @Test(
        "a parent is let loose only where nothing stops it; what stops one is always recorded",
        arguments: [
            (KillScope.firm, RiskCode.ok, UInt16(101)), (.account, .ok, 102), (.strategy, .ok, 103),
            (.strategy, .lossLimit, 113), (.firm, .rapidDrawdown, 114),
            (.strategy, .repeatedExecution, 115), (.strategy, .consecutiveRejects, 505),
            (.symbol, .ok, 104), (.symbol, .unknownOrderOnSymbol, 112),
            (.strategy, .portfolioLimit, 415), (.strategy, .orderToTradeRatio, 504),
            (.account, .reduceOnly, 0), (.venue, .ok, 0),
        ]
    )
    func algoBehindLatch(scope: KillScope, latched: RiskCode, refusal: UInt16) throws {
        let (rig, _, _) = try live()
        #expect(latch(rig, .kill, latched, scope).code == 0)
        func says(_ number: UInt64, _ letsTrade: Bool) -> AuditRecord? {
            rig.coldSays(.algo, number: number) {
                $0.letsTrade = letsTrade
                $0.parent = 77
                $0.account = 0
                $0.strategy = 1
                $0.instrument = 0
            }
            return rig.records().last
        }
        let start = try #require(says(1, true))
        #expect(start.code == refusal)
        #expect(start.kind == (refusal == 0 ? .algo : .operator))
        #expect(start.parent == 77 && start.commandID == 1 << 32 | 1)
        let pause = try #require(says(2, false))
        #expect(pause.kind == .algo && pause.code == 0)

        // Where the kill cancels, the venue has not answered yet: nobody may arm.
        guard !latched.latchCancels else { return }
        #expect(latch(rig, .arm, latched, scope).code == 0)
        #expect(says(3, true)?.kind == .algo)
    }

    @Test("a start that hot comes to too late is refused; a pause never is")
    func algoTooLate() throws {
        let (rig, _, _) = try live()
        for (number, letsTrade) in [(UInt64(1), true), (2, false)] {
            rig.coldSays(.algo, number: number) {
                $0.letsTrade = letsTrade
                $0.validUntilNs = rig.nowNs - 1
            }
        }
        #expect(rig.records().suffix(2).map(\.code) == [508, 0])
        #expect(rig.records().suffix(2).map(\.kind) == [.operator, .algo])
        // An account, strategy or symbol nobody has: looked up in no row.
        rig.coldSays(.algo, number: 3) { $0.letsTrade = true }
        #expect(rig.records().last?.kind == .algo)
    }

    private func latch(
        _ rig: EngineRig,
        _ kind: Command.Kind,
        _ code: RiskCode,
        _ scope: KillScope
    ) -> CommandReply {
        rig.ask(kind) {
            $0.scope = scope.rawValue
            $0.detail = UInt32(code.rawValue)
            $0.account = 0
            $0.strategy = 1
            $0.instrument = 0
            $0.venue = 0
        }
    }

    /// What the gate says to 10 more of client alpha; nil when they went.
    private func refusal(_ rig: EngineRig, _ client: PeerSocket, _ number: UInt32) throws -> UInt16?
    {
        client.enter(refNum: number, qty: 10, px: 990_000)
        rig.turns(3)
        return client.messages().last.map { $0.big16(at: 13) }
    }

    /// One accepted order of 100 for client alpha, strategy 1; nothing else said.
    private func live(
        _ change: (inout HotImageWriter) -> Void = { _ in }
    ) throws -> (EngineRig, PeerSocket, PeerSocket) {
        let rig = try EngineRig(change: change)
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 100, px: 999_000, clOrdID: "A")
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 1)
        rig.turns(3)
        _ = client.packets()
        return (rig, venue, client)
    }

    @Test("the kill's own arm opens the gate after a lost region, as the arm of everything does")
    func armOnlyKill() throws {
        let (rig, _, _) = try live()
        try rig.restart(lost: true)
        rig.engine.start(nowNs: rig.nowNs)
        _ = rig.openVenueAgain()
        rig.quote(bid: 999_900, ask: 1_000_100)
        func buy() -> UInt16 {
            rig.ask(.new) {
                $0.instrument = 0
                $0.account = 0
                $0.strategy = 0
                $0.side = Side.buy.rawValue
                $0.qty = OrderQty(units: 10)
                $0.px = Price(units: 999_000)
            }.code
        }
        #expect(buy() == RiskCode.killFirm.rawValue)
        let armed = rig.ask(.arm) {
            $0.scope = KillScope.firm.rawValue
            $0.detail = UInt32(RiskCode.killFirm.rawValue)
            $0.value = 1
        }
        #expect(armed.code == 0 && rig.engine.ledger.heldLatches().isEmpty)
        #expect(buy() == 0)
    }
}
