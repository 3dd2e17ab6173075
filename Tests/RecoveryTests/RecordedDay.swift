import Crossing
import Glibc
import HotPath
import Vocabulary

/// A seeded day: orders through the real gate, answers as a venue gives them, every record in a real
/// audit ring, and the hash of the state the live ledger ended with.
final class RecordedDay {
    let view: HotImageView
    let region: HotRegion
    private(set) var records = 0
    private(set) var liveHash: UInt64 = 0
    private let folder: String

    /// `lieAt` is the record written with a wrong "after" field, if any.
    /// `ordersMax` sizes the ledger; `sink` sees each record as committed, with its ring slot and,
    /// when `hashes` is set, the live state's hash after it.
    init(
        seed: UInt64,
        steps: Int,
        lieAt: Int = -1,
        ordersMax: UInt32 = 256,
        hashes: Bool = true,
        sink: (AuditRecord, UInt64, UInt64) throws -> Void = { _, _, _ in }
    ) throws {
        var template = Array("/dev/shm/apus-recovery-XXXXXX".utf8CString)
        folder = template.withUnsafeMutableBufferPointer {
            String(cString: mkdtemp($0.baseAddress!))
        }
        chmod(folder, 0o750)
        let image = Self.image(ordersMax: ordersMax)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: image.count, alignment: 64)
        image.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        view = try HotImageView(memory, count: image.count)
        region = try HotRegion.create(
            path: folder + "/hot.shm",
            sizes: HotRegionSizes(
                auditSlots: 16_384,
                telemetrySlots: 64,
                instruments: 1,
                venues: 1,
                clients: 1,
                storeBytes: 65_536,
                storeMessages: 512,
                imageBytes: image.count
            ),
            epoch: 1,
            createdNs: 1
        )
        try run(seed: seed, steps: steps, lieAt: lieAt, hashes: hashes, sink)
    }

    deinit {
        unlink(folder + "/hot.shm")
        rmdir(folder)
    }

    private func run(
        seed: UInt64,
        steps: Int,
        lieAt: Int,
        hashes: Bool,
        _ sink: (AuditRecord, UInt64, UInt64) throws -> Void
    ) throws {
        var random = SplitMix64(seed: seed)
        var ledger = Ledger(LedgerConfig(view))
        var writer = AuditWriter(ring: region.audit, consumer: nil)
        var nowNs: Int64 = 1_000_000_000
        var venueSeq: UInt64 = 0
        var match: UInt64 = 0
        var live: [ClOrdID] = []

        func write(_ made: AuditRecord) throws {
            var record = made
            record.t = nowNs
            _ = ledger.apply(&record)
            if records == lieAt { record.leavesQty = OrderQty(units: record.leavesQty.units + 1) }
            let slot = UInt64(records) * 2
            _ = withUnsafeMutablePointer(to: &record) { writer.append($0, raw: nil) }
            records += 1
            try sink(record, slot, hashes ? ledger.stateHash() : 0)
        }

        for _ in 0..<steps {
            nowNs += Int64.random(in: 1...2_000_000, using: &random)
            if live.count < 6 || Bool.random(using: &random) {
                var intent = OrderIntent()
                intent.venue = 0
                intent.instrument = 0
                intent.account = 0
                intent.strategy = 0
                intent.owner = Owner.operator
                intent.side =
                    Bool.random(using: &random) ? Side.buy.rawValue : Side.sellShort.rawValue
                intent.qty = OrderQty(units: Int64.random(in: 1...100, using: &random))
                // Buys below, sells above: our own orders must not meet.
                let offset = Int64.random(in: 1...50, using: &random) * 100
                intent.px = Price(
                    units: intent.side == 0x42 ? 1_000_000 - offset : 1_000_000 + offset
                )
                var market = MarketView()
                market.refPx = Price(units: 1_000_000)
                market.refTNs = nowNs
                let verdict = ledger.decide(intent, market, .open, nowNs: nowNs)
                guard let approved = verdict.approved else {
                    try write(ledger.makeRefusal(verdict, nowNs: nowNs))
                    continue
                }
                let id = ledger.nextOrderID(epoch: 1, owner: Owner.operator)
                let number = ledger.nextUserRefNum(0)
                try write(ledger.makeNew(approved, orderID: id, userRefNum: number, nowNs: nowNs))
                live.append(id)
            } else {
                let place = Int.random(in: 0..<live.count, using: &random)
                let slot = ledger.find(live[place])
                let order = ledger.order(slot)
                guard order.isLive else {
                    live.remove(at: place)
                    continue
                }
                var record: AuditRecord
                if order.venueOrderRef == 0 {
                    record = ledger.about(slot, kind: .ack, nowNs: nowNs)
                    venueSeq += 1
                    record.venueOrderRef = venueSeq
                } else if Int.random(in: 0..<4, using: &random) == 0 {
                    try write(ledger.makeCancelReq(slot, ceiling: .zero, nowNs: nowNs))
                    record = ledger.about(slot, kind: .canceled, nowNs: nowNs)
                    record.lastQty = order.leavesQty
                    venueSeq += 1
                } else {
                    record = ledger.about(slot, kind: .fill, nowNs: nowNs)
                    record.lastQty = OrderQty(
                        units: Int64.random(in: 1...order.leavesQty.units, using: &random)
                    )
                    record.lastPx = order.px
                    match += 1
                    record.match = match
                    venueSeq += 1
                }
                record.venueSeq = venueSeq
                try write(record)
            }
        }
        liveHash = ledger.stateHash()
    }

    static func image(
        ordersMax: UInt32 = 256,
        lossLimit: Int64 = 1 << 60,
        executionsMax: Int64 = 0,
        header change: (inout ImageHeader) -> Void = { _ in }
    ) -> [UInt8] {
        var writer = HotImageWriter()
        change(&writer.header)
        writer.header.ordersMax = ordersMax
        writer.header.firmMaxGross = 1 << 60
        writer.header.firmMaxOpenOrders = 200
        writer.header.dupWindowNs = 1
        writer.header.dupMax = 1000
        writer.header.rejectsMax = 1000
        writer.header.rejectsWindowNs = 1_000_000
        writer.header.executionsMax = executionsMax
        writer.header.executionsWindowNs = 1 << 50
        var venue = ImageVenue()
        venue.name = Name("V")!
        writer.venues = [venue]
        var instrument = ImageInstrument()
        instrument.symbol = Symbol("AAPL")!
        instrument.tick = 100
        instrument.lot = 1
        instrument.maxOrderQty = 1_000
        instrument.maxOrderNotional = 1 << 50
        instrument.maxRefAgeNs = 1 << 50
        instrument.maxLong = 1 << 40
        instrument.maxShort = 1 << 40
        instrument.maxDayQty = 1 << 40
        instrument.startLocate = 1 << 40
        instrument.priorClose = 1_000_000
        instrument.collarBps = 500
        writer.instruments = [instrument]
        var account = ImageAccount()
        account.name = Name("A")!
        account.maxOpenNotional = 1 << 60
        account.maxGross = 1 << 60
        account.maxNet = 1 << 60
        account.maxDayBuy = 1 << 60
        account.maxDaySell = 1 << 60
        account.maxOpenOrders = 200
        account.lossLimit = 1 << 60
        writer.accounts = [account]
        var strategy = ImageStrategy()
        strategy.name = Name("S")!
        strategy.ratePerS = 1_000_000
        strategy.burst = 1_000_000
        strategy.lossLimit = lossLimit
        writer.strategies = [strategy]
        var client = ImageClient()
        client.user = Symbol("c")!
        writer.clients = [client]
        return writer.bytes()
    }
}
