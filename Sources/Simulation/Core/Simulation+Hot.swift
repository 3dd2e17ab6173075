import Crossing
import ExchangeSimulator
import Glibc
import HotPath
import Journal
import Recovery
import Vocabulary

/// Hot's lives: start, turns, death.
extension Simulation {
    var hotPath: String { folder.shm + "/hot.shm" }

    func startHot() {
        guard hot == nil else { return }
        startTooEarly()
        for end in 0..<wire.endCount { wire.open(end, datagram: false) }
        do {
            let fresh = try SimHot(image, folder, wire: wire, tsc: UInt64(nowNs), utcNs: utcNs)
            hot = fresh
            hotLife += 1
            (bornNs, asked) = (nowNs, [:])
            isRingFull = false
            for venue in venues { (venue.known, venue.wasGapped) = (FeedKnown(), false) }
            laws.hotBegins()
            if isHotRegionLost { forgetUnwritten() }
            isHotRegionLost = false
            isHotHung = false
            hotBusyUntilNs = 0
            judgeClock()
            laws.recovered(fresh)
            trace.say(nowNs, "hot starts, epoch \(fresh.epoch), \(fresh.recoveredLive) live")
            fresh.engine.start(nowNs: utcNs)
            laws.take(fresh.newRecords()[...])
            // The page of counters outlives its process.
            unwrittenSeen = fresh.region.counters.get(.recordsUnwritten)
            joinFeeds()
            for venue in venues.indices {
                backOffNs[venue] = 50_000_000
                schedule.add(.dial(venue: venue, life: hotLife), at: nowNs + 1_000_000)
            }
        } catch StartError.coldBehind {
            // Whoever starts it starts it again.
            trace.say(nowNs, "start refused: cold is behind")
            schedule.add(.hotStart, at: nowNs + 30_000_000)
        } catch StartError.clockBehind(let lastNs) where utcNs < lastNs {
            trace.say(nowNs, "start refused: the clock is behind")
            schedule.add(.hotStart, at: nowNs + 30_000_000)
        } catch {
            laws.fail("START", "\(error)")
        }
    }

    /// Feed sockets, then what a newcomer is told at once: how far the stream is.
    private func joinFeeds() {
        for venue in venues {
            for slot in [SlotMap.feedA, SlotMap.feedB, SlotMap.request] {
                wire.open(slot + venue.index, datagram: true)
                hand(slot + venue.index, datagram: true)
            }
            send([venue.venue.mold.heartbeatPacket], of: venue)
        }
    }

    func hand(_ slot: Int, datagram: Bool) {
        guard let hot else { return }
        let handover = SocketHandover(
            slot: UInt16(slot),
            isDatagram: datagram,
            fd: Int32(slot)
        )
        _ = hot.mailbox.handovers.push(handover)
        wantHotTurn(at: nowNs + 1_000)
    }

    func wantHotTurn(at timeNs: Int64) {
        guard timeNs < hotTurnDueNs || hotTurnDueNs <= nowNs else { return }
        hotTurnDueNs = max(timeNs, nowNs)
        schedule.add(.hotTurn, at: hotTurnDueNs)
    }

    func hotTurn() {
        hotTurnDueNs = .max
        guard let hot, !isHotHung else { return }
        guard nowNs >= hotBusyUntilNs else { return wantHotTurn(at: hotBusyUntilNs) }
        let before = crash == nil ? nil : hot.mark()
        let tookNs = nextStallNs > 0 ? nextStallNs : 2_000
        nextStallNs = 0
        counts.hotTurns += 1
        laws.beginTurn(wordIsUp: hot.mailbox.killWanted != hot.mailbox.killObeyed)
        hot.engine.pollAndTurn(nowNs: hot.clock.utcNs(UInt64(nowNs)))
        hot.engine.endTurn(&hot.clock, from: UInt64(nowNs), to: UInt64(nowNs + tookNs))
        noteHotTurn(hot)
        hotBusyUntilNs = nowNs + tookNs
        let records = hot.newRecords()
        counts.records += records.count
        if let crash, let before, !records.isEmpty,
            !crash.needsOrder || records.contains(where: { $0.record.kind == .new })
        {
            self.crash = nil
            return die(hot, records, crash, before)
        }
        laws.take(records[...])
        judgeFullRing(hot, records)
        note(records)
        if !records.isEmpty { laws.compareSums(hot.engine.ledger) }
        noteGaps()
        collect(nil)
        release(hot)
        while let reply = hot.mailbox.nextReply() { checkReply(hot, reply) }
        while hot.mailbox.nextComplaint() != nil {}
        while hot.mailbox.nextOrderLine() != nil {}
        // Messages left over from this turn come with the next.
        if !records.isEmpty { wantHotTurn(at: nowNs + tookNs + 5_000) }
    }

