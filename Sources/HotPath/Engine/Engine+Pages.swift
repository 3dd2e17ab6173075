import Crossing
import Vocabulary

/// Cold's valuation page on its way into the ledger: copied out whole between two turns, then row by
/// row as `limit` records, so that replay values everything exactly as it was valued.
@safe
package struct PageAdoption: BitwiseCopyable {
    /// Rows looked at a timer tick: what one turn may cost, whatever the page holds.
    static var rowsPerTick: Int { 64 }
    /// `detail` of the `page` record: which page it was; `match` is its version, `value` its hash.
    static var valuation: UInt32 { 1 }

    let rows: UnsafeMutablePointer<ValuationRow>
    /// Rows whose positions are not marked at the market of their valuation yet: hot saw none then
    /// that it believed, or it has begun since.
    let unmarked: UnsafeMutablePointer<Bool>
    let capacity: Int
    /// Version last copied out, and how far its rows have been looked at.
    var seen: UInt64 = 0
    var next: Int
    /// The next row to be looked at for a mark.
    var markNext = 0
    /// In every record made since the page was adopted.
    package var version: UInt32 = 0

    init(capacity: Int) {
        self.capacity = max(1, capacity)
        next = self.capacity
        unsafe rows = .allocate(capacity: self.capacity)
        unsafe rows.initialize(repeating: ValuationRow(), count: self.capacity)
        unsafe unmarked = .allocate(capacity: self.capacity)
        unsafe unmarked.initialize(repeating: true, count: self.capacity)
    }

    func deallocate() {
        unsafe rows.deallocate()
        unsafe unmarked.deallocate()
    }
}

extension Engine {
    /// Once a timer tick: takes a newly published page over, or goes on with the one in hand.
    mutating func adoptPages() {
        guard hasEventRoom else { return }
        if page.next < page.capacity { return adoptRows() }
        guard let valuation = cold.valuation, valuation.table.rows == page.capacity,
            valuation.version != page.seen,
            let published = unsafe valuation.read(into: page.rows)
        else { return }
        page.seen = published.version
        page.version = UInt32(truncatingIfNeeded: published.version)
        page.next = 0
        begin(.page)
        unsafe scratch.pointee.detail = PageAdoption.valuation
        unsafe scratch.pointee.match = published.version
        unsafe scratch.pointee.value = Int64(bitPattern: published.hash)
        unsafe commit(nil, 0)
    }

    private mutating func adoptRows() {
        let end = min(page.capacity, page.next + PageAdoption.rowsPerTick)
        while page.next < end, page.next < config.instrumentCount, hasEventRoom {
            let row = unsafe page.rows[page.next]
            // A price of 0 is "cold knows none": what is in force stays.
            adopt(.valuation, row.valuation.units)
            adopt(.adv, row.adv.units)
            page.next += 1
        }
        if page.next >= config.instrumentCount { page.next = page.capacity }
    }

    private mutating func adopt(_ field: LimitField, _ value: Int64) {
        guard value > 0, ledger.limits.value(field, row: page.next) != value else { return }
        begin(.limit)
        unsafe scratch.pointee.flags = .fromCold
        unsafe scratch.pointee.detail = field.rawValue
        unsafe scratch.pointee.instrument = UInt16(truncatingIfNeeded: page.next)
        unsafe scratch.pointee.value = value
        if field == .valuation {
            noteMark(UInt16(truncatingIfNeeded: page.next))
            unsafe page.unmarked[page.next] = scratch.pointee.refPx.units <= 0
        }
        unsafe commit(nil, 0)
    }

    /// Once a timer tick: a row somebody holds, adopted while hot believed no market, is recorded once
    /// more as soon as it believes one. Cold says nothing new then: to it the price is what it was.
    mutating func markAgain() {
        let count = min(page.capacity, config.instrumentCount)
        let end = min(count, page.markNext + PageAdoption.rowsPerTick)
        for row in page.markNext..<end
        where (unsafe page.unmarked[row]) && hasEventRoom && ledger.isHeld(row) {
            markAgain(row)
        }
        page.markNext = end == count ? 0 : end
    }

    private mutating func markAgain(_ row: Int) {
        guard let value = ledger.limits.value(.valuation, row: row), value > 0 else { return }
        begin(.limit)
        noteMark(UInt16(truncatingIfNeeded: row))
        guard unsafe scratch.pointee.refPx.units > 0 else { return }
        unsafe scratch.pointee.flags = .fromCold
        unsafe scratch.pointee.detail = LimitField.valuation.rawValue
        unsafe scratch.pointee.instrument = UInt16(truncatingIfNeeded: row)
        unsafe scratch.pointee.value = value
        unsafe commit(nil, 0)
        unsafe page.unmarked[row] = false
    }
}
