import Crossing
import Vocabulary

// Parents: an algo's, whose children cold sends, and a routed client's order, whose legs go to
// venues (semantics.md §5.2). A parent holds nothing itself: its live children do.

/// How far a routed client's order has come. `none`: an algo's parent.
package enum RoutedState: UInt8, BitwiseCopyable, Sendable {
    case none = 0
    /// Recorded; its legs are being approved. Nothing of it has been sent or told.
    case opened = 1
    /// All legs approved, its owner told so.
    case accepted = 2
    /// Its owner was told `J`.
    case refused = 3
}

/// `detail` of a `parent` record.
package enum ParentEvent: UInt32, BitwiseCopyable, Sendable {
    case opened = 1
    case accepted = 2
    case refused = 3
}

package struct ParentState: BitwiseCopyable, Sendable {
    package var parent: UInt64 = 0
    package var total: Int64 = 0
    package var executed: Int64 = 0
    package var live: Int64 = 0
    /// The client's ClOrdID as it was written: 8 and 6 bytes.
    package var clOrdIDLow: UInt64 = 0
    package var clOrdIDHigh: UInt64 = 0
    /// Children live now.
    package var legs: UInt32 = 0
    package var clientRefNum: UInt32 = 0
    /// Whose it is; 0xFFFF for an algo's.
    package var client: UInt16 = 0xFFFF
    package var state: RoutedState = .none
    /// In the list of those that are over, and the next in it.
    var isOver = false
    var nextOver = noSlot

    package init(parent: UInt64 = 0) { self.parent = parent }

    package var isRouted: Bool { state != .none }
}

extension Ledger {
    package func parent(_ id: UInt64) -> ParentState? {
        let index = id == 0 ? noSlot : parentIndex.find(id)
        return index == noSlot ? nil : parents[Int(index)]
    }

    /// The routed order a client gave that number.
    package func parent(client: UInt16, refNum: UInt32) -> ParentState? {
        let index = parentByClientRef.find(OrderIndex.key(space: client, refNum: refNum))
        return index == noSlot ? nil : parents[Int(index)]
    }

    /// A row is free, or that of a client's order that is over.
    package var hasParentRoom: Bool {
        Int(firm.parentCount) < parents.count || firm.oldestOver != noSlot
    }
    package var parentCount: Int { Int(firm.parentCount) }
    /// By its place in the table, `0..<parentCount`.
    package func parent(at place: Int) -> ParentState { parents[place] }

    /// `parent`: a routed client's order was opened, accepted or refused.
    mutating func routedSaid(_ record: AuditRecord) -> Applied {
        let id = record.orderID.value
        let known = parentIndex.find(id)
        switch ParentEvent(rawValue: record.detail) {
        case .opened:
            guard id != 0, known == noSlot, hasParentRoom, record.qty.units >= 0 else {
                return outcome(.illegal, incident: true)
            }
            var opened = ParentState(parent: id)
            opened.total = record.qty.units
            opened.client = record.client
            opened.clientRefNum = record.clientRefNum
            opened.clOrdIDLow = record.match
            opened.clOrdIDHigh = record.venueOrderRef
            opened.state = .opened
            parentByClientRef.insert(
                OrderIndex.key(space: record.client, refNum: record.clientRefNum),
                addParent(opened)
            )
        case .accepted, .refused:
            guard known != noSlot, parents[Int(known)].state == .opened else {
                return outcome(.illegal, incident: true)
            }
            let isAccepted = record.detail == ParentEvent.accepted.rawValue
            parents[Int(known)].state = isAccepted ? .accepted : .refused
            if !isAccepted, dropParent(known) { break }
            noteOver(known)
        case nil: return outcome(.illegal, incident: true)
        }
        return outcome(.applied)
    }

    /// `new` with a parent: its place, `noSlot` when the table is full.
    mutating func openParent(_ record: AuditRecord) {
        guard record.parent != 0 else { return }
        var index = parentIndex.find(record.parent)
        if index == noSlot {
            guard hasParentRoom else { return }
            index = addParent(ParentState(parent: record.parent))
        }
        if record.value > 0 { parents[Int(index)].total = record.value }
        parents[Int(index)].legs &+= 1
    }

    /// A child is over.
    mutating func leaveParent(_ id: UInt64) {
        guard id != 0 else { return }
        let index = parentIndex.find(id)
        guard index != noSlot, parents[Int(index)].legs > 0 else { return }
        parents[Int(index)].legs &-= 1
        noteOver(index)
    }

    /// A client's order without a leg left gets none any more: its row may go to another, the longest
    /// over first. Until then what is told late of its legs finds its client. An algo's parent stays:
    /// nobody says that it is over.
    private mutating func noteOver(_ index: UInt32) {
        let parent = parents[Int(index)]
        let isAnswered = parent.state == .accepted || parent.state == .refused
        guard isAnswered, parent.legs == 0, !parent.isOver else { return }
        parents[Int(index)].isOver = true
        if firm.youngestOver == noSlot {
            firm.oldestOver = index
        } else {
            parents[Int(firm.youngestOver)].nextOver = index
        }
        firm.youngestOver = index
    }

    /// The row of the order longest over, out of every index.
    private mutating func takeOldestOver() -> UInt32 {
        let index = firm.oldestOver
        firm.oldestOver = parents[Int(index)].nextOver
        if firm.oldestOver == noSlot { firm.youngestOver = noSlot }
        forgetParent(index)
        return index
    }

    private mutating func forgetParent(_ index: UInt32) {
        let parent = parents[Int(index)]
        parentIndex.remove(parent.parent, of: index)
        parentByClientRef.remove(
            OrderIndex.key(space: parent.client, refNum: parent.clientRefNum),
            of: index
        )
        parents[Int(index)] = ParentState()
    }

    /// Refused, nothing of it left: the row is the next one's, or a client that is refused without
    /// end would use up everybody's. Only the youngest at once; older ones when rows run out.
    private mutating func dropParent(_ index: UInt32) -> Bool {
        guard parents[Int(index)].legs == 0, index &+ 1 == firm.parentCount else { return false }
        forgetParent(index)
        firm.parentCount &-= 1
        return true
    }

    /// Only where ``hasParentRoom`` says so.
    private mutating func addParent(_ state: ParentState) -> UInt32 {
        let index: UInt32
        if Int(firm.parentCount) < parents.count {
            index = firm.parentCount
            firm.parentCount &+= 1
        } else {
            index = takeOldestOver()
        }
        parents[Int(index)] = state
        parentIndex.insert(state.parent, index)
        return index
    }
}