    /// A cancel of a live order is never refused.
    private func checkReply(_ hot: SimHot, _ reply: CommandReply) {
        judgeAge(reply)
        noteWish(reply)
        if killsAsked.remove(reply.id) != nil { laws.killAnswered(unsentBytes: reply.unsentBytes) }
        guard let orderID = cancelsAsked.removeValue(forKey: reply.id), reply.code != 0 else {
            return
        }
        let slot = hot.engine.ledger.find(orderID)
        guard !slot.isNone, hot.engine.ledger.order(slot).isLive else { return }
        laws.fail("L7", "a cancel of \(orderID), which is live, is refused with \(reply.code)")
    }

    private func note(_ records: [TapeRecord]) {
        for entry in records {
            switch entry.record.kind {
            case .new:
                counts.orders += 1
                if entry.record.owner == Owner.trigger { counts.triggered += 1 }
                checkMarket(entry.record)
                if isClockBad { laws.fail("L14", "a new order while nobody vouches for the clock") }
            case .canceled:
                checkProof(entry.record)
                if entry.record.reason == UInt8(ascii: "T") { counts.expired += 1 }
            case .restated where entry.record.detail == Restatement.modified.rawValue:
                counts.remarked += 1
            case .parent where entry.record.detail == ParentEvent.accepted.rawValue:
                counts.routed += 1
            case .fill: counts.fills += 1
            case .reject:
                counts.refused += 1
                judgeAge(entry.record)
            case .kill where entry.record.code == RiskCode.lossLimit.rawValue:
                counts.lossStops += 1
            case .session: checkReconciled(entry.record)
            default: break
            }
            hash.add(UInt64(entry.record.kind.rawValue) << 56 ^ entry.record.orderID.value)
            hash.add(UInt64(bitPattern: entry.record.t) ^ entry.start)
            hash.add(UInt64(bitPattern: entry.record.px.units &* 31 &+ entry.record.qty.units))
            hash.add(entry.raw)
            trace.say(nowNs, describe(entry.record))
        }
    }

    /// Nothing the venue had said before this login may be missing when doubt is declared over.
    private func checkReconciled(_ record: AuditRecord) {
        guard record.detail == SessionEvent.reconciled.rawValue else { return }
        let venue = venues[Int(record.venue)]
        let heard = laws.lastSeq[venue.index]
        if heard < venue.countAtDial {
            laws.fail(
                "L14",
                "venue \(venue.index) reconciled at message \(heard), it had said "
                    + "\(venue.countAtDial) before the login"
            )
        }
    }

    /// What the venue is said never to have received it must never have answered.
    private func checkProof(_ record: AuditRecord) {
        guard record.flags.contains(.byProof), record.detail == Proof.notReceived.rawValue,
            venues[Int(record.venue)].took(record.userRefNum)
        else { return }
        laws.fail(
            "L16",
            "number \(record.userRefNum) is proved not received, venue \(record.venue) accepted it"
        )
    }

    private func describe(_ record: AuditRecord) -> String {
        "  \(record.kind.name) \(record.orderID) v\(record.venue) c\(record.client) "
            + "ref \(record.userRefNum) client \(record.clientRefNum) qty \(record.qty.units) "
            + "px \(record.px.units) \(record.status) leaves \(record.leavesQty.units) "
            + "cum \(record.cumQty.units) last \(record.lastQty.units) code \(record.code) "
            + "detail \(record.detail) flags \(record.flags.rawValue) seq \(record.venueSeq) "
            + "value \(record.value) told \(record.clientSeq)"
    }

