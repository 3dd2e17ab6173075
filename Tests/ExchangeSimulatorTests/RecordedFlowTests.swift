import ExchangeSimulator
import Testing
import Vocabulary
import Wire

/// semantics: the counterfactual. Each test names its rule; expected values are worked out by hand.
@Suite("Recorded flow, with our orders in the way")
final class RecordedFlowTests {
    private var held: [UnsafeMutableRawBufferPointer] = []

    deinit { for buffer in held { buffer.deallocate() } }

    /// A desk whose venue plays `recording`, one message a millisecond; none is played yet.
    private func desk(_ build: (inout Recording) -> Void) -> Desk {
        var recording = Recording()
        build(&recording)
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: recording.bytes.count,
            alignment: 8
        )
        buffer.copyBytes(from: recording.bytes)
        held.append(buffer)
        return Desk(flow: RecordedFlow(UnsafeRawBufferPointer(buffer), speed: 1))
    }

    /// Plays the next `count` messages. The first is due at once, the others a millisecond apart.
    private func play(_ count: Int, _ desk: Desk, first: Bool = false) {
        desk.wait(Int64(first ? count - 1 : count) * 1_000_000)
    }

    private func levels(_ desk: Desk, isBuy: Bool) -> [[Int64]] {
        desk.displayed(isBuy: isBuy).map { [$0.price.units, $0.qty.units] }
    }

    @Test("without us is the recorded book, and nothing is altered")
    func untouched() throws {
        let desk = desk {
            $0.add(1, "B", 100, at: 1_000_000)
            $0.add(2, "B", 100, at: 1_000_000)
            $0.execute(1, 100)
            $0.cancel(2, 40)
            $0.replace(2, by: 3, 70, at: 999_900)
        }
        play(5, desk, first: true)
        #expect(levels(desk, isBuy: true) == [[999_900, 70]])
        #expect(desk.venue.drift?.altered == 0)
        #expect(desk.venue.drift?.events == 5)
    }

    @Test("an order of ours last in the queue fills only after those ahead of it")
    func lastInQueue() throws {
        let desk = desk {
            $0.add(1, "B", 100, at: 1_000_000)
            $0.execute(1, 60)
            $0.execute(1, 40)
            $0.add(2, "B", 100, at: 1_000_000)
            $0.execute(2, 30)
        }
        play(1, desk, first: true)
        let hot = try desk.client()
        try desk.send(Desk.enter(1, "B", 100), on: hot)
        play(2, desk)
        #expect(try desk.heard(on: hot) == [])
        play(2, desk)
        // The recorded aggressor of 30 finds us ahead of 2.
        #expect(try desk.heard(on: hot) == [.executed(1, qty: 30, px: 1_000_000, flag: "A")])
        #expect(levels(desk, isBuy: true) == [[1_000_000, 170]])
    }

    @Test("a better price of ours is hit first, at our price; what it spares stays")
    func betterPrice() throws {
        let desk = desk {
            $0.add(1, "B", 100, at: 1_000_000)
            $0.execute(1, 80)
        }
        play(1, desk, first: true)
        let hot = try desk.client()
        try desk.send(Desk.enter(1, "B", 50, at: 1_000_100), on: hot)
        play(1, desk)
        #expect(try desk.heard(on: hot) == [.executed(1, qty: 50, px: 1_000_100, flag: "A")])
        // 80 recorded, 50 of them went to us: 30 off the recorded order, 70 left instead of 20.
        #expect(levels(desk, isBuy: true) == [[1_000_000, 70]])
        #expect(desk.venue.drift?.altered == 1)
    }

    @Test("executions of one time and tracking number are one aggressor")
    func joined() throws {
        let desk = desk {
            $0.add(1, "S", 100, at: 1_000_000)
            $0.add(2, "S", 100, at: 1_000_100)
            $0.execute(1, 100)
            $0.execute(2, 100, sameEvent: true)
        }
        play(2, desk, first: true)
        let hot = try desk.client()
        // We take all of 1. The aggressor of 200 up to 1 000 100 then finds 2 only.
        try desk.send(Desk.enter(1, "B", 100, at: 1_000_000, tif: "3"), on: hot)
        play(1, desk)
        #expect(levels(desk, isBuy: false).isEmpty)
        #expect(desk.venue.drift?.droppedQty == OrderQty(units: 100))
    }

    @Test("a recorded order that crosses ours trades with it first, the rest waits")
    func crossingAdd() throws {
        let desk = desk {
            $0.add(1, "B", 100, at: 990_000)
            $0.add(2, "S", 150, at: 1_000_000)
        }
        play(1, desk, first: true)
        let hot = try desk.client()
        try desk.send(Desk.enter(1, "B", 100, at: 1_000_000), on: hot)
        play(1, desk)
        #expect(try desk.heard(on: hot) == [.executed(1, qty: 100, px: 1_000_000, flag: "A")])
        #expect(levels(desk, isBuy: false) == [[1_000_000, 50]])
    }

    @Test("what we took is gone: a later E takes the next in the queue")
    func takenThenExecuted() throws {
        let desk = desk {
            $0.add(1, "S", 100, at: 1_000_000)
            $0.add(2, "S", 100, at: 1_000_000)
            $0.execute(1, 100)
            $0.execute(2, 100)
        }
        play(2, desk, first: true)
        let hot = try desk.client()
        try desk.send(Desk.enter(1, "B", 100, tif: "3"), on: hot)
        play(1, desk)
        #expect(levels(desk, isBuy: false).isEmpty)
        play(1, desk)
        #expect(desk.venue.drift?.droppedQty == OrderQty(units: 100))
        desk.venue.floor.checkInvariants()
    }

    @Test("what we took is gone: X and D are clipped")
    func clipped() throws {
        let desk = desk {
            $0.add(1, "S", 100, at: 1_000_000)
            $0.add(2, "S", 100, at: 1_000_100)
            $0.cancel(1, 60)
            $0.delete(1)
            $0.delete(2)
        }
        play(2, desk, first: true)
        let hot = try desk.client()
        try desk.send(Desk.enter(1, "B", 70, tif: "3"), on: hot)
        play(1, desk)
        #expect(levels(desk, isBuy: false) == [[1_000_100, 100]])
        #expect(desk.venue.drift?.clippedQty == OrderQty(units: 30))
        play(2, desk)
        #expect(levels(desk, isBuy: false).isEmpty)
        #expect(desk.venue.drift?.clippedQty == OrderQty(units: 70))
    }

    @Test("U comes back with the recorded size minus what we took")
    func replaced() throws {
        let desk = desk {
            $0.add(1, "S", 100, at: 1_000_000)
            $0.replace(1, by: 2, 250, at: 1_000_100)
            $0.replace(2, by: 3, 20, at: 1_000_200)
            $0.delete(3)
        }
        play(1, desk, first: true)
        let hot = try desk.client()
        try desk.send(Desk.enter(1, "B", 30, tif: "3"), on: hot)
        play(1, desk)
        #expect(levels(desk, isBuy: false) == [[1_000_100, 220]])
        play(1, desk)
        // 20 recorded, 30 of its past are ours: nothing comes back.
        #expect(levels(desk, isBuy: false).isEmpty)
        play(1, desk)
        #expect(levels(desk, isBuy: false).isEmpty)
        desk.venue.floor.checkInvariants()
    }

    @Test("U after we took everything: only what it grew by comes back")
    func replacedAfterTaken() throws {
        let desk = desk {
            $0.add(1, "S", 100, at: 1_000_000)
            $0.replace(1, by: 2, 250, at: 1_000_100)
        }
        play(1, desk, first: true)
        let hot = try desk.client()
        try desk.send(Desk.enter(1, "B", 100, tif: "3"), on: hot)
        play(1, desk)
        #expect(levels(desk, isBuy: false) == [[1_000_100, 150]])
    }

    @Test("P fills us only strictly through its price")
    func prints() throws {
        let desk = desk {
            $0.add(1, "B", 100, at: 990_000)
            $0.print(60, at: 1_000_000)
            $0.print(60, at: 999_900)
        }
        play(1, desk, first: true)
        let hot = try desk.client()
        try desk.send(Desk.enter(1, "B", 50, at: 1_000_000), on: hot)
        play(1, desk)
        #expect(try desk.heard(on: hot) == [])
        play(1, desk)
        #expect(try desk.heard(on: hot) == [.executed(1, qty: 50, px: 1_000_000, flag: "A")])
    }

    @Test("what only we kept alive is first in line for the next aggressor")
    func survivors() throws {
        let desk = desk {
            $0.add(1, "B", 100, at: 1_000_000)
            $0.execute(1, 100)
            $0.add(2, "B", 100, at: 1_000_000)
            $0.execute(2, 100)
            $0.add(3, "S", 40, at: 1_000_000)
        }
        play(1, desk, first: true)
        let hot = try desk.client()
        try desk.send(Desk.enter(1, "B", 100, at: 1_000_100), on: hot)
        play(1, desk)
        #expect(levels(desk, isBuy: true) == [[1_000_000, 100]])
        play(2, desk)
        // 1 is taken in place of 2, which now survives the recording.
        #expect(levels(desk, isBuy: true) == [[1_000_000, 100]])
        play(1, desk)
        // A seller the recording let rest meets it.
        #expect(levels(desk, isBuy: true) == [[1_000_000, 60]])
        #expect(levels(desk, isBuy: false).isEmpty)
    }

    @Test(
        "taking levels at random and playing to the end leaves nothing negative or risen",
        arguments: UInt64(1)...24
    )
    func anyDay(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var day = DayMaker(seed: seed)
        let desk = desk { recording in day.make(600, &recording) }
        let hot = try desk.client()
        for ref in UInt32(1)...200 {
            play(3, desk)
            let side: Character = Bool.random(using: &random) ? "B" : "S"
            let px = Int64.random(in: 9_990...10_010, using: &random) * 100
            let tif: Character = Bool.random(using: &random) ? "3" : "0"
            try desk.send(Desk.enter(ref, side, 150, at: px, tif: tif), on: hot)
            if random.next() % 3 == 0 { try desk.send(Desk.cancel(ref), on: hot) }
            desk.venue.floor.checkInvariants()
        }
        play(600, desk)
        try desk.send(Desk.massCancel(1_000), on: hot)

        var shadow = ShadowBook()
        for message in desk.venue.mold.messages { shadow.apply(message) }
        #expect(shadow.errors.isEmpty, "seed \(seed)")
        for isBuy in [true, false] {
            #expect(shadow.levels(isBuy: isBuy) == levels(desk, isBuy: isBuy), "seed \(seed)")
        }
    }

    @Test("nobody trading: any recorded day ends as recorded", arguments: UInt64(1)...24)
    func plain(seed: UInt64) throws {
        var day = DayMaker(seed: seed)
        var plain = ShadowBook()
        let desk = desk { recording in
            day.make(600, &recording)
            for message in BinaryFileMessages(recording.bytes) { plain.apply(message) }
        }
        play(700, desk)
        for isBuy in [true, false] {
            #expect(
                levels(desk, isBuy: isBuy) == plain.levels(isBuy: isBuy, locate: 13),
                "seed \(seed)"
            )
        }
        #expect(desk.venue.drift?.altered == 0)
    }
}

