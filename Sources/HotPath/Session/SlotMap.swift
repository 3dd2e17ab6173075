/// Fixed numbers of sockets, so that a table index is the identity (ARCHITECTURE.md §4).
package enum SlotMap {
    package static var venuesMax: Int { 16 }
    package static var feedA: Int { 16 }
    package static var feedB: Int { 32 }
    package static var request: Int { 48 }
    package static var firstClient: Int { 64 }

    @frozen
    package enum Owner: Equatable {
        case venue(Int)
        case feed(venue: Int, line: Int)
        case request(venue: Int)
        case client(connection: Int)
    }

    @inline(__always)
    package static func owner(of slot: Int) -> Owner {
        switch slot {
        case 0..<feedA: .venue(slot)
        case feedA..<feedB: .feed(venue: slot - feedA, line: 0)
        case feedB..<request: .feed(venue: slot - feedB, line: 1)
        case request..<firstClient: .request(venue: slot - request)
        default: .client(connection: slot - firstClient)
        }
    }
}
