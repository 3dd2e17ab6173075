import Crossing
import HotPath
import Vocabulary

extension FuzzTarget {
    /// Well-formed nonsense: orders of ours through the gate, and between them whatever a venue could
    /// say of them and of orders nobody sent, in any order, twice, with absurd quantities and prices.
    ///
    /// After every step the sums are those of the live orders, filled + canceled + open is the
    /// total of each, and positions are what was executed; in the end the same records replayed
    /// give the same state.
    static let ledger = FuzzTarget("ledger", lengthMax: 512, seeds: ledgerSeeds) { bytes in
        var day = NonsenseDay()
        var input = FuzzInput(bytes)
        for _ in 0..<96 where !input.isEmpty {
            day.step(&input)
            day.check()
        }
        day.checkReplay()
    }

    @Sendable private static func ledgerSeeds() -> [[UInt8]] {
        // New, accepted, executed, canceled; then every step once.
        let usual: [UInt8] = [0, 0, 6, 100, 8, 0, 9, 0, 6, 60, 11, 0, 6, 40]
        let each: [UInt8] = (UInt8(0)..<24).flatMap { step -> [UInt8] in [step, 0, 6, 7, 6, 9] }
        return [usual, usual + usual, usual + each, each + each]
    }
}

/// A small ledger, its records, and the positions its fills add up to, kept the obvious way.
struct NonsenseDay: ~Copyable {
    var ledger = Ledger(NonsenseDay.config)
    /// As handed to `apply`, and as it was left by it.
    var given: [AuditRecord] = []
    var records: [AuditRecord] = []
    var positions: [Int64] = [0, 0]
    var nowNs: Int64 = 1_000_000_000
    var venueSeq: UInt64 = 0

    /// Two instruments, one account, limits wide: what refuses here is not what is looked for.
    static var config: LedgerConfig {
        var header = ImageHeader()
        header.ordersMax = 8
        header.firmMaxGross = 1 << 60
        header.firmMaxOpenOrders = 8
        var instrument = ImageInstrument()
        instrument.tick = 1
        instrument.lot = 1
        instrument.maxOrderQty = 1 << 30
        instrument.maxOrderNotional = 1 << 60
        instrument.maxRefAgeNs = 1 << 60
        instrument.priorClose = 1_000_000
        instrument.maxLong = 1 << 50
        instrument.maxShort = 1 << 50
        instrument.startLocate = 1 << 50
        var account = ImageAccount()
        account.maxOpenNotional = 1 << 60
        account.maxGross = 1 << 60
        account.maxOpenOrders = 8
        var config = LedgerConfig(header: header)
        config.missingLimitRefuses = false
        config.instruments = [instrument, instrument]
        config.accounts = [account]
        config.strategies = [ImageStrategy()]
        config.venues = [ImageVenue()]
        config.clients = [ImageClient()]
        config.parentsMax = 2
        config.duplicatesMax = 16
        config.fillsMax = 64
        return config
    }

    // MARK: What must hold

    func check() {
        if let broken = ledger.checkInvariants() { law(false, broken.description) }
        for row in 0..<2 {
            let kept = ledger.instrument(UInt16(row)).pos
            law(kept == positions[row], "position of \(row): \(kept), fills say \(positions[row])")
        }
    }

    func checkReplay() {
        var again = Ledger(NonsenseDay.config)
        for record in records {
            var copy = record
            _ = again.apply(&copy)
        }
        if again.stateHash() != ledger.stateHash() { nameFirstDifference() }
    }

    /// Both days once more, side by side: which record made them part.
    private func nameFirstDifference() {
        var live = Ledger(NonsenseDay.config)
        var again = Ledger(NonsenseDay.config)
        for (index, record) in records.enumerated() {
            var (first, second) = (given[index], record)
            let applied = live.apply(&first)
            _ = again.apply(&second)
            law(
                live.stateHash() == again.stateHash(),
                "replay of record \(index), \(applied.outcome), gives another state: \(record)"
            )
        }
        law(false, "replay gives another state, and the records do not say where")
    }

    @discardableResult
    mutating func apply(_ record: AuditRecord) -> Applied {
        var after = record
        let applied = ledger.apply(&after)
        given.append(record)
        records.append(after)
        if applied.outcome == .applied || applied.outcome == .lateFill { move(after) }
        return applied
    }

    private mutating func move(_ record: AuditRecord) {
        guard Int(record.instrument) < positions.count else { return }
        let sign: Int64 = record.side == Side.buy.rawValue ? 1 : -1
        switch record.kind {
        case .fill: positions[Int(record.instrument)] += sign * record.lastQty.units
        case .bust: positions[Int(record.instrument)] -= sign * record.lastQty.units
        case .adjust: positions[Int(record.instrument)] += record.qty.units
        default: break
        }
    }
}