/// A random recorded day that is true to itself: no reference unknown, no order over-executed, the
/// head of the best level hit first, never crossed.
struct DayMaker {
    private struct Order {
        let ref: UInt64
        let isBuy: Bool
        var qty: Int64
        let px: Int64
    }

    private var random: SplitMix64
    private var orders: [Order] = []
    private var lastRef: UInt64 = 0

    init(seed: UInt64) { random = SplitMix64(seed: seed &* 7_919) }

    mutating func make(_ count: Int, _ recording: inout Recording) {
        for _ in 0..<count {
            switch random.next() % 10 {
            case 0..<5: add(&recording)
            case 5, 6: execute(&recording)
            case 7:
                withAny(&recording) { order, recording in
                    let qty = max(1, order.qty / 2)
                    guard qty < order.qty else { return }
                    recording.cancel(order.ref, qty)
                    order.qty -= qty
                }
            case 8:
                withAny(&recording) { order, recording in
                    recording.delete(order.ref)
                    order.qty = 0
                }
            default: replace(&recording)
            }
            orders.removeAll { $0.qty == 0 }
        }
    }

    private func best(isBuy: Bool) -> Int64? {
        let prices = orders.filter { $0.isBuy == isBuy }.map(\.px)
        return isBuy ? prices.max() : prices.min()
    }

