import Vocabulary

// Intrusive lists of live orders: all of them, each instrument's buys and sells, each owner's.

extension Ledger {
    mutating func link(_ index: UInt32) {
        pool[index].livePrior = liveTail
        pool[index].liveNext = noSlot
        if liveTail == noSlot { liveHead = index } else { pool[liveTail].liveNext = index }
        liveTail = index

        let first = sideHead(index)
        pool[index].sideNext = first
        pool[index].sidePrior = noSlot
        if first != noSlot { pool[first].sidePrior = index }
        setSideHead(index, to: index)

        let owner = ownerRow(pool[index].owner)
        let head = ownerHeads[owner]
        pool[index].ownerNext = head
        pool[index].ownerPrior = noSlot
        if head != noSlot { pool[head].ownerPrior = index }
        ownerHeads[owner] = index
    }

    mutating func unlink(_ index: UInt32) {
        let order = pool[index]
        if order.livePrior == noSlot {
            liveHead = order.liveNext
        } else {
            pool[order.livePrior].liveNext = order.liveNext
        }
        if order.liveNext == noSlot {
            liveTail = order.livePrior
        } else {
            pool[order.liveNext].livePrior = order.livePrior
        }

        if order.sidePrior == noSlot {
            setSideHead(index, to: order.sideNext)
        } else {
            pool[order.sidePrior].sideNext = order.sideNext
        }
        if order.sideNext != noSlot { pool[order.sideNext].sidePrior = order.sidePrior }

        if order.ownerPrior == noSlot {
            ownerHeads[ownerRow(order.owner)] = order.ownerNext
        } else {
            pool[order.ownerPrior].ownerNext = order.ownerNext
        }
        if order.ownerNext != noSlot { pool[order.ownerNext].ownerPrior = order.ownerPrior }
    }

    /// An owner the image does not know is the house's.
    func ownerRow(_ owner: UInt16) -> Int {
        Int(owner) < ownerHeads.count ? Int(owner) : Int(Owner.house)
    }

    private func sideHead(_ index: UInt32) -> UInt32 {
        let row = Int(pool[index].instrument)
        return pool[index].isBuy ? instruments[row].buyHead : instruments[row].sellHead
    }

    private mutating func setSideHead(_ index: UInt32, to head: UInt32) {
        let row = Int(pool[index].instrument)
        if pool[index].isBuy {
            instruments[row].buyHead = head
        } else {
            instruments[row].sellHead = head
        }
    }
}
