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
    let capacity: Int
    /// Version last copied out, and how far its rows have been looked at.
    var seen: UInt64 = 0
    var next: Int
    /// In every record made since the page was adopted.
    package var version: UInt32 = 0

    init(capacity: Int) {
        self.capacity = max(1, capacity)
        next = self.capacity
        unsafe rows = .allocate(capacity: self.capacity)
        unsafe rows.initialize(repeating: ValuationRow(), count: self.capacity)
    }

    func deallocate() { unsafe rows.deallocate() }
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
        if field == .valuation { noteMark(UInt16(truncatingIfNeeded: page.next)) }
        unsafe commit(nil, 0)
    }
}
