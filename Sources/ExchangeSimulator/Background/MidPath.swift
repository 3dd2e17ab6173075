package import Vocabulary

/// Where a generated symbol's mid is at any time: a bounded random path that needs no state.
///
/// Random numbers on two coarse time grids, joined by straight lines. It is a function of symbol,
/// seed and time alone, so venues that share the seed share the mid and do not cross each other,
/// whenever each was started.
package struct MidPath: Sendable {
    package let base: Price
    package let tick: Price
    private let seed: UInt64

    /// Wanders around `base`, at most 9 `tick`s away.
    package init(symbol: Symbol, base: Price, tick: Price, seed: UInt64) {
        self.base = base
        self.tick = tick
        var random = SplitMix64(seed: seed ^ symbol.raw)
        self.seed = random.next()
    }

    package func mid(at unixNs: Int64) -> Price {
        let thousandths =
            wave(unixNs, periodNs: 8_000_000_000, ticks: 6, salt: 1)
            + wave(unixNs, periodNs: 3_000_000_000, ticks: 3, salt: 2)
        // Rounded once, and always down, so that two small steps never make a large one.
        let ticks = (thousandths + 9_000) / 1_000 - 9
        return Price(units: base.units + ticks * tick.units)
    }

    /// In thousandths of a tick.
    private func wave(_ t: Int64, periodNs: Int64, ticks: Int64, salt: UInt64) -> Int64 {
        let cell = t / periodNs
        let into = t % periodNs
        let from = value(cell, ticks, salt)
        let to = value(cell + 1, ticks, salt)
        return from * 1_000 + (to - from) * 1_000 * into / periodNs
    }

    /// The random number of a grid point, in −ticks…ticks.
    private func value(_ cell: Int64, _ ticks: Int64, _ salt: UInt64) -> Int64 {
        let mixed = seed &+ UInt64(bitPattern: cell) &* 0x9E37_79B9_7F4A_7C15 &+ salt
        var random = SplitMix64(seed: mixed)
        return Int64(random.next() % UInt64(2 * ticks + 1)) - ticks
    }
}
