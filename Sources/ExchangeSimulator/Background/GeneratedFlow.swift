package import Vocabulary

/// Seeded background flow: a few symbols whose books fill, move and trade without end.
///
/// Around each symbol's ``MidPath`` it adds, cancels and takes, so that an order at the touch fills
/// within seconds and a marketable one at once. The same seed and times give the same flow.
package final class GeneratedFlow: BackgroundFlow {
    package struct Instrument: Sendable {
        package let symbol: Symbol
        package let mid: Price

        package init(symbol: Symbol, mid: Price) {
            self.symbol = symbol
            self.mid = mid
        }
    }

    private struct Stream {
        let index: Int
        let path: MidPath
        /// Everything added and perhaps still there, to pick cancels from.
        var added: [BookSlot] = []
    }

    private var random: SplitMix64
    private let instruments: [Instrument]
    private let intervalNs: Int64
    private let midSeed: UInt64
    private var streams: [Stream] = []
    package private(set) var nextDue: Int64?

    /// Levels a side is kept filled to, and what a level holds at most.
    private static var levelsMin: Int { 6 }
    private static var depthTicks: Int64 { 10 }
    private static var levelQtyMax: OrderQty { OrderQty(units: 1_500) }
    /// Candidates for cancels remembered a symbol; older ones simply stay until traded.
    private static var addedMax: Int { 4_096 }

    /// `seed` is of this venue's flow; `midSeed` of the mids, the same for venues that quote the same
    /// market; `ratePerSecond` counts events of all symbols together, 1…1 000 000.
    package init(seed: UInt64, midSeed: UInt64 = 1, ratePerSecond: Int, _ instruments: [Instrument])
    {
        invariant(ratePerSecond > 0, "a generated flow has a rate")
        random = SplitMix64(seed: seed)
        self.midSeed = midSeed
        self.instruments = instruments
        intervalNs = 1_000_000_000 / Int64(ratePerSecond)
    }

    package var bringsSystemEvents: Bool { false }

    package var drift: DriftReport? { nil }

    package func start(on floor: TradingFloor, now: Int64) {
        guard !instruments.isEmpty else { return }
        for instrument in instruments {
            guard let index = floor.market.list(instrument.symbol) else { continue }
            let tick = Price(units: instrument.mid.units < 10_000 ? 1 : 100)
            let path = MidPath(
                symbol: instrument.symbol,
                base: instrument.mid,
                tick: tick,
                seed: midSeed
            )
            streams.append(Stream(index: index, path: path))
        }
        for stream in streams.indices {
            for distance in 1...Self.depthTicks {
                for _ in 0..<2 {
                    add(stream, isBuy: true, distance, floor)
                    add(stream, isBuy: false, distance, floor)
                }
            }
        }
        nextDue = streams.isEmpty ? nil : now + intervalNs
    }

    package func step(on floor: TradingFloor) {
        guard let due = nextDue else { return }
        // Between half and one and a half of the mean: steady, but not a comb.
        nextDue = due + intervalNs / 2 + Int64(random.next() % UInt64(intervalNs + 1))
        // A venue that was stopped does not make up for hours.
        if due + 1_000_000_000 < floor.now { nextDue = floor.now + intervalNs }

        // A moved mid is followed everywhere at once; it is what keeps venues uncrossed.
        for stream in streams.indices { sweep(stream, floor) }
        let stream = Int(random.next() % UInt64(streams.count))
        let isBuy = random.next() & 1 == 0
        let book = floor.market.listings[streams[stream].index].book
        let choice = random.next() % 100
        if book.displayedLevelCount(isBuy: isBuy) < Self.levelsMin || choice < 45 {
            add(stream, isBuy: isBuy, distance(), floor)
        } else if choice < 82 {
            cancelOne(stream, floor)
        } else {
            take(stream, isBuy: isBuy, floor)
        }
    }

    // MARK: What it does

    /// 1 tick from the mid most often, up to ``depthTicks``.
    private func distance() -> Int64 {
        var distance: Int64 = 1
        while distance < Self.depthTicks, random.next() % 100 < 62 { distance += 1 }
        return distance
    }

    private func add(_ stream: Int, isBuy: Bool, _ distance: Int64, _ floor: TradingFloor) {
        let (index, path) = (streams[stream].index, streams[stream].path)
        let offset = distance * path.tick.units
        let mid = path.mid(at: floor.now).units
        let price = Price(units: isBuy ? mid - offset : mid + offset)
        guard price > .zero else { return }
        let shown = floor.market.listings[index].book.displayedQty(isBuy: isBuy, price: price)
        guard shown < Self.levelQtyMax else { return }

        let qty = OrderQty(units: Int64(1 + random.next() % 4) * 100)
        // An order of a client may lie between the quotes: then the newcomer trades with it.
        let fills = floor.market.execute(
            Aggressor(isBuy: isBuy, limit: price, qty: qty),
            on: index
        )
        floor.settle(fills)
        let rest = fills.reduce(qty) { $0 - $1.qty }
        guard rest > .zero else { return }
        let slot = floor.market.add(
            BookOrder(
                orderRef: floor.market.nextOrderRef(),
                owner: .background(reference: 0),
                isBuy: isBuy,
                price: price,
                leavesQty: rest
            ),
            to: index
        )
        if streams[stream].added.count < Self.addedMax { streams[stream].added.append(slot) }
    }

    /// Takes a random order of its own away, in part one time in five.
    private func cancelOne(_ stream: Int, _ floor: TradingFloor) {
        let index = streams[stream].index
        while !streams[stream].added.isEmpty {
            let count = streams[stream].added.count
            let pick = Int(random.next() % UInt64(count))
            let slot = streams[stream].added[pick]
            if let order = floor.market.order(index, at: slot) {
                let isPartial = order.leavesQty.units > 100 && random.next() % 5 == 0
                let qty = isPartial ? OrderQty(units: 100) : order.leavesQty
                return floor.market.cancel(index, slot, by: qty)
            }
            streams[stream].added.swapAt(pick, count - 1)
            streams[stream].added.removeLast()
        }
    }

    /// Takes the other side's best, one level deep or two.
    private func take(_ stream: Int, isBuy: Bool, _ floor: TradingFloor) {
        let (index, path) = (streams[stream].index, streams[stream].path)
        guard let best = floor.market.listings[index].book.bestPrice(isBuy: !isBuy) else { return }
        let reach = Int64(random.next() % 2) * path.tick.units
        let limit = Price(units: best.units + (isBuy ? reach : -reach))
        let qty = OrderQty(
            units: Int64(1 + random.next() % 6) * 100 - Int64(random.next() % 2) * 37
        )
        floor.settle(
            floor.market.execute(Aggressor(isBuy: isBuy, limit: limit, qty: qty), on: index)
        )
    }

    /// What the mid has walked past trades, or, if it is background flow, leaves in time.
    private func sweep(_ stream: Int, _ floor: TradingFloor) {
        let (index, path) = (streams[stream].index, streams[stream].path)
        let mid = path.mid(at: floor.now)
        for isBuy in [true, false] {
            while let slot = floor.market.listings[index].book.first(isBuy: isBuy),
                let order = floor.market.order(index, at: slot),
                isBuy ? order.price >= mid : order.price <= mid
            {
                if !order.owner.isPort, random.next() & 1 == 0 {
                    floor.market.cancel(index, slot, by: order.leavesQty)
                    continue
                }
                let aggressor = Aggressor(isBuy: !isBuy, limit: order.price, qty: order.leavesQty)
                floor.settle(floor.market.execute(aggressor, on: index))
            }
        }
    }
}
