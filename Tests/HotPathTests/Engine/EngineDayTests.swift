import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// What a date begins with stands in its image and is true before anything is heard: a latch that
/// nobody armed yesterday shuts the first order of today out (risk-controls.md, principle 6).
@Suite("The engine, on a new trading date")
struct EngineDayTests {
    @Test(
        "latches of the day before refuse from the first order on, each with its code",
        arguments: [
            (KillScope.firm, RiskCode.ok, UInt16(0), UInt16(101)),
            (.account, .lossLimit, 0, 113), (.strategy, .repeatedExecution, 1, 115),
            (.symbol, .ok, 0, 104), (.symbol, .unknownOrderOnSymbol, 0, 112),
            (.account, .portfolioLimit, 0, 415),
        ]
    )
    func carried(scope: KillScope, code: RiskCode, row: UInt16, refusal: UInt16) throws {
        let rig = try EngineRig { image in
            var latch = ImageLatch()
            latch.scope = scope.rawValue
            latch.code = code.rawValue
            latch.row = row
            latch.uid = 4711
            (latch.text, latch.textLength) = CommandText.make("carried since 20231113: too fast")
            image.latches = [latch]
        }
        rig.engine.start(nowNs: rig.nowNs)
        // Before the engine says that it has started.
        let records = rig.records()
        let at = try #require(records.firstIndex { $0.kind == .kill })
        let told = records[at]
        #expect(records[at + 1].detail == SessionEvent.engineStarted.rawValue)
        #expect(told.code == code.rawValue)
        #expect(told.uid == 4711)
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, qty: 100, px: 999_000, clOrdID: "A")
        rig.turns(3)
        #expect(client.messages().map { $0.big16(at: 13) } == [refusal])
        #expect(venue.messages().isEmpty)

        // The records alone give the same state, and only a person lets go.
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
        let armed = rig.ask(.arm) {
            $0.scope = scope.rawValue
            $0.account = scope == .account ? row : noIndex16
            $0.strategy = scope == .strategy ? row : noIndex16
            $0.instrument = scope == .symbol ? row : noIndex16
        }
        #expect(armed.code == 0)
        client.enter(refNum: 2, qty: 100, px: 999_000, clOrdID: "B")
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])

        // Armed is armed: a restart on the same date does not latch again, and says nothing twice.
        try rig.restart()
        rig.engine.start(nowNs: rig.nowNs)
        #expect(rig.engine.ledger.heldLatches().isEmpty)
        #expect(rig.records().filter { $0.kind == .kill }.count == 1)
    }

    @Test("what is latched is found again as it was latched")
    func held() throws {
        let rig = try EngineRig(venues: 2)
        func kill(_ scope: KillScope, _ code: RiskCode, _ row: UInt16) {
            _ = rig.ask(.kill) {
                $0.scope = scope.rawValue
                $0.detail = UInt32(code.rawValue)
                $0.account = scope == .account ? row : noIndex16
                $0.strategy = scope == .strategy ? row : noIndex16
                $0.instrument = scope == .symbol ? row : noIndex16
                $0.venue = scope == .venue ? UInt8(row) : noIndex8
            }
        }
        let latched: [(KillScope, RiskCode, UInt16)] = [
            (.firm, .ok, 0), (.firm, .reduceOnly, 0), (.account, .lossLimit, 0),
            (.strategy, .ok, 0), (.strategy, .consecutiveRejects, 1), (.symbol, .ok, 1),
            (.symbol, .unknownOrderOnSymbol, 0), (.venue, .ok, 1),
        ]
        for (scope, code, row) in latched { kill(scope, code, row) }
        let held = rig.engine.ledger.heldLatches()
        #expect(
            Set(held.map { "\($0.scope) \($0.code) \($0.row)" })
                == Set(latched.map { "\($0.rawValue) \($1.rawValue) \($2)" })
        )
    }

    @Test("positions and locates are the accounts', and count from the first order on")
    func holdings() throws {
        let rig = try EngineRig { image in
            image.accounts.append(image.accounts[0])
            image.instruments[0].startLocate = 0
            var shares = ImageHolding()
            shares.account = 1
            shares.qty = -250
            shares.px = 1_000_000
            var locate = ImageHolding()
            locate.kind = 1
            locate.qty = 60
            image.holdings = [shares, locate]
        }
        let ledger = rig.engine.ledger.position(account: 1, instrument: 0)
        #expect(ledger.pos == -250)
        #expect(rig.engine.ledger.position(account: 0, instrument: 0).pos == 0)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
        let venue = rig.openVenue()
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        client.enter(refNum: 1, side: .sellShort, qty: 61, px: 1_001_000, clOrdID: "A")
        rig.turns(3)
        #expect(client.messages().map { $0.big16(at: 13) } == [412])
        client.enter(refNum: 2, side: .sellShort, qty: 60, px: 1_001_000, clOrdID: "B")
        rig.turns(3)
        #expect(venue.messages().map { $0.payload[0] } == [UInt8(ascii: "O")])
    }

    @Test("each part's source and checksum stands in the journal, once")
    func files() throws {
        let rig = try EngineRig { image in
            image.dayFiles = (1...4).map { kind in
                var file = ImageDayFile()
                file.kind = UInt8(kind)
                file.rows = 7
                file.checksum = 0xABCD_0000 + UInt64(kind)
                (file.text, file.textLength) = CommandText.make("clearing file\(kind).csv")
                return file
            }
        }
        rig.engine.start(nowNs: rig.nowNs)
        try rig.restart()
        rig.engine.start(nowNs: rig.nowNs)
        let told = rig.records().filter { $0.detail == SessionEvent.dayFile.rawValue }
        #expect(told.map(\.reason) == [1, 2, 3, 4])
        #expect(told.map(\.match) == [0xABCD_0001, 0xABCD_0002, 0xABCD_0003, 0xABCD_0004])
        #expect(told.allSatisfy { $0.kind == .session && $0.value == 7 && $0.rawLength == 18 })
    }
}
