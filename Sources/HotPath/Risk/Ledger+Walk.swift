import Vocabulary

/// Which live orders a walk visits.
package enum LiveScope: BitwiseCopyable, Sendable {
    case firm
    case account(UInt16)
    case strategy(UInt16)
    case symbol(UInt16)
    case owner(UInt16)
    case client(UInt16)
    case venue(UInt8)
}

/// Where a walk over live orders stands. The orders it has handed out may end or change while it
/// goes on; an order that begins during the walk may or may not be visited.
package struct LiveCursor: BitwiseCopyable, Sendable {
    let scope: LiveScope
    var upcoming: OrderSlot
    var sellsToCome: Bool
}

extension Ledger {
    package func walk(_ scope: LiveScope) -> LiveCursor {
        var sellsToCome = false
        let first: UInt32
        switch scope {
        case .firm, .account, .strategy, .venue: first = liveHead
        case .symbol(let row):
            guard Int(row) < instruments.count else { first = noSlot; break }
            first = instruments[Int(row)].buyHead
            sellsToCome = true
        case .owner(let owner): first = ownerHead(owner)
        case .client(let client): first = ownerHead(Owner.firstClient &+ client)
        }
        return LiveCursor(scope: scope, upcoming: pool.slot(first), sellsToCome: sellsToCome)
    }

    /// The next live order of the scope, `.none` at the end. At most as many steps as orders live.
    package func next(_ cursor: inout LiveCursor) -> OrderSlot {
        while true {
            if cursor.upcoming.isNone {
                guard cursor.sellsToCome, case .symbol(let row) = cursor.scope else { return .none }
                cursor.sellsToCome = false
                cursor.upcoming = pool.slot(instruments[Int(row)].sellHead)
                continue
            }
            let here = cursor.upcoming
            guard pool.holds(here), pool[here.index].isLive else {
                // Ended under the walk: its links now belong to another list.
                cursor.upcoming = .none
                cursor.sellsToCome = false
                return .none
            }
            cursor.upcoming = pool.slot(follower(of: here.index, in: cursor.scope))
            if belongs(here.index, to: cursor.scope) { return here }
        }
    }

    private func ownerHead(_ owner: UInt16) -> UInt32 {
        Int(owner) < ownerHeads.count ? ownerHeads[Int(owner)] : noSlot
    }

    private func follower(of index: UInt32, in scope: LiveScope) -> UInt32 {
        switch scope {
        case .firm, .account, .strategy, .venue: pool[index].liveNext
        case .symbol: pool[index].sideNext
        case .owner, .client: pool[index].ownerNext
        }
    }

    private func belongs(_ index: UInt32, to scope: LiveScope) -> Bool {
        switch scope {
        case .firm, .symbol, .owner, .client: true
        case .account(let account): pool[index].account == account
        case .strategy(let strategy): pool[index].strategy == strategy
        case .venue(let venue): pool[index].venue == venue
        }
    }
}
