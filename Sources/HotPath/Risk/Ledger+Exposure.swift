import Crossing
import Vocabulary

// The sums limits are compared with. Each change takes a cell out of its account's sums, changes
// it, and puts it back, so that the sums cannot drift from the cells.

extension Ledger {
    @inline(__always)
    func cellIndex(_ account: Int, _ instrument: Int) -> Int {
        account &* instruments.count &+ instrument
    }

    /// The aggregation unit's cell of an account row.
    @inline(__always)
    func unitIndex(_ account: Int, _ instrument: Int) -> Int {
        Int(accounts[account].unit) &* instruments.count &+ instrument
    }

    @inline(__always)
    func value(_ instrument: Int) -> Int64 {
        let val = instruments[instrument].val
        return val == noLimit ? 0 : val
    }

    mutating func takeOutOfSums(_ account: Int, _ instrument: Int) {
        addToSums(account, instrument, sign: -1)
    }

    mutating func putIntoSums(_ account: Int, _ instrument: Int) {
        addToSums(account, instrument, sign: 1)
    }

    @inline(__always)
    private mutating func addToSums(_ account: Int, _ instrument: Int, sign: Int64) {
        let cell = cells[cellIndex(account, instrument)]
        let (val, sign) = (value(instrument), Int128(sign))
        let worst = cell.worst(openBuy: cell.openBuy, openSell: cell.openSell)
        let gross = wide(worst, val) &* sign
        accounts[account].sums.gross &+= gross
        firm.gross &+= gross
        accounts[account].sums.net &+= wide(cell.pos, val) &* sign
        accounts[account].sums.openBuyValue &+= wide(cell.openBuy, val) &* sign
        accounts[account].sums.openSellValue &+= wide(cell.openSell, val) &* sign
    }

    /// Moves a position without an order behind it: an adjustment, the start of the day.
    mutating func movePosition(account: Int, instrument: UInt16, by qty: Int64, px: Int64) {
        let row = Int(instrument)
        takeOutOfSums(account, row)
        let index = cellIndex(account, row)
        cells[index].pos = sum(cells[index].pos, qty)
        instruments[row].pos = sum(instruments[row].pos, qty)
        let unit = unitIndex(account, row)
        unitCells[unit].pos = sum(unitCells[unit].pos, qty)
        putIntoSums(account, row)
        tradeForAccount(account, index, qty, px)
    }

    /// Cash and marks of an account after `qty` (signed) changed hands at `px`.
    mutating func tradeForAccount(_ account: Int, _ cell: Int, _ qty: Int64, _ px: Int64) {
        if cells[cell].mark == 0 { cells[cell].mark = px }
        accounts[account].profit.trade(qty, px: px, mark: cells[cell].mark)
    }

    /// The same for a strategy, which has its own positions.
    mutating func tradeForStrategy(_ strategy: Int, _ cell: Int, _ qty: Int64, _ px: Int64) {
        strategyCells[cell].pos = sum(strategyCells[cell].pos, qty)
        if strategyCells[cell].mark == 0 { strategyCells[cell].mark = px }
        strategies[strategy].profit.trade(qty, px: px, mark: strategyCells[cell].mark)
    }

    /// Positions count at the newest reference from here on.
    mutating func mark(_ account: Int, _ strategy: Int, _ instrument: Int, at refPx: Int64) {
        guard refPx > 0 else { return }
        markAccount(account, instrument, at: refPx)
        markStrategy(strategy, instrument, at: refPx)
    }

    /// The market of one instrument moved: everybody's shares of it count at the new reference.
    mutating func markEverybody(_ instrument: Int, at refPx: Int64) {
        guard refPx > 0 else { return }
        for account in 0..<accountCount { markAccount(account, instrument, at: refPx) }
        for strategy in 0..<strategyCount { markStrategy(strategy, instrument, at: refPx) }
    }

    /// Whether an account has shares of it, long or short.
    package func isHeld(_ instrument: Int) -> Bool {
        for account in 0..<accountCount
        where cells[cellIndex(account, instrument)].pos != 0 {
            return true
        }
        return false
    }

    private mutating func markAccount(_ account: Int, _ instrument: Int, at refPx: Int64) {
        let cell = cellIndex(account, instrument)
        accounts[account].profit.remark(cells[cell].pos, from: cells[cell].mark, to: refPx)
        cells[cell].mark = refPx
    }

    private mutating func markStrategy(_ strategy: Int, _ instrument: Int, at refPx: Int64) {
        let cell = cellIndex(strategy, instrument)
        let held = strategyCells[cell]
        strategies[strategy].profit.remark(held.pos, from: held.mark, to: refPx)
        strategyCells[cell].mark = refPx
    }
}
