import Vocabulary

/// One purpose, one stream of numbers: leaving one fault out does not reshuffle the others.
package struct Dice {
    private var random: SplitMix64

    package init(seed: UInt64, _ purpose: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        random = SplitMix64(seed: seed ^ hash)
    }

    package mutating func next() -> UInt64 { random.next() }

    /// 0..<`count`; 0 when there is nothing to choose from.
    package mutating func below(_ count: Int) -> Int {
        count <= 1 ? 0 : Int(random.next() % UInt64(count))
    }

    package mutating func within(_ low: Int64, _ high: Int64) -> Int64 {
        high <= low ? low : low + Int64(random.next() % UInt64(high - low + 1))
    }

    package mutating func chance(perMille: Int) -> Bool { below(1_000) < perMille }

    package mutating func pick<Element>(_ among: [Element]) -> Element { among[below(among.count)] }
}
