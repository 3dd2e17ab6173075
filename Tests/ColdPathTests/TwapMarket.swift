import ColdCore
import ExecutionAlgos
import Vocabulary

/// Engine and venue in one, as a TWAP sees them: takes commands in order, refuses what expired,
/// records what it does. With `calm: false` it also fills in pieces, refuses, cancels, dawdles, and
/// kills cold in the middle of everything.
struct TwapMarket {
    private struct Order {
        var leaves: Int64
        var timeInForce: TimeInForce
    }

    private struct Waiting {
        var entry: CommandOutbox.Entry
        var validUntilNs: Int64
    }

    let spec: TwapSpec
    let calm: Bool
    var fills = true
    var quoted = true
    /// The engine takes nothing.
    var stands = false
    var refuseAll: RiskCode?
    private(set) var sent: [ChildOrder] = []
    private(set) var executed: Int64 = 0
    private(set) var overshoots = 0
    private(set) var restarts = 0

    private var random: SplitMix64
    private var algos = ExecutionAlgos(reference: Make.reference)
    private var outbox = CommandOutbox(epoch: 1)
    private var records: [Record] = []
    private var readCount = 0
    private var waiting: [Waiting] = []
    private var orders: [UInt64: Order] = [:]
    private var nextOrder: UInt64 = 1
    private var nextMatch: UInt64 = 1
    private var parent: UInt64 = 0
    private(set) var nowNs: Int64 = 1_000_000_000
    private var busyUntilNs: Int64 = 0

    init(seed: UInt64, spec: TwapSpec, calm: Bool) {
        self.spec = spec
        self.calm = calm
        random = SplitMix64(seed: seed)
        if case .success(let id) = algos.start(spec, uid: 0, nowNs: nowNs, &outbox) { parent = id }
    }

    static var quotes: Quotes {
        var quotes = Quotes(instruments: 2, venues: 2)
        var quote = Quote()
        quote.bidPx = Price(units: 1_500_000)
        quote.askPx = Price(units: 1_500_100)
        quote.usable = true
        quotes[0, 0] = quote
        return quotes
    }

    var stopping: ExecutionAlgos.Stopping.Verb? { algos.stopping[parent]?.verb }
    var twap: Twap? { algos.parents[parent] }

    /// A record of something else than the parent.
    mutating func tell(_ record: Record) { algos.apply(record) }

    mutating func resume() { _ = algos.resume(parent: parent, uid: 0, &outbox) }

    mutating func ask(_ verb: ExecutionAlgos.Stopping.Verb) {
        _ = algos.stop(verb, parent: parent, uid: 0, nowNs: nowNs, &outbox)
    }

    /// Ten milliseconds a step, until the parent is over or the time is reached.
    mutating func run(untilMs: Int64 = 120_000) {
        while nowNs < 1_000_000_000 + untilMs * 1_000_000 {
            nowNs += 10_000_000
            cold()
            engine()
            if !calm, chance(300) { restart() }
            if twap?.state.isOver == true, readCount == records.count { return }
        }
    }

    // MARK: Cold

    private mutating func cold() {
        while readCount < records.count {
            algos.apply(records[readCount])
            readCount += 1
        }
        let world = AlgoWorld(
            nowNs: nowNs,
            drainedNs: nowNs,
            quotes: quoted ? Self.quotes : Quotes(instruments: 2, venues: 2),
            reference: Make.reference
        )
        algos.step(world, &outbox)
        for entry in outbox.take() {
            if !calm, chance(50), case .new = entry.wish {
                algos.notSent(commandID: entry.id)
                continue
            }
            waiting.append(
                Waiting(entry: entry, validUntilNs: nowNs + AlgoWorld.commandValidNs)
            )
        }
    }

    /// kill −9 of cold, and a new one that knows the records and nothing else.
    private mutating func restart() {
        restarts += 1
        algos = ExecutionAlgos(reference: Make.reference)
        for record in records[0..<readCount] { algos.apply(record) }
        outbox = CommandOutbox(epoch: outbox.epoch + 1)
        algos.beQuiet(untilNs: nowNs + AlgoWorld.commandValidNs + AlgoWorld.marginNs)
    }

    // MARK: Engine

    private mutating func engine() {
        // A busy engine takes nothing for a while: commands expire.
        if stands || nowNs < busyUntilNs { return }
        if !calm, chance(30) {
            busyUntilNs = nowNs + Int64.random(in: 0...600, using: &random) * 1_000_000
        }
        while !waiting.isEmpty {
            obey(waiting.removeFirst())
            if !calm, chance(4) { break }
        }
        guard fills else { return }
        for (id, order) in orders.sorted(by: { $0.key < $1.key }) { venue(id, order) }
    }

    private mutating func obey(_ command: Waiting) {
        let id = command.entry.id
        switch command.entry.wish {
        case .latch, .limit: break
        case .algo(let words):
            var record = Make.record(.algo, t: nowNs)
            record.parent = words.parent
            record.commandID = id
            record.raw = Array(words.text.utf8)
            records.append(record)
        case .cancel(let orderID):
            guard let order = orders.removeValue(forKey: orderID.value) else { return }
            records.append(Make.record(.cancelReq, order: orderID.value, t: nowNs))
            records.append(Make.canceled(orderID.value, qty: order.leaves, t: nowNs))
        case .new(let child):
            if nowNs > command.validUntilNs { return refuse(id, .staleCommand) }
            if let refuseAll { return refuse(id, refuseAll) }
            if !calm, chance(10) { return refuse(id, .strategyRate) }
            open(child, id)
        }
    }

    private mutating func refuse(_ command: UInt64, _ code: RiskCode) {
        var record = Make.record(.reject, t: nowNs)
        record.flags = .gate
        record.commandID = command
        record.code = code.rawValue
        record.parent = parent
        records.append(record)
    }

    private mutating func open(_ child: ChildOrder, _ command: UInt64) {
        sent.append(child)
        let live = orders.values.reduce(0) { $0 + $1.leaves }
        if executed + live + child.qty.units > spec.qty.units { overshoots += 1 }
        let id = nextOrder
        nextOrder += 1
        let record = Make.new(
            id,
            qty: child.qty.units,
            px: child.px.units,
            parent: child.parent,
            command: command,
            t: nowNs
        )
        records.append(record)
        if !calm, chance(15) {
            var rejected = Make.record(.reject, order: id, t: nowNs)
            rejected.code = 20
            records.append(rejected)
            return
        }
        records.append(Make.record(.ack, order: id, t: nowNs))
        orders[id] = Order(leaves: child.qty.units, timeInForce: child.timeInForce)
    }

    private mutating func venue(_ id: UInt64, _ order: Order) {
        let immediate = order.timeInForce == .immediateOrCancel
        guard calm || immediate || chance(8) else { return }
        var left = order.leaves
        let qty = calm ? left : Int64.random(in: 0...left, using: &random)
        if qty > 0 {
            left -= qty
            executed += qty
            let match = nextMatch
            nextMatch += 1
            let fill = Make.fill(id, qty: qty, px: 1_500_100, match: match, t: nowNs)
            records.append(fill)
            if !calm, chance(6) {
                var again = fill
                again.flags = .duplicate
                records.append(again)
            }
        }
        if left > 0, immediate || (!calm && chance(10)) {
            records.append(Make.canceled(id, qty: left, t: nowNs))
            left = 0
        }
        orders[id] = left > 0 ? Order(leaves: left, timeInForce: order.timeInForce) : nil
    }

    private mutating func chance(_ oneIn: Int) -> Bool {
        Int.random(in: 0..<oneIn, using: &random) == 0
    }
}
