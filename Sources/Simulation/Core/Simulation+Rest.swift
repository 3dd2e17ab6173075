import Crossing
import Desk
import ExchangeSimulator
import HotPath
import Vocabulary

/// The end of a run: every fault is over, everything dead is back, everybody stops. Then nothing may
/// be in doubt any more, and everybody's count must be the same.
extension Simulation {
    package func bringToRest() -> Violation? {
        isQuiet = true
        crash = nil
        nextStallNs = 0
        sync.takesNs = 100_000
        for venue in venues {
            venue.isDown = false
            (venue.feedDrop, venue.feedDouble, venue.feedReorder) = (0, 0, 0)
            venue.venue.order(FaultOrder(.none), now: nowNs)
            flush(venue)
        }
        isColdStalled = false
        isHotHung = false
        isDiskFull = false
        sync.fails = false
        mendClock()
        for slot in pipes.keys.sorted() {
            wire.setSendRoom(slot, bytes: .max)
            pipes[slot]?.isTrickling = false
        }
        runUntil(nowNs + 1_500_000_000)
        startHot()
        startCold()
        runUntil(nowNs + 500_000_000)
        // Every session once anew: what is in doubt meets a fence.
        for index in venues.indices {
            if let pipe = pipes[index] { cut(pipe, tellsHot: true, tellsPeer: true) }
        }
        runUntil(nowNs + 3_000_000_000)
        // A client that had asked for less than it missed asks for all of it.
        for client in clients { connect(client) }
        runUntil(nowNs + 100_000_000)
        // As many as it takes: a storm of small executions may have shut a venue just now.
        for round in 0..<40 where laws.violation == nil {
            rollSessions()
            runUntil(nowNs + 100_000_000)
            resolveLost()
            var wanted = command(.massCancel)
            wanted.scope = KillScope.firm.rawValue
            ask(wanted)
            runUntil(nowNs + 500_000_000)
            if round > 1, isAtRest { break }
        }
        check()
        guard laws.violation == nil else { return violation }
        judge()
        return violation
    }

    private var isAtRest: Bool {
        guard let hot else { return false }
        return hot.engine.ledger.liveCount == 0 && hot.mailbox.status(.venuesUp) == 3
    }

    private func judge() {
        guard let hot else { return laws.fail("REST", "hot does not come back") }
        if hot.mailbox.status(.venuesUp) != 3 {
            laws.fail("REST", "\(hot.mailbox.status(.venuesUp)) of 3 venues open")
        }
        if hot.engine.ledger.liveCount != 0 {
            var cursor = hot.engine.ledger.walk(.firm)
            let order = hot.engine.ledger.order(hot.engine.ledger.next(&cursor))
            laws.fail(
                "REST",
                "\(hot.engine.ledger.liveCount) orders still live, the first \(order.orderID) "
                    + "\(order.status) on venue \(order.venue) number \(order.venueRefNum)"
            )
        }
        for venue in venues {
            let live = venue.venue.floor.ports[0].live.count
            if live != 0 { laws.fail("REST", "venue \(venue.index) has \(live) live orders") }
            if hot.engine.ledger.appliedSeq(UInt8(venue.index)) != venue.store.count {
                laws.fail(
                    "L8",
                    "venue \(venue.index) said \(venue.store.count) messages, applied are "
                        + "\(hot.engine.ledger.appliedSeq(UInt8(venue.index)))"
                )
            }
        }
        if Int64(venues.count) == hot.mailbox.status(.venuesUp), let cold {
            cold.desk.finish(deskTime)
            checkJournal()
            judgeDesk(hot.engine.ledger)
            if let last = laws.tape.last, durableAtStart[last.epoch] != last.end {
                laws.fail(
                    "L12",
                    "the journal ends at slot \(durableAtStart[last.epoch] ?? 0), the ring at \(last.end)"
                )
            }
        }
        judgeTrade()
        judgeRouted(hot.engine.ledger)
        judgePositions(hot.engine.ledger)
        judgeClients()
        laws.compare(hot.engine.ledger, deep: true)
    }

    /// Every routed order was answered, and nothing of it is open.
    private func judgeRouted(_ ledger: borrowing Ledger) {
        for place in 0..<ledger.parentCount {
            let parent = ledger.parent(at: place)
            guard parent.isRouted, parent.state == .opened || parent.legs > 0 else { continue }
            laws.fail(
                "L20",
                "routed order \(ClOrdID(parent.parent)) is \(parent.state) with \(parent.legs) legs"
            )
        }
    }

    /// A world in which no order reaches a venue breaks no other law.
    private func judgeTrade() {
        let accepted = venues.reduce(0) { sum, venue in
            venue.formerTruth.reduce(sum + venue.truth.accepted) { $0 + $1.accepted }
        }
        counts.accepted = accepted
        if counts.orders >= 50, accepted == 0 {
            laws.fail("REST", "\(counts.orders) orders approved, none was accepted by a venue")
        }
    }

    private func judgePositions(_ ledger: borrowing Ledger) {
        let truths = venues.flatMap(heard)
        for (row, name) in SimImage.symbols.enumerated() {
            let raw = Symbol(name)!.raw
            var wanted = image.instrument(row).startPosition
            for truth in truths { wanted += truth.net[raw] ?? 0 }
            wanted += (laws.adjusted[row] ?? 0) + (laws.byWord[row] ?? 0)
            let found = ledger.instrument(UInt16(row)).pos
            if found != wanted {
                laws.fail("REST", "\(name): position \(found), the venues say \(wanted)")
            }
        }
    }

    /// Nobody is left waiting for an order's end: executed and canceled make the whole of it.
    private func judgeEnds(_ client: SimClient) {
        for (ref, request) in client.requests.sorted(by: { $0.key < $1.key })
        where request.kind == .enter && request.isLive && !request.wasReplaced {
            guard request.told < request.qty else { continue }
            laws.fail(
                "L10",
                "client \(client.index): of \(request.qty) of order \(ref) it was told the end of "
                    + "\(request.told)"
            )
        }
    }

    /// Every request the records say was processed has exactly one first answer.
    private func judgeClients() {
        for client in clients {
            if let broken = client.broken { laws.fail("L10", broken) }
            guard client.isLoggedIn, !client.isUncountable, laws.isWhole(client.index) else {
                continue
            }
            judgeEnds(client)
            for ref in laws.processed[client.index] {
                guard let request = client.requests[ref] else {
                    laws.fail(
                        "L10",
                        "client \(client.index): \(ref) is recorded and was never sent"
                    )
                    continue
                }
                // A replace of an order that ended meanwhile is ignored, as OUCH has it.
                if request.answers == 0, request.kind == .replace { continue }
                if request.answers != 1 {
                    laws.fail(
                        "L10",
                        "client \(client.index): \(request.answers) first answers to \(ref)"
                    )
                }
            }
        }
    }
}
