import HotPath
import Testing
import Vocabulary

@Suite("Where orders are kept")
struct OrderTablesTests {
    @Test("an order fills whole cache lines, its hot numbers the first two")
    func layout() {
        #expect(MemoryLayout<Order>.stride == 256)
        #expect(MemoryLayout<Order>.offset(of: \.resvDay) == 64)
        #expect(MemoryLayout<Order>.offset(of: \.sentNs) == 128)
        #expect(MemoryLayout<Order>.offset(of: \.liveNext) == 192)
        #expect(MemoryLayout<OrderSlot>.size == 8)
    }

    @Test(
        "an index answers as a dictionary does, through insertions and removals",
        arguments: 1...8
    )
    func index(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var index = OrderIndex(entriesMax: 200)
        var model: [UInt64: UInt32] = [:]
        for step in 0..<20_000 {
            // A narrow range of keys with a common stride, so that probes collide.
            let key = UInt64.random(in: 1...256, using: &random) << 40
            if Bool.random(using: &random), model.count < 200 {
                index.insert(key, UInt32(step))
                model[key] = UInt32(step)
            } else if let value = model[key] {
                index.remove(key, of: value &+ 1)
                #expect(index.find(key) == value)
                index.remove(key, of: value)
                model[key] = nil
            }
            #expect(index.find(key) == model[key] ?? 0xFFFF_FFFF, "seed \(seed) step \(step)")
        }
        #expect(index.count == model.count)
        for (key, value) in model { #expect(index.find(key) == value) }
    }

    @Test("number 0 is nobody's")
    func zero() {
        var index = OrderIndex(entriesMax: 4)
        index.insert(0, 1)
        #expect(index.find(0) == 0xFFFF_FFFF)
        #expect(OrderIndex.key(space: 3, refNum: 0) == 0)
        #expect(OrderIndex.key(space: 0, refNum: 1) != OrderIndex.key(space: 1, refNum: 1))
    }
}
