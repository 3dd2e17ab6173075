import ColdCore
import Crossing
import Desk
import ExchangeSimulator
import Glibc
import HotPath
import Journal
import Vocabulary

/// Accidents of the machine under both processes: it stops, its disk is full, its clock is lost.
extension Simulation {
    /// Both processes and both regions are gone, and of the journal stays what was durable and as
    /// much of the rest as the disk happened to have, the last block of it perhaps torn.
    func crashHost() {
        guard hot != nil, cold != nil else { return }
        trace.say(nowNs, "the host dies, durable up to \(sync.durableSequence)")
        collect(0)
        sync.vanish()
        cold = nil
        coldPage = nil
        counts.coldCrashes += 1
        bury(restartAfterNs: faults.within(10_000_000, 1_000_000_000))
        unlink(hotPath)
        unlink(folder.shm + "/cold.shm")
        schedule.add(.coldStart, at: nowNs + faults.within(0, 500_000_000))
        tearJournal()
        forgetUnwritten()
        if UInt64(laws.tape.count) < sync.durableSequence {
            laws.fail(
                "L12",
                "the journal has \(laws.tape.count) entries, durable were \(sync.durableSequence)"
            )
        }
    }

    private func tearJournal() {
        let place = journalEnds()
        guard let path = place.path, place.size > place.durable else { return }
        let kept = place.durable + faults.below(place.size - place.durable + 1)
        truncate(path, off_t(kept))
        // A block that was written in part: what lies behind the tear is zeros.
        let torn = min(kept - place.durable, faults.below(512))
        guard torn > 0, faults.below(2) == 0 else { return }
        let fd = open(path, O_WRONLY | O_CLOEXEC)
        let zeros = [UInt8](repeating: 0, count: torn)
        _ = pwrite(fd, zeros, torn, off_t(kept - torn))
        close(fd)
    }

    /// The last segment, its size, and how much of it the disk is known to have.
    private func journalEnds() -> (path: String?, size: Int, durable: Int) {
        do {
            var reader = try JournalReader(
                journal: folder.state + "/journal",
                tradingDate: SimImage.tradingDate
            )
            var durable = 0
            while let entry = try reader.next() {
                guard entry.segment == UInt32(reader.segments.count) else { continue }
                durable = max(durable, entry.offset)
                guard entry.sequence <= sync.durableSequence else {
                    break
                }
                durable = entry.offset + Int(entry.head.length)
            }
            guard let number = reader.segments.last else { return (nil, 0, 0) }
            let path = JournalFiles.segment(
                JournalFiles.directory(
                    folder.state + "/journal",
                    tradingDate: SimImage.tradingDate
                ),
                number: number
            )
            var status = stat()
            stat(path, &status)
            return (path, Int(status.st_size), durable)
        } catch {
            if case .noJournal = error { return (nil, 0, 0) }
            laws.fail("L12", "journal: \(error)")
            return (nil, 0, 0)
        }
    }

    func fillDisk() {
        guard !isDiskFull else { return }
        isDiskFull = true
        let place = journalEnds()
        fullAtBytes = place.size + faults.below(2_000)
        trace.say(nowNs, "the disk is full at \(fullAtBytes)")
        schedule.add(.heal(.diskRoom), at: nowNs + faults.within(1_000_000, 1_500_000_000))
    }

    /// A start whose clock stands before the last record must be refused, and change nothing.
    func startTooEarly() {
        // With its region gone the last record may be gone, too.
        guard profile.has(.clock), !isHotRegionLost, let last = laws.tape.last?.record.t,
            faults.below(2) == 0
        else {
            return
        }
        do {
            _ = try SimHot(image, folder, wire: wire, tsc: UInt64(nowNs), utcNs: last - 1)
            laws.fail("L17", "hot started at a time before the last record")
        } catch {
            trace.say(nowNs, "start refused: \(error)")
        }
    }

    // MARK: Those who lie

