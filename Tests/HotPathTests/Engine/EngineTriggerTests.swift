import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// A trigger buys by itself: whoever set it must be able to see it, and to stop it by what he says of
/// orders (semantics.md §3.5).
@Suite("The engine's triggers")
struct EngineTriggerTests {
    private func set(_ rig: EngineRig, _ change: (inout Command) -> Void = { _ in }) -> CommandReply
    {
        rig.ask(.trigger) { command in
            command.instrument = 0
            command.account = 0
            command.strategy = 0
            command.side = Side.buy.rawValue
            command.qty = OrderQty(units: 700)
            command.px = Price(units: 999_950)
            change(&command)
        }
    }

    private func standing(_ rig: EngineRig, from row: Int64 = 0) -> [OrderLine] {
        while rig.mailbox.nextOrderLine() != nil {}
        _ = rig.ask(.ping) {
            $0.detail = Mailbox.pingTriggers
            $0.value = row
        }
        var lines: [OrderLine] = []
        while let line = rig.mailbox.nextOrderLine() { lines.append(line) }
        #expect(lines.last?.isEnd == 1)
        #expect(lines.last?.instrument == noIndex16, "all of them fit")
        return lines.dropLast()
    }

    @Test("those that stand are told with what is left of them, from any row on, and only those")
    func told() throws {
        let rig = try EngineRig()
        _ = rig.openVenue()
        rig.quote(bid: 999_800, ask: 1_000_100)
        #expect(standing(rig).isEmpty)
        #expect(set(rig).code == 0)
        let other = set(rig) {
            $0.instrument = 1
            $0.strategy = 1
            $0.side = Side.sell.rawValue
            $0.qty = OrderQty(units: 50)
            $0.px = Price(units: 2_000_000)
        }
        #expect(other.code == 0)
        rig.quote(bid: 999_700, ask: 999_900)
        let lines = standing(rig)
        #expect(lines.map(\.instrument) == [0, 1])
        #expect(lines.map(\.side) == Array("BS".utf8))
        #expect(lines.map(\.leavesQty.units) == [200, 50], "500 displayed were taken of the 700")
        #expect(lines.map(\.px.units) == [999_950, 2_000_000])
        #expect(lines.map(\.account) == [0, 0])
        #expect(lines.map(\.strategy) == [0, 1])
        #expect(standing(rig, from: 1).map(\.instrument) == [1])
        // Whatever somebody asks: an answer, never a trap.
        for row: Int64 in [.max, 2, 1 << 40] { #expect(standing(rig, from: row).isEmpty) }
        #expect(standing(rig, from: .min).count == 2)
        #expect(rig.ask(.clearTrigger) { $0.instrument = 1 }.value == 50)
        #expect(standing(rig).map(\.instrument) == [0])
    }

    @Test("set and cleared answer what the one before had still to take: nothing where none stood")
    func former() throws {
        let rig = try EngineRig()
        #expect(rig.ask(.clearTrigger) { $0.instrument = 0 }.value == 0)
        #expect(set(rig).value == 0)
        #expect(set(rig) { $0.qty = OrderQty(units: 30) }.value == 700)
        #expect(rig.ask(.clearTrigger) { $0.instrument = 0 }.value == 30)
        #expect(rig.ask(.clearTrigger) { $0.instrument = 0 }.value == 0)
    }

    struct Scope: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let isIts: Bool
        let narrow: @Sendable (inout Command) -> Void

        init(_ name: String, _ isIts: Bool, _ narrow: @escaping @Sendable (inout Command) -> Void) {
            (testDescription, self.isIts, self.narrow) = (name, isIts, narrow)
        }
    }

