import ExchangeSimulator
import HotPath
import Vocabulary
import Wire

/// The venues' turns, their connections, and the feed.
extension Simulation {
    func lookAt(_ venue: SimVenue) {
        venue.dueNs = max(nowNs, venue.venue.nextDue)
        schedule.add(.venue(venue.index), at: venue.dueNs)
    }

    func serve(_ venue: SimVenue) {
        venue.venue.advance(to: nowNs)
        flush(venue)
    }

    /// What the venue has to say leaves; what it said is the truth.
    func flush(_ venue: SimVenue) {
        let output = venue.venue.takeOutput(now: nowNs)
        for write in output.writes {
            if let pipe = venue.pipes[write.connection] { send(write.bytes, toHot: pipe) }
        }
        for connection in output.closes {
            guard let pipe = venue.pipes.removeValue(forKey: connection) else { continue }
            closeFromPeer(pipe, error: 0)
        }
        send(output.packets, of: venue)
        venue.truth.follow(venue.store)
        lookAt(venue)
    }

    func dial(_ index: Int) {
        guard hot != nil, pipes[index] == nil else { return }
        let venue = venues[index]
        guard !venue.isDown else {
            schedule.add(.dial(venue: index, life: hotLife), at: nowNs + backOffNs[index])
            backOffNs[index] = min(2 * backOffNs[index], 2_000_000_000)
            return
        }
        trace.say(nowNs, "venue \(index) is dialled")
        let pipe = newPipe(slot: index, peer: .venue(index))
        pipe.connection = venue.venue.opened(.orderEntry, now: nowNs)
        venue.pipes[pipe.connection] = pipe
        venue.countAtDial = venue.store.count
        flush(venue)
    }

    // MARK: Feed

    func loses(_ venue: SimVenue) -> Bool {
        venue.feedDrop > 0 && feeds.chance(perMille: venue.feedDrop)
    }

    func send(_ packets: [[UInt8]], of venue: SimVenue) {
        guard hot != nil else { return }
        for packet in packets {
            for base in [SlotMap.feedA, SlotMap.feedB] {
                if loses(venue) { continue }
                var dueNs = nowNs + profile.latencyNs + feeds.within(0, 20_000)
                if venue.feedReorder > 0, feeds.chance(perMille: venue.feedReorder) {
                    dueNs += feeds.within(0, 3_000_000)
                }
                let slot = base + venue.index
                schedule.add(.datagram(slot: slot, bytes: packet, life: hotLife), at: dueNs)
                if venue.feedDouble > 0, feeds.chance(perMille: venue.feedDouble) {
                    schedule.add(
                        .datagram(slot: slot, bytes: packet, life: hotLife),
                        at: dueNs + 50_000
                    )
                }
            }
        }
    }

    func answerRequest(_ index: Int, _ bytes: [UInt8]) {
        let venue = venues[index]
        let answer = bytes.withUnsafeBytes { raw in
            withWireBytes(raw.baseAddress!, count: raw.count) { venue.venue.answer(request: $0) }
        }
        guard let answer, !loses(venue) else { return }
        schedule.add(
            .datagram(slot: SlotMap.request + index, bytes: answer, life: hotLife),
            at: nowNs + profile.latencyNs + 1
        )
    }
}