    /// Well-formed and false: what the venue has said, said again or said otherwise.
    func talkNonsense(_ venue: SimVenue) {
        let store = venue.store
        guard store.count > 0 else { return }
        let back = UInt64(faults.below(60))
        guard back < store.count else { return }
        var at = store.count - back
        // Trades and their breaks are what may be told twice to most effect.
        switch faults.below(4) {
        case 0, 1: at = last(UInt8(ascii: "E"), in: store, before: at) ?? at
        case 2: at = last(UInt8(ascii: "B"), in: store, before: at) ?? at
        default: break
        }
        var bytes = Array(store.message(at))
        guard let type = bytes.first, bytes.count >= 20 else { return }
        let live = venue.venue.floor.ports[0].live.keys.map(\.userRefNum).sorted()
        let kind = faults.below(7)
        switch type {
        case UInt8(ascii: "E"):
            if kind > 1 { put(faults.next() >> 20 | 1 << 50, into: &bytes, at: 26, count: 8) }
            if kind > 2, !live.isEmpty {
                put(UInt64(faults.pick(live)), into: &bytes, at: 9, count: 4)
            }
            if kind == 4 { put(UInt64(faults.below(3_000)), into: &bytes, at: 13, count: 4) }
            if kind == 5 { put(UInt64(3_000_000_000), into: &bytes, at: 9, count: 4) }
        case UInt8(ascii: "C"):
            if kind > 2, !live.isEmpty {
                put(UInt64(faults.pick(live)), into: &bytes, at: 9, count: 4)
                put(UInt64(faults.below(5_000)), into: &bytes, at: 13, count: 4)
            }
            if kind == 1 { put(0, into: &bytes, at: 13, count: 4) }
        case UInt8(ascii: "B"): if kind == 3 { put(faults.next(), into: &bytes, at: 13, count: 8) }
        default:
            guard kind < 2 else { return }
            // No message at all: a type nobody knows, or one cut short.
            if kind == 0 {
                bytes[0] = UInt8(ascii: "z")
            } else {
                bytes.removeLast(bytes.count - 12)
            }
        }
        trace.say(nowNs, "venue \(venue.index) says nonsense \(bytes)")
        venue.venue.floor.ports[0].say(raw: bytes)
        serve(venue)
    }

    /// The last message of `type` up to `newest`, some way back.
    private func last(_ type: UInt8, in store: SoupStore, before newest: UInt64) -> UInt64? {
        var at = newest
        while at > 0, newest - at < 200 {
            if store.message(at).first == type { return at }
            at -= 1
        }
        return nil
    }

    private func put(_ value: UInt64, into bytes: inout [UInt8], at: Int, count: Int) {
        guard bytes.count >= at + count else { return }
        for index in 0..<count {
            bytes[at + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - index)))
        }
    }

    /// A room of cold's gone wrong: parents over their total, limits that loosen, strangers' strategies.
    func lieFromCold() {
        guard let cold, !isColdStalled else { return }
        for _ in 0..<3 { lie(cold) }
    }

    private func lie(_ cold: SimCold) {
        switch faults.below(4) {
        case 0, 1:
            let symbol = faults.below(SimImage.symbols.count)
            let order = ChildOrder(
                parent: 7_000 + UInt64(faults.below(3)),
                parentQty: OrderQty(units: 300),
                instrument: UInt16(symbol),
                account: faults.below(8) == 0 ? 0 : 1,
                strategy: faults.below(8) == 0 ? 1 : 2,
                side: .buy,
                qty: OrderQty(units: faults.within(50, 250)),
                px: Price(units: SimImage.mids[symbol] - faults.within(1, 30) * 100),
                timeInForce: .day,
                venue: UInt8(faults.below(3)),
                validUntilNs: engineShownNs + Self.tradeValidNs
            )
            cold.desk.outbox.push(.new(order))
        case 2:
            let field = faults.pick([LimitField.maxOrderQty, .maxLong, .maxShort, .maxOpenNotional])
            let row = UInt16(faults.below(field.row == .account ? 2 : 4))
            let value =
                faults.below(2) == 0 ? Int64(1) << 40 : faults.within(1_000, 10_000_000_000)
            cold.desk.outbox.push(
                .limit(field: field, row: row, value: value, reason: "simulated")
            )
        default: cold.desk.outbox.push(.cancel(ClOrdID(faults.next())))
        }
    }
}
