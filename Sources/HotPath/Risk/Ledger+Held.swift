package import Crossing
import Vocabulary

extension Ledger {
    /// Everything that is latched now, as the `kill` records that would latch it again: what a roll
    /// carries into the next date (risk-controls.md, principle 6). Cold; allocates.
    ///
    /// A symbol blocked by an incident counts as killed: only a person lets go of either.
    package func heldLatches() -> [ImageLatch] {
        var held: [ImageLatch] = []
        var key = nextLatch(after: -1)
        while key >= 0 {
            var latch = ImageLatch()
            latch.scope = UInt8(key >> 32)
            latch.row = UInt16(key >> 16 & 0xFFFF)
            latch.code = UInt16(key & 0xFFFF)
            held.append(latch)
            key = nextLatch(after: key)
        }
        return held
    }

    /// The first latch behind `key`, which is scope << 32 | row << 16 | code; a code of 0 is the
    /// kill. -1 as `key` begins; -1 as the answer: there is no further one. Engine thread too: a
    /// walk over the rows, which nothing but a person's question starts.
    package func nextLatch(after key: Int64) -> Int64 {
        var scope = key < 0 ? 0 : key >> 32
        var row = key < 0 ? 0 : Int(key >> 16 & 0xFFFF)
        var code = key < 0 ? 0 : UInt16(key & 0xFFFF) &+ 1
        while scope < 256, let kind = KillScope(rawValue: UInt8(scope)) {
            let rows = rowCount(kind)
            while row < rows {
                while code <= RiskCode.consecutiveRejects.rawValue {
                    if isLatched(kind, row, code) {
                        return scope << 32 | Int64(row) << 16 | Int64(code)
                    }
                    code += 1
                }
                row += 1
                code = 0
            }
            scope += 1
            row = 0
            code = 0
        }
        return -1
    }

    private func rowCount(_ scope: KillScope) -> Int {
        switch scope {
        case .firm: 1
        case .account: accountCount
        case .strategy: strategyCount
        case .symbol: instruments.count
        case .venue: venues.count
        }
    }

    /// A latch of that scope stands which canceled what lived: the kill, loss or drawdown.
    package func isStopped(_ scope: KillScope, row: Int) -> Bool {
        isLatched(scope, row, RiskCode.ok.rawValue)
            || isLatched(scope, row, RiskCode.lossLimit.rawValue)
            || isLatched(scope, row, RiskCode.rapidDrawdown.rawValue)
    }

    /// `raw` is the latch's code, 0 the kill's; a row that is not there has none.
    package func isLatched(_ scope: KillScope, _ row: Int, _ raw: UInt16) -> Bool {
        guard let code = RiskCode(rawValue: raw), code == .ok || code.isLatch,
            row < rowCount(scope)
        else { return false }
        switch scope {
        case .firm: return contains(firm.latches, code)
        case .account: return contains(accounts[row].latches, code)
        case .strategy: return contains(strategies[row].latches, code)
        case .symbol:
            switch code {
            case .ok: return instruments[row].killed || instruments[row].blocked
            case .reduceOnly: return instruments[row].reduceOnly
            case .unknownOrderOnSymbol: return instruments[row].breakOpen
            default: return false
            }
        case .venue: return code == .ok && venues[row].killed
        }
    }

    private func contains(_ latches: Latches, _ code: RiskCode) -> Bool {
        code != .unknownOrderOnSymbol && latches.contains(Latches(code: code.rawValue))
    }
}
