import Crossing
import Foundation
import HotPath
import Testing
import Vocabulary
import Wire

/// The real exchange, a session that breaks at each of its messages, whole or in the middle of a
/// packet (semantics.md §2): nothing is lost, sent twice or left unsaid.
@Suite("A venue session that breaks at every message")
struct EngineSessionMatrixTests {
    private static let rounds = 6

    private static func small(_ writer: inout HotImageWriter) {
        writer.header.ordersMax = 128
        writer.header.rejectsMax = 0
        writer.header.ackTimeoutNs = 10_000_000_000
    }

    /// The client's end: what it was told of each number it gave.
    private final class Told {
        var firsts: [UInt32: Int] = [:]
        var left: [UInt32: Int64] = [:]
        var reasons: [UInt32: UInt16] = [:]

        func take(_ message: PeerSocket.Packet) {
            let number = message.big32(at: 9)
            switch message.payload[0] {
            case UInt8(ascii: "A"):
                firsts[number, default: 0] += 1
                left[number] = Int64(message.big32(at: 14))
            case UInt8(ascii: "J"):
                firsts[number, default: 0] += 1
                reasons[number] = message.big16(at: 13)
            case UInt8(ascii: "U"):
                let orig = message.big32(at: 9)
                let new = message.big32(at: 13)
                left[orig] = 0
                left[new] = Int64(message.big32(at: 18))
            case UInt8(ascii: "E"), UInt8(ascii: "C"):
                left[number, default: 0] -= Int64(message.big32(at: 13))
            default: break
            }
        }
    }

    /// About forty messages of the venue: fills, resting orders, partial cancels, replaces, cancels.
    private func run(_ fault: (at: Int, fault: SessionFault, half: Bool)?) throws -> Int {
        let rig = try EngineRig(auditSlots: 8192, storeMessages: 2048, change: Self.small)
        let bridge = BridgedVenue(rig, fault: fault)
        for _ in 0..<Self.rounds { bridge.rest(px: 1_000_000) }
        rig.quote(bid: 999_900, ask: 1_000_100)
        let client = rig.openClient(0, user: "alpha")
        let told = Told()
        var news: [UInt32] = []
        func step() {
            bridge.turns(4)
            for message in client.messages() { told.take(message) }
            if let law = rig.engine.ledger.checkInvariants() { Issue.record("\(law)") }
        }
        for round in 0..<UInt32(Self.rounds) {
            let base = round * 10
            client.enter(refNum: base + 1, qty: 50, px: 1_000_000)
            step()
            client.enter(refNum: base + 2, qty: 30, px: 990_000)
            step()
            client.cancel(refNum: base + 2, ceiling: 10)
            step()
            client.replace(old: base + 2, new: base + 3, qty: 40, px: 991_000)
            step()
            client.cancel(refNum: base + 3)
            client.cancel(refNum: base + 2)
            client.enter(refNum: base + 4, side: .sell, qty: 10, px: 1_010_000)
            step()
            news += [base + 1, base + 2, base + 4]
        }
        for _ in 0..<12 { step() }
        _ = rig.ask(.massCancel)
        for _ in 0..<12 { step() }
        let hasFired = fault == nil || bridge.hasFired
        #expect(hasFired, "the script reaches its message")
        let delivered = bridge.delivered
        let isLost = fault?.fault.losesSession == true
        if isLost {
            #expect(lastSession(rig) == .lost)
            let code = answer(to: 900, rig, client, told, step) ?? 0
            // An owner with an order in doubt waits for that answer first.
            let isShut = [RiskCode.venueSessionDown, .recovering].map(\.rawValue).contains(code)
            #expect(isShut, "\(code) at message \(fault?.at ?? 0), half: \(fault?.half ?? false)")
            try settleByHand(rig)
            for _ in 0..<4 { step() }
        } else {
            let pos = rig.engine.ledger.position(account: 0, instrument: 0).pos
            #expect(pos == bridge.executedShares)
        }
        if fault?.fault == .rolledWhileDown {
            bridge.beginNewSession()
            #expect(rig.ask(.sessionRoll) { $0.venue = 0 }.code == 0)
            for _ in 0..<8 { step() }
        }
        if !isLost || fault?.fault == .rolledWhileDown {
            #expect(lastSession(rig) == .reconciled)
            #expect(answer(to: 901, rig, client, told, step) == 0, "the gate is open")
            client.cancel(refNum: 901)
            for _ in 0..<4 { step() }
        }
        for number in news {
            #expect(told.firsts[number] == 1, "number \(number) is answered once")
        }
        #expect(rig.engine.ledger.counters.unknownOrders == 0)
        #expect(Set(bridge.sentNumbers).count == bridge.sentNumbers.count, "none is sent twice")
        #expect(rig.engine.ledger.liveCount == 0)
        #expect(told.left.values.allSatisfy { $0 == 0 }, "filled + canceled = total: \(told.left)")
        #expect(rig.engine.ledger.account(0).openNotional == 0)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
        return delivered
    }

    /// The last word on our session with the venue.
    private func lastSession(_ rig: EngineRig) -> SessionEvent? {
        let last = rig.records().last { record in
            record.kind == .session && record.venue == 0 && record.detail != 0
                && record.detail != SessionEvent.replayed.rawValue
                && record.detail != SessionEvent.feedUp.rawValue
        }
        return last.flatMap { SessionEvent(rawValue: $0.detail) }
    }

