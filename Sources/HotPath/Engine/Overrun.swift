import Vocabulary

/// What venues said while the audit ring was full (semantics.md §3.1).
///
/// The ledger changes by records alone, so it stands still where the records end. What is heard
/// behind that is added up here: which orders are still open, which shares have changed hands. It
/// decides no order (none may go), it aims the cancels and tells an operator the truth. Once there
/// is room the venues tell the same again, the ledger takes it with its records, and this is
/// forgotten.
@safe
struct Overrun: ~Copyable {
    private struct Heard: BitwiseCopyable {
        var stamp: UInt32 = 0
        var openQty: Int64 = 0
        var filledQty: Int64 = 0
    }
    private struct Moved: BitwiseCopyable {
        var stamp: UInt32 = 0
        var shares: Int64 = 0
    }

    /// The ring has refused a record and has not been found half empty since.
    private(set) var isOn = false
    /// Records not written in this overrun, ours and venues'.
    private(set) var unwritten: UInt64 = 0
    /// Packets of venues among them.
    private(set) var heard: UInt64 = 0
    /// Which overrun the entries below belong to; others read as untouched.
    private var stamp: UInt32 = 0
    private var orders: HotTable<Heard>
    private var cells: HotTable<Moved>
    /// Orders of the ledger's live ones that have ended since.
    private(set) var ended = 0
    /// Mass cancels sent so far, and when the next may go.
    var cancelTries: UInt8 = 0
    var nextCancelNs: Int64 = 0

    /// `orderSlots`: slots of the order pool; `cells`: accounts, the house's included, times
    /// instruments.
    init(orderSlots: Int, cells cellCount: Int) {
        orders = HotTable(repeating: Heard(), count: orderSlots)
        cells = HotTable(repeating: Moved(), count: cellCount)
    }

    mutating func begin() {
        isOn = true
        stamp &+= 1
        unwritten = 0
        heard = 0
        ended = 0
        cancelTries = 0
        nextCancelNs = 0
    }

    mutating func end() { isOn = false }

    mutating func countUnwritten() { unwritten &+= 1 }
    mutating func countHeard() { heard &+= 1 }

    // MARK: What was heard

    mutating func fill(_ slot: OrderSlot, _ order: Order, _ qty: Int64, cell: Int) {
        touch(slot, order)
        let signed = order.isBuy ? qty : -qty
        orders[Int(slot.index)].filledQty &+= qty
        setOpen(slot, orders[Int(slot.index)].openQty &- qty)
        if cells[cell].stamp != stamp { cells[cell] = Moved(stamp: stamp) }
        cells[cell].shares &+= signed
    }

    mutating func decrement(_ slot: OrderSlot, _ order: Order, _ qty: Int64) {
        touch(slot, order)
        setOpen(slot, orders[Int(slot.index)].openQty &- max(0, qty))
    }

    mutating func leave(_ slot: OrderSlot, _ order: Order, open qty: Int64) {
        touch(slot, order)
        setOpen(slot, qty)
    }

    // MARK: Asked

    /// Shares still open, as far as anybody has told us.
    func openQty(_ slot: OrderSlot, _ order: Order) -> Int64 {
        guard isOn, orders[Int(slot.index)].stamp == stamp else { return order.leavesQty.units }
        return orders[Int(slot.index)].openQty
    }

    func filledQty(_ slot: OrderSlot) -> Int64 {
        guard isOn, orders[Int(slot.index)].stamp == stamp else { return 0 }
        return orders[Int(slot.index)].filledQty
    }

    func shares(cell: Int) -> Int64 {
        isOn && cells[cell].stamp == stamp ? cells[cell].shares : 0
    }

    private mutating func touch(_ slot: OrderSlot, _ order: Order) {
        guard orders[Int(slot.index)].stamp != stamp else { return }
        orders[Int(slot.index)] = Heard(stamp: stamp, openQty: order.leavesQty.units)
    }

    private mutating func setOpen(_ slot: OrderSlot, _ qty: Int64) {
        let was = orders[Int(slot.index)].openQty
        orders[Int(slot.index)].openQty = max(0, qty)
        if was > 0, qty <= 0 { ended += 1 }
        if was <= 0, qty > 0 { ended -= 1 }
    }
}
