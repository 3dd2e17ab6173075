import Crossing
import Vocabulary

/// What a venue's feed has besides its books.
@safe
struct BookVenue: ~Copyable {
    var orders: BookOrders
    var locates = LocateTable()
    var counters = BookCounters()
    var isGapped = false
    var isStale = false
    /// Last system event of hours, 0 before the first: absent, the market counts as open.
    var systemEvent: UInt8 = 0

    /// Nothing is missing, and it speaks.
    var isTrusted: Bool { !isGapped && !isStale }

    init(ordersMax: Int) { orders = BookOrders(capacity: ordersMax) }

    mutating func removeAll() {
        orders.removeAll()
        locates.removeAll()
        systemEvent = 0
    }

    /// Spec: docs/protocols/itch-5.0.md, System Event. `Q` opens the market, `M` closes it; `O`
    /// and `S` come before, `E` and `C` after.
    var state: BookState {
        var state = BookState.nothing
        state = state.with(.gapped, isGapped)
        state = state.with(.stale, isStale)
        switch systemEvent {
        case 0: break
        case UInt8(ascii: "Q"): state = state.with(.marketOpen, true)
        default: state = state.with(.marketClosed, true)
        }
        return state
    }
}
