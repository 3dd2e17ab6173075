import Crossing
import Vocabulary

// Whole walks, for tests, recovery and replay; never on the hot path.

/// A law of the ledger that a walk found broken.
package struct BrokenLaw: Equatable, Sendable, CustomStringConvertible {
    package let law: String
    package let row: Int
    package let kept: Int64
    package let walked: Int64

    package var description: String { "\(law), row \(row): kept \(kept), walked \(walked)" }
}

extension Ledger {
    /// Every sum against a walk over the live orders; the first law broken, or `nil`.
    ///
    /// - Complexity: O(orders + accounts × instruments); allocates.
    package func checkInvariants() -> BrokenLaw? {
        let walked = WalkedSums(self)
        if walked.count != pool.liveCount {
            return BrokenLaw(
                law: "live list holds the live orders",
                row: 0,
                kept: Int64(pool.liveCount),
                walked: Int64(walked.count)
            )
        }
        if let broken = walked.brokenOrder { return broken }
        for row in 0..<instruments.count {
            if let broken = check(instrument: row, walked) { return broken }
        }
        for account in 0..<accounts.count {
            if let broken = check(account: account, walked) { return broken }
        }
        return checkUnits(walked)
    }

    private func check(instrument row: Int, _ walked: WalkedSums) -> BrokenLaw? {
        let kept = instruments[row]
        let positions = (0..<accounts.count).reduce(Int64(0)) {
            $0 &+ cells[cellIndex($1, row)].pos
        }
        return broken("instrument openBuy", row, kept.openBuy, walked.openBuy[row])
            ?? broken("instrument openSell", row, kept.openSell, walked.openSell[row])
            ?? broken("instrument position", row, kept.pos, positions)
            ?? broken("UNKNOWN orders", row, Int64(kept.unknownCount), walked.unknown[row])
    }

    /// A unit holds and offers what its accounts do.
    private func checkUnits(_ walked: WalkedSums) -> BrokenLaw? {
        for index in 0..<unitCells.count {
            let (unit, row) = (index / instruments.count, index % instruments.count)
            let members = (0..<accounts.count).filter { Int(accounts[$0].unit) == unit }
            let pos = members.reduce(Int64(0)) { $0 &+ cells[cellIndex($1, row)].pos }
            let open = members.reduce(Int64(0)) { $0 &+ walked.cellSell[cellIndex($1, row)] }
            if let broken = broken("unit position", index, unitCells[index].pos, pos)
                ?? broken("unit openSell", index, unitCells[index].openSell, open)
            {
                return broken
            }
        }
        return nil
    }

    private func check(account: Int, _ walked: WalkedSums) -> BrokenLaw? {
        let kept = accounts[account]
        var gross: Int128 = 0
        var net: Int128 = 0
        for row in 0..<instruments.count {
            let at = cellIndex(account, row)
            let cell = cells[at]
            if let broken = broken("cell openBuy", at, cell.openBuy, walked.cellBuy[at])
                ?? broken("cell openSell", at, cell.openSell, walked.cellSell[at])
            {
                return broken
            }
            let worst = cell.worst(openBuy: cell.openBuy, openSell: cell.openSell)
            gross &+= wide(worst, value(row))
            net &+= wide(cell.pos, value(row))
        }
        return broken("gross", account, kept.sums.gross, gross)
            ?? broken("net", account, kept.sums.net, net)
            ?? broken("openNotional", account, kept.sums.openNotional, walked.notional[account])
            ?? broken("reservedDayBuy", account, kept.sums.reservedDayBuy, walked.dayBuy[account])
            ?? broken(
                "reservedDaySell",
                account,
                kept.sums.reservedDaySell,
                walked.daySell[account]
            )
            ?? broken("openOrders", account, kept.openOrders, walked.orders[account])
    }

    private func broken(_ law: String, _ row: Int, _ kept: Int128, _ walked: Int128) -> BrokenLaw? {
        kept == walked
            ? nil
            : BrokenLaw(
                law: law,
                row: row,
                kept: Int64(clamping: kept),
                walked: Int64(clamping: walked)
            )
    }

    private func broken(_ law: String, _ row: Int, _ kept: Int64, _ walked: Int64) -> BrokenLaw? {
        kept == walked ? nil : BrokenLaw(law: law, row: row, kept: kept, walked: walked)
    }
}

/// The same sums again, from nothing but the live orders.
private struct WalkedSums {
    var count = 0
    var openBuy: [Int64]
    var openSell: [Int64]
    var unknown: [Int64]
    var cellBuy: [Int64]
    var cellSell: [Int64]
    var notional: [Int128]
    var dayBuy: [Int128]
    var daySell: [Int128]
    var orders: [Int64]
    var brokenOrder: BrokenLaw?

    init(_ ledger: borrowing Ledger) {
        let (rows, accounts) = (ledger.instruments.count, ledger.accounts.count)
        openBuy = Array(repeating: 0, count: rows)
        openSell = openBuy
        unknown = openBuy
        cellBuy = Array(repeating: 0, count: rows * accounts)
        cellSell = cellBuy
        notional = Array(repeating: 0, count: accounts)
        dayBuy = notional
        daySell = notional
        orders = Array(repeating: 0, count: accounts)
        var cursor = ledger.walk(.firm)
        while true {
            let slot = ledger.next(&cursor)
            if slot.isNone { break }
            add(ledger.order(slot), ledger)
        }
    }

    private mutating func add(_ order: Order, _ ledger: borrowing Ledger) {
        count += 1
        let (account, row) = (ledger.accountRow(order.account), Int(order.instrument))
        let cell = ledger.cellIndex(account, row)
        if order.isBuy {
            openBuy[row] += order.resvQty.units
            cellBuy[cell] += order.resvQty.units
            dayBuy[account] += Int128(order.resvDay)
        } else {
            openSell[row] += order.resvQty.units
            cellSell[cell] += order.resvQty.units
            daySell[account] += Int128(order.resvDay)
        }
        notional[account] += Int128(order.resvNotional)
        orders[account] += 1
        if order.status == .unknown { unknown[row] += 1 }
        let total = order.cumQty.units + order.canceledQty.units + order.leavesQty.units
        if total != order.qty.units {
            brokenOrder = BrokenLaw(
                law: "filled + canceled + open == total",
                row: Int(truncatingIfNeeded: order.orderID.counter),
                kept: order.qty.units,
                walked: total
            )
        }
    }
}