    /// A new order of that number: 0 if the venue has it, else the reason of its `J`; nil unsaid.
    private func answer(
        to number: UInt32,
        _ rig: EngineRig,
        _ client: PeerSocket,
        _ told: Told,
        _ step: () -> Void
    ) -> UInt16? {
        rig.quote(bid: 999_900, ask: 1_000_100)
        client.enter(refNum: number, qty: 10, px: 980_000)
        for _ in 0..<2 { step() }
        return told.reasons[number] ?? (told.left[number] == 10 ? 0 : nil)
    }

    /// A person reads the venue's statement: whatever is open is gone.
    private func settleByHand(_ rig: EngineRig) throws {
        var live: [ClOrdID] = []
        var cursor = rig.engine.ledger.walk(.firm)
        while true {
            let slot = rig.engine.ledger.next(&cursor)
            if slot.isNone { break }
            live.append(rig.engine.ledger.order(slot).orderID)
        }
        for orderID in live {
            let reply = rig.ask(.resolve) { command in
                command.orderID = orderID
                command.detail = UInt32(OrdStatus.canceled.rawValue)
            }
            #expect(reply.code == 0)
        }
    }

    @Test("unbroken: the script brings at least forty messages, and every law holds")
    func unbroken() throws {
        #expect(try run(nil) >= 40)
    }

    @Test("at every message, whole and half", arguments: SessionFault.allCases)
    func everyMessage(fault: SessionFault) throws {
        let count = try run(nil)
        var cases = 0
        for index in 0..<count {
            for half in [false, true] {
                _ = try run((at: index, fault: fault, half: half))
                cases += 1
            }
        }
        print("matrix: \(fault) at \(count) messages, whole and half: \(cases) days")
    }

    /// Each order in turn is recorded and never leaves the process: new ones that rest, that would
    /// take, and replaces, with fills and a resting order under way.
    @Test("a crash between record and submit at each of 1 000 orders: proved, released, answered")
    func recordedNotSent() throws {
        let count = 1000
        let rig = try EngineRig(auditSlots: 131_072, change: Self.small)
        let bridge = BridgedVenue(rig)
        let told = Told()
        var clientNext: UInt64 = 1
        func hear(_ client: PeerSocket) {
            let messages = client.messages()
            clientNext += UInt64(messages.count)
            for message in messages { told.take(message) }
        }
        for number in 0..<UInt32(count) {
            rig.quote(bid: 999_900, ask: 1_000_100)
            if number % 50 == 0 { bridge.rest(px: 1_000_000) }
            let client = rig.openClient(0, user: "alpha", sequence: clientNext)
            let (rests, takes, lost) = (number * 3 + 1, number * 3 + 2, number * 3 + 3)
            client.enter(refNum: rests, qty: 20, px: 990_000)
            client.enter(refNum: takes, qty: 7, px: 1_000_000)
            bridge.turns(3)
            bridge.losesOrders = true
            let before = bridge.ordersLost
            switch number % 3 {
            case 0: client.enter(refNum: lost, qty: 30, px: 991_000)
            case 1: client.enter(refNum: lost, qty: 30, px: 1_000_000, tif: .immediateOrCancel)
            default: client.replace(old: rests, new: lost, qty: 40, px: 991_000)
            }
            bridge.turns(2)
            #expect(bridge.ordersLost == before + 1)
            hear(client)

            try rig.restart()
            bridge.engineDied()
            bridge.losesOrders = false
            bridge.turns(8)
            rig.quote(bid: 999_900, ask: 1_000_100)
            let again = rig.openClient(0, user: "alpha", sequence: clientNext)
            bridge.turns(2)
            hear(again)
            if number % 3 < 2 {
                #expect(told.firsts[lost] == 1 && told.reasons[lost] != nil, "order \(lost)")
            } else {
                // The order's end ends the chain, as at a venue: its replace has no answer of its own.
                #expect(told.firsts[lost] == nil, "replace \(lost)")
            }
            // The venue canceled what rested; all of it is told.
            #expect(told.left[rests] == 0 && told.left[takes] == 0)
            let ledger = rig.exposure()
            #expect(ledger == .init(pos: bridge.executedShares), "order \(lost)")
            rig.hangUp(slot: SlotMap.firstClient)
        }
        #expect(bridge.executedShares == Int64(count) * 7)
        #expect(Set(bridge.sentNumbers).count == bridge.sentNumbers.count)
        #expect(bridge.ordersLost == count)
        #expect(try rig.replayedHash() == rig.engine.ledger.stateHash())
        print("orders: \(count) crashes between record and submit, each proved and answered")
    }
}

extension EngineRig {
    /// All that live orders hold, and the position.
    struct Exposure: Equatable {
        var pos: Int64 = 0
        var live = 0
        var unknown = 0
        var openNotional: Int64 = 0
        var reservedDayBuy: Int64 = 0
        var reservedDaySell: Int64 = 0
    }

    fileprivate func exposure() -> Exposure {
        let account = engine.ledger.account(0)
        return Exposure(
            pos: engine.ledger.position(account: 0, instrument: 0).pos,
            live: Int(engine.ledger.liveCount),
            unknown: Int(engine.ledger.counters.unknownOrders),
            openNotional: account.openNotional,
            reservedDayBuy: account.reservedDayBuy,
            reservedDaySell: account.reservedDaySell
        )
    }
}
