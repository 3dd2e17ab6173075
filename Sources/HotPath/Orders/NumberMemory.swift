package import Vocabulary

/// Whose our numbers on the venues' ports were, long after their orders have left the pool.
///
/// An Executed names no symbol and no side, only our number: without this a fill that comes very
/// late could not be booked (semantics.md §2.4). Our numbers are dense, so number n of a venue
/// stands in place n modulo the venue's share; the one that comes to stand there next is that many
/// numbers younger.
@safe
package struct NumberMemory: ~Copyable {
    /// 32 bytes.
    package struct Entry: BitwiseCopyable, Sendable {
        package var orderID: ClOrdID = .none
        package var refNum: UInt32 = 0
        package var clientRefNum: UInt32 = 0
        package var instrument: UInt16 = 0xFFFF
        package var account: UInt16 = 0xFFFF
        package var strategy: UInt16 = 0xFFFF
        package var client: UInt16 = 0xFFFF
        package var owner: UInt16 = 0
        package var side: UInt8 = 0

        package init() {}
    }

    private var entries: HotTable<Entry>
    private let share: Int
    private let venues: Int
    /// Stands for all that was ever remembered, in order: a part of the ledger's hash.
    private(set) var digest: UInt64 = 0

    /// - Parameters:
    ///   - numbersMax: numbers remembered in all; each venue gets the next power of two of its share.
    ///   - venues: 0 or more.
    package init(numbersMax: Int, venues: Int) {
        var share = 1
        while share * max(venues, 1) < numbersMax { share *= 2 }
        self.share = share
        self.venues = venues
        entries = HotTable(repeating: Entry(), count: share * venues)
    }

    /// All vacant (`refNum` 0) for a number that is not remembered.
    package func find(venue: UInt8, refNum: UInt32) -> Entry {
        guard refNum != 0, Int(venue) < venues else { return Entry() }
        let entry = entries[place(venue, refNum)]
        return entry.refNum == refNum ? entry : Entry()
    }

    mutating func remember(_ refNum: UInt32, of order: Order) {
        guard refNum != 0, Int(order.venue) < venues else { return }
        var entry = Entry()
        entry.orderID = order.orderID
        entry.refNum = refNum
        entry.clientRefNum = order.clientRefNum
        entry.instrument = order.instrument
        entry.account = order.account
        entry.strategy = order.strategy
        entry.client = order.client
        entry.owner = order.owner
        entry.side = order.side
        entries[place(order.venue, refNum)] = entry
        let fact = order.orderID.value ^ UInt64(refNum) << 20 ^ UInt64(order.venue)
        digest = (digest ^ fact) &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func visitState(_ body: StateVisit) {
        unsafe entries.visit(body)
        unsafe visit(&digest, body)
    }

    @inline(__always)
    private func place(_ venue: UInt8, _ refNum: UInt32) -> Int {
        Int(venue) &* share &+ Int(refNum) & (share &- 1)
    }
}
