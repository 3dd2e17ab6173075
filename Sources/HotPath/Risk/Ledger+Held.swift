package import Crossing
import Vocabulary

extension Ledger {
    /// Everything that is latched now, as the `kill` records that would latch it again: what a roll
    /// carries into the next date (risk-controls.md, principle 6). Cold; allocates.
    ///
    /// A symbol blocked by an incident counts as killed: only a person lets go of either.
    package func heldLatches() -> [ImageLatch] {
        var held: [ImageLatch] = []
        add(firm.latches, .firm, 0, &held)
        for row in 0..<accountCount { add(accounts[row].latches, .account, row, &held) }
        for row in 0..<strategyCount { add(strategies[row].latches, .strategy, row, &held) }
        for row in 0..<instruments.count {
            let state = instruments[row]
            if state.killed || state.blocked { add(RiskCode.ok, .symbol, row, &held) }
            if state.reduceOnly { add(RiskCode.reduceOnly, .symbol, row, &held) }
            if state.breakOpen { add(RiskCode.unknownOrderOnSymbol, .symbol, row, &held) }
        }
        for row in 0..<venues.count where venues[row].killed {
            add(RiskCode.ok, .venue, row, &held)
        }
        return held
    }

    private func add(
        _ latches: Latches,
        _ scope: KillScope,
        _ row: Int,
        _ held: inout [ImageLatch]
    ) {
        if latches.contains(.kill) { add(RiskCode.ok, scope, row, &held) }
        for code in RiskCode.allCases where code.isLatch && code != .unknownOrderOnSymbol {
            if latches.contains(Latches(code: code.rawValue)) { add(code, scope, row, &held) }
        }
    }

    private func add(
        _ code: RiskCode,
        _ scope: KillScope,
        _ row: Int,
        _ held: inout [ImageLatch]
    ) {
        var latch = ImageLatch()
        latch.scope = scope.rawValue
        latch.code = code.rawValue
        latch.row = UInt16(row)
        held.append(latch)
    }
}
