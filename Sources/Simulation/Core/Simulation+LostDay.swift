import Crossing
import ExchangeSimulator
import Glibc
import HotPath
import Vocabulary

/// A venue that comes back without the session we persisted (semantics.md §2.12), and the person who
/// gives that session up and says how its orders ended.
extension Simulation {
    func loseDay(_ venue: SimVenue) {
        guard venue.formerDays.count < 9 else { return }
        let isOrderly = faults.below(3) == 0
        trace.say(nowNs, "venue \(venue.index) loses its day, orderly \(isOrderly)")
        if isOrderly {
            venue.venue.end(now: nowNs)
            flush(venue)
        }
        for connection in venue.pipes.keys.sorted() {
            guard let pipe = venue.pipes.removeValue(forKey: connection) else { continue }
            closeFromPeer(pipe, error: Int32(ECONNRESET))
            venue.venue.closed(connection, now: nowNs)
        }
        flush(venue)
        venue.loseDay(nowNs)
        counts.daysLost += 1
        flush(venue)
    }

    /// Gives up the sessions that are lost and tells what their venues' statements say.
    func rollSessions() {
        for venue in venues where laws.isLost[venue.index] {
            var wanted = command(.sessionRoll)
            wanted.venue = UInt8(venue.index)
            ask(wanted)
        }
    }

    /// A person's word on every order whose venue will never tell of it again.
    func resolveLost() {
        guard let hot else { return }
        for venue in venues where !venue.formerDays.isEmpty {
            let index = UInt8(venue.index)
            let rolledNs = hot.engine.ledger.venue(index).rolledNs
            var cursor = hot.engine.ledger.walk(.venue(index))
            var left = 24
            while left > 0 {
                let slot = hot.engine.ledger.next(&cursor)
                if slot.isNone { break }
                let order = hot.engine.ledger.order(slot)
                guard order.status == .unknown,
                    laws.isLost[venue.index] || order.sentNs <= rolledNs
                else { continue }
                left -= 1
                resolve(venue, order)
            }
        }
    }

    private func resolve(_ venue: SimVenue, _ order: Order) {
        // Its chain may go by a number hot does not know was accepted.
        let numbers = [order.pendingRefNum, order.venueRefNum, order.priorRefNum]
        var filled: Int64 = 0
        var wasTaken = false
        for truth in venue.formerTruth {
            for number in numbers where number != 0 && truth.orders[number] != nil {
                wasTaken = true
                filled = max(filled, truth.executed(number))
            }
        }
        let most = order.cumQty.units + max(order.leavesQty.units, order.resvQty.units)
        var wanted = command(.resolve)
        wanted.orderID = order.orderID
        wanted.value = min(max(filled, order.cumQty.units), most)
        wanted.px = order.px
        let isRefused = !wasTaken && wanted.value == 0 && acts.below(2) == 0
        wanted.detail = UInt32((isRefused ? OrdStatus.rejected : .canceled).rawValue)
        ask(wanted)
    }

    /// What hot was told of a venue: of each of its sessions as much as hot recorded.
    func heard(_ venue: SimVenue) -> [VenueTruth] {
        var days = venue.formerDays
        days.append(SimVenue.Day(name: venue.session, store: venue.store))
        return days.map { day in
            var truth = VenueTruth()
            truth.follow(day.store, upTo: laws.heard(venue.index, session: day.name))
            return truth
        }
    }
}