    /// Bytes hot has handed to the kernel enter the links; of a crash's turn only a part, or none.
    func collect(_ part: Int?) {
        let room = UnsafeMutableRawPointer.allocate(byteCount: 65_536, alignment: 64)
        defer { room.deallocate() }
        for slot in pipes.keys.sorted() {
            guard let pipe = pipes[slot], wire.waiting(slot) > 0 else { continue }
            let count = wire.take(slot, into: room, max: 65_536)
            var bytes = Array(UnsafeRawBufferPointer(start: room, count: count))
            if let part { bytes.removeLast(bytes.count - bytes.count * part / 256) }
            guard !bytes.isEmpty else { continue }
            watchWire(pipe, bytes)
            guard !pipe.isDead, pipe.isPeerOpen else { continue }
            send(bytes, toPeer: pipe)
        }
        for venue in venues.indices {
            let slot = SlotMap.request + venue
            while wire.waiting(slot) > 0 {
                let count = wire.take(slot, into: room, max: 2_048)
                let bytes = Array(UnsafeRawBufferPointer(start: room, count: count))
                guard part == nil, !loses(venues[venue]) else { continue }
                schedule.add(
                    .request(venue: venue, bytes: bytes),
                    at: nowNs + profile.latencyNs + 1
                )
            }
        }
    }

    /// Whole packets of hot's to a venue, for the laws of the wire.
    private func watchWire(_ pipe: Pipe, _ bytes: [UInt8]) {
        guard case .venue(let venue) = pipe.peer else { return }
        var isGoingOn = !pipe.watched.isEmpty
        pipe.watched += bytes
        var offset = 0
        while offset + 2 < pipe.watched.count {
            let length = Int(big16(pipe.watched, offset))
            guard offset + 2 + length <= pipe.watched.count else { break }
            let payload = pipe.watched[offset + 3..<offset + 2 + length]
            laws.goesOn(isGoingOn)
            laws.sent(venue, pipe.watched[offset + 2], payload)
            isGoingOn = false
            offset += 2 + length
        }
        laws.goesOn(false)
        pipe.watched.removeFirst(offset)
    }

    private func release(_ hot: SimHot) {
        while let release = hot.mailbox.nextRelease() {
            let slot = Int(release.slot)
            trace.say(nowNs, "slot \(slot) is given back, \(release.reason)")
            if let pipe = pipes[slot] {
                pipes[slot] = nil
                pipe.isHotOpen = false
                closeFromHot(pipe, isOrderly: release.reason == .orderly)
            }
            wire.open(slot, datagram: slot >= SlotMap.feedA && slot < SlotMap.firstClient)
            switch SlotMap.owner(of: slot) {
            case .venue(let venue):
                guard release.reason != .stopping else { continue }
                schedule.add(.dial(venue: venue, life: hotLife), at: nowNs + backOffNs[venue])
                backOffNs[venue] = min(2 * backOffNs[venue], 2_000_000_000)
            case .feed, .request: hand(slot, datagram: true)
            case .client: break
            }
        }
    }

    // MARK: Death

    private func die(
        _ hot: SimHot,
        _ records: [TapeRecord],
        _ plan: CrashPlan,
        _ before: TurnStart
    ) {
        let kept = records.count * plan.part / 255
        trace.say(nowNs, "hot dies: \(kept) of \(records.count) records, \(plan.variant)")
        hot.cut(records, keep: kept, plan, before, path: hotPath)
        laws.take(records[..<kept])
        note(Array(records[..<kept]))
        collect(kept == records.count ? plan.sent : 0)
        bury(restartAfterNs: plan.restartAfterNs)
    }

    /// The process is gone: its sockets end, what its peers had been sent still arrives.
    func bury(restartAfterNs: Int64) {
        counts.hotCrashes += 1
        hot = nil
        hotTurnDueNs = .max
        for slot in pipes.keys.sorted() {
            guard let pipe = pipes[slot] else { continue }
            pipe.isHotOpen = false
            closeFromHot(pipe, isOrderly: links.below(2) == 0)
        }
        pipes.removeAll()
        schedule.add(.hotStart, at: nowNs + restartAfterNs)
    }
}