    @Test(
        "a mass cancel by command ends the triggers its filters take, here and after a restart",
        arguments: [
            Scope("of everything", true) { _ in },
            Scope("of its account", true) { $0.account = 0 },
            Scope("of another account", false) { $0.account = 1 },
            Scope("of its strategy", true) { $0.strategy = 0 },
            Scope("of another strategy", false) { $0.strategy = 1 },
            Scope("of its symbol", true) { $0.instrument = 0 },
            Scope("of another symbol", false) { $0.instrument = 1 },
            Scope("of buys", true) { $0.side = Side.buy.rawValue },
            Scope("of sells", false) { $0.side = Side.sell.rawValue },
            Scope("of short sales", false) { $0.side = Side.sellShort.rawValue },
            Scope("of its symbol's sells", false) {
                $0.instrument = 0
                $0.side = Side.sell.rawValue
            },
            Scope("at a venue", false) { $0.venue = 0 },
        ],
        [false, true]
    )
    func massCancel(scope: Scope, restarts: Bool) throws {
        let rig = try EngineRig()
        var venue = rig.openVenue()
        rig.quote(bid: 999_800, ask: 1_000_100)
        #expect(set(rig).code == 0)
        let answer = rig.ask(.massCancel) { scope.narrow(&$0) }
        #expect(answer.code == 0)
        #expect(answer.triggersEnded == (scope.isIts ? 1 : 0))
        let record = try #require(rig.records().last { $0.kind == .operator })
        #expect(record.detail == UInt32(Command.Kind.massCancel.rawValue))
        if restarts {
            try rig.restart()
            venue = rig.openVenueAgain()
            rig.quote(bid: 999_800, ask: 1_000_100)
        }
        _ = venue.messages()
        #expect(standing(rig).count == (scope.isIts ? 0 : 1))
        rig.quote(bid: 999_700, ask: 999_900)
        #expect(venue.messages().isEmpty == scope.isIts)
    }

    @Test("a sell's trigger ends with every sell, a short sale's by its own mark too")
    func marks() throws {
        for (side, filter, isIts) in [
            (Side.sell, Side.sell, true), (.sellShort, .sell, true), (.sellShort, .sellShort, true),
            (.sell, .sellShort, false), (.sell, .buy, false),
        ] {
            let rig = try EngineRig()
            let answer = set(rig) {
                $0.side = side.rawValue
                $0.px = Price(units: 2_000_000)
            }
            #expect(answer.code == 0)
            let ended = rig.ask(.massCancel) { $0.side = filter.rawValue }.triggersEnded
            #expect(ended == (isIts ? 1 : 0), "\(side) by \(filter)")
        }
    }

    @Test("a client's own mass cancel, and its leaving, end no operator's trigger")
    func client() throws {
        let rig = try EngineRig { writer in
            for index in writer.clients.indices { writer.clients[index].cancelOnDisconnect = 3 }
        }
        let venue = rig.openVenue()
        rig.quote(bid: 999_800, ask: 1_000_100)
        // Of the strategy the client trades for, too.
        #expect(set(rig) { $0.strategy = 1 }.code == 0)
        let alpha = rig.openClient(0, user: "alpha")
        alpha.enter(refNum: 1, qty: 100, px: 990_000)
        rig.turns(3)
        venue.accept(try #require(venue.messages().first), reference: 1)
        rig.turns(2)
        alpha.massCancel(refNum: 2)
        rig.turns(3)
        #expect(venue.messages().contains { $0.payload[0] == UInt8(ascii: "X") })
        rig.hangUp(slot: SlotMap.firstClient)
        #expect(standing(rig).count == 1)
        try rig.restart()
        #expect(standing(rig).count == 1)
    }

    @Test("a kill says how many it ended")
    func killed() throws {
        let rig = try EngineRig()
        #expect(set(rig).code == 0)
        #expect(rig.ask(.kill).triggersEnded == 1)
        #expect(standing(rig).isEmpty)
    }

    @Test("one kept over a change of configuration trades no symbol its strategy no longer may")
    func forbidden() throws {
        let before = try EngineRig()
        #expect(set(before).code == 0)
        let rig = try EngineRig(replaying: before.records()) {
            $0.strategies[0].allSymbols = 0
        }
        #expect(standing(rig).count == 1)
        let venue = rig.openVenue()
        rig.quote(bid: 999_800, ask: 1_000_100)
        rig.quote(bid: 999_700, ask: 999_900)
        #expect(venue.messages().isEmpty)
        #expect(rig.records().last { $0.kind == .reject }?.code == RiskCode.notPermitted.rawValue)
        #expect(standing(rig).isEmpty, "refused, it ends")
    }
}