    private mutating func price(isBuy: Bool) -> Int64 {
        let px = Int64.random(in: 9_990...10_010, using: &random) * 100
        guard let contra = best(isBuy: !isBuy) else { return px }
        return isBuy ? min(px, contra - 100) : max(px, contra + 100)
    }

    private mutating func add(_ recording: inout Recording) {
        let isBuy = Bool.random(using: &random)
        lastRef += 1
        let qty = Int64.random(in: 1...300, using: &random)
        let order = Order(ref: lastRef, isBuy: isBuy, qty: qty, px: price(isBuy: isBuy))
        recording.add(order.ref, isBuy ? "B" : "S", qty, at: order.px)
        orders.append(order)
    }

    private mutating func execute(_ recording: inout Recording) {
        let isBuy = Bool.random(using: &random)
        guard let px = best(isBuy: isBuy) else { return }
        guard let head = orders.firstIndex(where: { $0.isBuy == isBuy && $0.px == px }) else {
            return
        }
        let qty = Int64.random(in: 1...orders[head].qty, using: &random)
        recording.execute(orders[head].ref, qty)
        orders[head].qty -= qty
    }

    private mutating func replace(_ recording: inout Recording) {
        guard !orders.isEmpty else { return }
        let old = orders.remove(at: Int.random(in: orders.indices, using: &random))
        lastRef += 1
        let qty = Int64.random(in: 1...300, using: &random)
        let order = Order(ref: lastRef, isBuy: old.isBuy, qty: qty, px: price(isBuy: old.isBuy))
        recording.replace(old.ref, by: order.ref, qty, at: order.px)
        orders.append(order)
    }

    private mutating func withAny(
        _ recording: inout Recording,
        _ body: (inout Order, inout Recording) -> Void
    ) {
        guard !orders.isEmpty else { return }
        let index = Int.random(in: orders.indices, using: &random)
        body(&orders[index], &recording)
    }
}

/// The messages of BinaryFILE bytes.
struct BinaryFileMessages: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> [UInt8]? {
        guard offset + 2 <= bytes.count else { return nil }
        let length = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
        defer { offset += 2 + length }
        return Array(bytes[(offset + 2)..<(offset + 2 + length)])
    }
}
