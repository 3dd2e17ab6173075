import ExchangeSimulator
import Glibc
import HotPath
import Vocabulary
import Wire

/// Connections and what travels on them.
extension Simulation {
    func newPipe(slot: Int, peer: Pipe.Peer) -> Pipe {
        nextPipe += 1
        let pipe = Pipe(id: nextPipe, slot: slot, peer: peer)
        pipe.isTrickling = profile.has(.trickle) && !isQuiet && links.below(4) == 0
        pipes[slot] = pipe
        wire.open(slot, datagram: false)
        hand(slot, datagram: false)
        return pipe
    }

    private func dueNs(_ pipe: Pipe) -> Int64 {
        let dueNs = nowNs + profile.latencyNs + links.within(0, profile.jitterNs)
        return max(dueNs, pipe.stalledUntilNs)
    }

    /// The pieces in which bytes arrive: one, or a few bytes at a time.
    private func pieces(_ bytes: [UInt8], _ pipe: Pipe) -> [[UInt8]] {
        guard pipe.isTrickling, bytes.count < 400 else { return [bytes] }
        var pieces: [[UInt8]] = []
        var at = 0
        while at < bytes.count {
            let count = min(bytes.count - at, 1 + links.below(20))
            pieces.append(Array(bytes[at..<at + count]))
            at += count
        }
        return pieces
    }

    func send(_ bytes: [UInt8], toPeer pipe: Pipe) {
        guard !pipe.toPeer.isClosed else { return }
        for piece in pieces(bytes, pipe) {
            schedule.add(.toPeer(pipe), at: pipe.toPeer.put(piece, at: dueNs(pipe)))
        }
    }

    func send(_ bytes: [UInt8], toHot pipe: Pipe) {
        guard !pipe.toHot.isClosed, !pipe.isDead else { return }
        for piece in pieces(bytes, pipe) {
            schedule.add(.toHot(pipe), at: pipe.toHot.put(piece, at: dueNs(pipe)))
        }
    }

    // MARK: Ends

    /// Hot's side is closed: orderly after all it had sent, else perhaps in the middle of it.
    func closeFromHot(_ pipe: Pipe, isOrderly: Bool) {
        pipe.toHot.isClosed = true
        guard !pipe.toPeer.isClosed else { return }
        if !isOrderly { pipe.toPeer.truncate(to: links.below(pipe.toPeer.byteCount + 1)) }
        endToPeer(pipe)
    }

    private func endToPeer(_ pipe: Pipe) {
        pipe.toPeer.isClosed = true
        guard !pipe.isDead else { return }
        let at = pipe.toPeer.put([], at: dueNs(pipe))
        pipe.toPeer.chunks[pipe.toPeer.chunks.count - 1].end = 0
        schedule.add(.toPeer(pipe), at: at)
    }

    /// The peer's side is closed; `error` 0 is FIN, behind all it had sent.
    func closeFromPeer(_ pipe: Pipe, error: Int32) {
        pipe.isPeerOpen = false
        pipe.toPeer.isClosed = true
        guard !pipe.toHot.isClosed else { return }
        if error != 0 { pipe.toHot.truncate(to: links.below(pipe.toHot.byteCount + 1)) }
        endToHot(pipe, error)
    }

    private func endToHot(_ pipe: Pipe, _ error: Int32) {
        pipe.toHot.isClosed = true
        let at = pipe.toHot.put([], at: dueNs(pipe))
        pipe.toHot.chunks[pipe.toHot.chunks.count - 1].end = error
        schedule.add(.toHot(pipe), at: at)
    }

    /// The network breaks the connection: both sides learn of it, or one of them only by silence.
    func cut(_ pipe: Pipe, tellsHot: Bool, tellsPeer: Bool) {
        counts.cuts += 1
        trace.say(nowNs, "pipe \(pipe.peer) is cut, hot told \(tellsHot), peer told \(tellsPeer)")
        pipe.toHot.truncate(to: links.below(pipe.toHot.byteCount + 1))
        pipe.toPeer.truncate(to: links.below(pipe.toPeer.byteCount + 1))
        if tellsHot, !pipe.toHot.isClosed { endToHot(pipe, Int32(ECONNRESET)) }
        if tellsPeer, !pipe.toPeer.isClosed { endToPeer(pipe) }
        pipe.isDead = true
    }

    // MARK: Arrivals

    func deliverToHot(_ pipe: Pipe) {
        if pipe.stalledUntilNs > nowNs {
            return schedule.add(.toHot(pipe), at: pipe.stalledUntilNs)
        }
        let due = pipe.toHot.take(nowNs)
        guard pipe.isHotOpen, pipes[pipe.slot] === pipe, hot != nil else { return }
        for (index, chunk) in due.enumerated() {
            let taken = chunk.bytes.withUnsafeBytes { raw in
                raw.isEmpty ? 0 : wire.push(pipe.slot, raw.baseAddress!, raw.count)
            }
            if taken < chunk.bytes.count {
                // The socket's buffer is full: the rest waits, as TCP's window would have it.
                var rest = Array(due[index...])
                rest[0].bytes.removeFirst(taken)
                pipe.toHot.chunks.insert(contentsOf: rest, at: 0)
                schedule.add(.toHot(pipe), at: nowNs + 1_000_000)
                break
            }
            if let end = chunk.end { wire.hangUp(pipe.slot, error: end) }
            hash.add(chunk.bytes)
        }
        if !due.isEmpty { wantHotTurn(at: nowNs + links.within(200, 20_000)) }
    }

    func deliverToPeer(_ pipe: Pipe) {
        if pipe.stalledUntilNs > nowNs {
            return schedule.add(.toPeer(pipe), at: pipe.stalledUntilNs)
        }
        for chunk in pipe.toPeer.take(nowNs) where pipe.isPeerOpen {
            hash.add(chunk.bytes)
            switch pipe.peer {
            case .venue(let index):
                let venue = venues[index]
                if !chunk.bytes.isEmpty {
                    venue.venue.received(chunk.bytes, on: pipe.connection, now: nowNs)
                }
                if chunk.end != nil {
                    pipe.isPeerOpen = false
                    venue.pipes[pipe.connection] = nil
                    venue.venue.closed(pipe.connection, now: nowNs)
                }
                flush(venue)
            case .client(let index):
                let client = clients[index]
                guard client.pipe === pipe else { continue }
                client.receive(chunk.bytes)
                if chunk.end != nil {
                    pipe.isPeerOpen = false
                    client.ended()
                }
            }
        }
    }
}

extension Pipe.Peer: CustomStringConvertible {
    var description: String {
        switch self {
        case .venue(let index): "venue \(index)"
        case .client(let index): "client \(index)"
        }
    }
}
