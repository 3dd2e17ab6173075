import ColdCore
import Crossing
import ExecutionAlgos
import Monitoring
import Vocabulary

extension Desk {
    /// Finds hot, or finds that hot made a new region. Hot's death alone changes nothing: its
    /// region stays, is drained, and goes on when hot is back.
    func attachIfNeeded(_ time: DeskTime) {
        guard time.monotonicNs - Self.attachEveryNs >= lastAttachNs else { return }
        lastAttachNs = time.monotonicNs
        let inode = SystemFile.inode(files.hotRegion)
        if let hot {
            guard let inode, inode != hot.inode else { return }
            // A new region stands under the name. What is left in the old one comes first.
            guard held == nil, hot.audit.position == hot.region.audit.position || ringFailure != nil
            else { return }
            heard(journal.drain(time), time)
            // What the disk has not taken yet would come into the journal behind the back of a hot
            // that has read it.
            guard journal.pendingBytes == 0 || journalFailure != nil else { return }
            self.hot = nil
            cold.hotWentAway()
            cold.region.control[ColdWord.followedEpoch] = 0
        }
        guard inode != nil else { return }
        attach(time)
    }

    private func attach(_ time: DeskTime) {
        let region: HotRegion
        do { region = try HotRegion.attach(path: files.hotRegion, writable: false) } catch {
            rooms.monitoring.watch(
                "hot-region",
                .warning,
                raised: true,
                nowNs: time.nowNs,
                "\(error)"
            )
            return
        }
        rooms.monitoring.watch("hot-region", .warning, raised: false, nowNs: time.nowNs, "")
        guard pairs(region, time) else { return }

        let epoch = region.epoch
        let from = resumeSlot(region, time)
        let telemetry = resumeTelemetry(region)
        let link = HotLink(region, auditFrom: from, telemetryFrom: telemetry, at: time)
        cursor = from
        cold.region.adopt(hotEpoch: epoch, auditCursor: from, telemetryCursor: telemetry)
        cold.hotAttached(link)
        cold.region.control[ColdWord.followedEpoch] = epoch
        hot = link
        ringFailure = nil
        quietAfterStart(time)
        rooms.monitoring.log(
            time.nowNs,
            "attached",
            "hot epoch \(epoch), audit from slot \(from)"
        )
    }

    /// Commands of the cold before us may still stand in the ring; they expire on hot's clock, which
    /// nobody knew until now.
    private func quietAfterStart(_ time: DeskTime) {
        guard !wasQuiet else { return }
        wasQuiet = true
        rooms.algos.beQuiet(untilNs: engineNow(time) + Desk.commandValidNs + AlgoWorld.marginNs)
    }

    /// Hot and cold trade on one configuration or not together. A hot that has not yet said which
    /// one it runs is asked again.
    private func pairs(_ region: borrowing HotRegion, _ time: DeskTime) -> Bool {
        let hash = region.control[HotWord.imageHash]
        let build = region.control[HotWord.buildID]
        guard hash != 0 else { return false }
        let sameImage = hash == reference.imageHash || hash == reference.imageHash >> 32
        let sameBuild = build == 0 || reference.buildID == 0 || build == reference.buildID
        let problem: String? =
            if !sameImage {
                """
                cold: hot runs image \(hex(hash)), \(files.image) is \(hex(reference.imageHash)); \
                stop both and run `apus up` again
                """
            } else if !sameBuild {
                """
                cold: hot is build \(hex(build)), this is \(hex(reference.buildID)); \
                install one build and run `apus up` again
                """
            } else { nil }
        pairingRefused = problem
        rooms.monitoring.watch(
            "pairing",
            .critical,
            raised: problem != nil,
            nowNs: time.nowNs,
            problem ?? ""
        )
        return problem == nil
    }

    private func hex(_ value: UInt64) -> String { String(value, radix: 16) }

    /// The slot after the last journaled record of this epoch. Without one: what our own region
    /// says is durable elsewhere (an earlier date's journal), else the epoch's beginning.
    private func resumeSlot(_ region: borrowing HotRegion, _ time: DeskTime) -> UInt64 {
        let durable = cold.region.auditCursor.load(epoch: region.epoch)
        guard let next = journal.next, next.epoch == region.epoch else { return durable ?? 0 }
        if let durable, durable > next.slot, region.audit.position >= durable {
            let missing = durable - next.slot
            rooms.monitoring.watch(
                "journal-behind",
                .critical,
                raised: true,
                nowNs: time.nowNs,
                "journal: ends at slot \(next.slot), but \(durable) was durable: "
                    + "\(missing) slots are missing from it"
            )
            return durable
        }
        return next.slot
    }

    private func resumeTelemetry(_ region: borrowing HotRegion) -> UInt64 {
        let newest = region.telemetry.position
        guard cold.region.control[ColdWord.auditEpoch] == region.epoch else { return newest }
        let known = cold.region.control[ColdWord.telemetryCursor]
        return newest &- known <= UInt64(region.telemetry.slots) ? known : newest
    }
}
