package import Crossing
import Glibc
package import HotPath
package import Journal
import Vocabulary

/// What start-up found on disk and in shared memory, made into state (semantics.md §2.15): by hot
/// itself, cold alive or not.
@safe
package struct HotStart: ~Copyable {
    private var region: HotRegion?
    private var recovery: Recovery?
    package let summary: String
    /// Snapshots that were not used, one line each.
    package let notes: [String]

    /// Once: the region hot lives with.
    package mutating func takeRegion() -> HotRegion {
        guard let region = region.take() else { fatalError("a start's region is taken once") }
        return region
    }

    /// Once: the state its engine begins with.
    package mutating func takeRecovery() -> Recovery {
        guard let recovery = recovery.take() else { fatalError("a start's state is taken once") }
        return recovery
    }

    /// Reads journal and ring, makes or attaches `hot.shm`, cuts what was never recorded.
    ///
    /// Refused when `nowNs`, UTC, lies before the last journaled event or what the engine last
    /// showed. `change` says what differs from the image's sizes; a simulation needs smaller tables.
    /// `coldLooks`: how often it is looked, a millisecond apart, whether a living cold has journaled
    /// all of a region that was lost.
    ///
    /// - Throws: `StartError` with what stands in the way.
    package init(
        _ image: HotImageView,
        stateDir: String,
        shmDir: String,
        nowNs: Int64,
        coldLooks: Int = 5_000,
        change: (inout LedgerConfig) -> Void = { _ in }
    ) throws(StartError) {
        var notes: [String] = []
        try FormerNames.check(image, journal: stateDir + "/journal")
        var found = try Self.readJournal(stateDir + "/journal", image, change, &notes)
        let date = image.header.tradingDate
        let journaledEpoch = found.recovery.report.lastEpoch
        // Lives of which the host's death left no record have had their epochs, too.
        let begun = try Self.begun(stateDir, date)
        let region = try Self.openRegion(
            image,
            shmDir,
            after: max(journaledEpoch, begun),
            nowNs: nowNs
        )
        if try Self.awaitsCold(region, stateDir, shmDir, looks: coldLooks) {
            notes.removeAll()
            found = try Self.readJournal(stateDir + "/journal", image, change, &notes)
        }
        let journaled = found.end
        var recovery = found.recovery
        if region.epoch != begun {
            do throws(RegionError) {
                try EpochFile.write(stateDir, tradingDate: date, epoch: region.epoch)
            } catch {
                throw .region(error)
            }
        }
        if region.reattached, region.audit.position > 0 {
            let hash = region.control[HotWord.imageHash]
            // Another date's, when nobody kept it under this one.
            let journal = stateDir + "/journal"
            try FormerNames.check(image, hash: hash, journal: journal, mustBeKept: false)
        }
        // Where the journal ends inside this region; another epoch's journal says nothing of it.
        let from =
            journaled.epoch == region.epoch
            ? journaled.slotEnd : region.control[HotWord.auditConsumerKnown]
        if region.reattached {
            do throws(RecoveryError) {
                try recovery.readRing(region.audit, from: from)
            } catch {
                throw .recovery(error)
            }
        }
        // What it last showed counts, too: commands are valid until then.
        // A word a day beyond all we know is damage: records alone count then.
        let known = max(recovery.report.lastT, nowNs)
        let shownNs = region.reattached ? region.engineNs : 0
        let isShown = shownNs <= known &+ 86_400_000_000_000
        let lastNs = max(recovery.report.lastT, isShown ? shownNs : 0)
        guard nowNs >= lastNs else { throw .clockBehind(lastNs: lastNs) }
        let dropped = Self.repairStores(region, recovery.ledger, image)
        recovery.noteStart(
            // One nobody has written a record to is as new as one just made.
            regionIsNew: !region.reattached || region.audit.position == 0,
            epochsLost: region.epoch - max(journaledEpoch, 1),
            paper: image.header.paper != 0,
            storeMessagesDropped: dropped
        )
        region.control[HotWord.imageHash] = image.hash
        let report = recovery.report
        let behind =
            report.snapshotSequence > 0 ? "snapshot at \(report.snapshotSequence), " : ""
        self.notes = notes
        summary =
            "recovered \(behind)\(report.journalRecords) journal and \(report.ringRecords) ring records, "
            + "epoch \(region.epoch), \(recovery.ledger.liveCount) orders live, "
            + "\(dropped) unrecorded answers dropped"
        self.region = .some(region)
        self.recovery = .some(recovery)
    }

    private static func begun(
        _ stateDir: String,
        _ tradingDate: UInt32
    ) throws(StartError) -> UInt64 {
        do throws(EpochError) {
            return try EpochFile.read(stateDir, tradingDate: tradingDate)
        } catch {
            throw .epoch(error)
        }
    }

    /// The state the journal gives, and where its last record stood in the ring.
    private struct Journaled: ~Copyable {
        var recovery: Recovery
        var end: (epoch: UInt64, slotEnd: UInt64)
    }

    /// The newest snapshot that fits and what the journal holds behind it, else all of it.
    private static func readJournal(
        _ path: String,
        _ image: HotImageView,
        _ change: (inout LedgerConfig) -> Void,
        _ notes: inout [String]
    ) throws(StartError) -> Journaled {
        var start: StartState
        do throws(JournalError) {
            start = try StartState.open(journal: path, image: image, change: change) {
                notes.append($0)
            }
        } catch {
            if case .noJournal = error {
                return Journaled(recovery: Recovery(image: image, change: change), end: (0, 0))
            }
            throw .journal(error)
        }
        do throws(RecoveryError) {
            try start.recovery.readJournal(&start.reader)
        } catch {
            throw .recovery(error)
        }
        let end = (epoch: start.reader.lastEpoch, slotEnd: start.reader.lastSlotEnd)
        return Journaled(recovery: start.takeRecovery(), end: end)
    }

    private static func openRegion(
        _ image: HotImageView,
        _ shmDir: String,
        after lastEpoch: UInt64,
        nowNs: Int64
    ) throws(StartError) -> HotRegion {
        let header = image.header
        let sizes = HotRegionSizes(
            auditSlots: Int(header.auditSlots),
            telemetrySlots: Int(header.telemetrySlots),
            instruments: image.instrumentCount,
            venues: image.venueCount,
            clients: max(1, image.clientCount),
            storeBytes: Int(header.clientStoreBytes),
            storeMessages: Int(header.clientStoreMessages),
            imageBytes: image.count
        )
        do throws(RegionError) {
            let region = try HotRegion.create(
                path: shmDir + "/hot.shm",
                sizes: sizes,
                epoch: lastEpoch + 1,
                createdNs: nowNs
            )
            if !region.reattached {
                _ = unsafe region.limits.write(
                    image.bytes,
                    count: image.count,
                    version: UInt64(header.limitsVersion)
                )
            }
            return region
        } catch {
            throw .region(error)
        }
    }

    /// A region was lost while cold lives: it has the lost one's records still before it, and what it
    /// journals after we have read the journal we would never know of. Our new region stands under the
    /// name and has no configuration yet, so cold reads the old one to its end and follows none.
    ///
    /// - Returns: Whether there was something to wait for: the journal is to be read again.
    private static func awaitsCold(
        _ region: borrowing HotRegion,
        _ stateDir: String,
        _ shmDir: String,
        looks: Int
    ) throws(StartError) -> Bool {
        guard region.control[HotWord.imageHash] == 0, region.audit.position == 0 else {
            return false
        }
        let lock = stateDir + "/cold.lock"
        guard let pid = FileLock.holder(lock) else { return false }
        let cold: ColdRegion
        do throws(RegionError) {
            cold = try ColdRegion.attach(path: shmDir + "/cold.shm", writable: false)
        } catch {
            // Cold begins, and has read nothing of any region.
            return false
        }
        guard cold.control[ColdWord.followedEpoch] != 0 else { return true }
        for _ in 0..<looks {
            guard cold.control[ColdWord.followedEpoch] != 0 else { return true }
            guard FileLock.holder(lock) != nil else { return true }
            usleep(1_000)
        }
        throw .coldBehind(pid: pid, epoch: cold.control[ColdWord.followedEpoch])
    }

    private static func repairStores(
        _ region: borrowing HotRegion,
        _ ledger: borrowing Ledger,
        _ image: HotImageView
    ) -> Int {
        var dropped = 0
        for client in 0..<image.clientCount {
            dropped += StoreRepair.repair(
                region.store(client),
                recorded: ledger.client(UInt16(client)).outboundSeq
            )
        }
        return dropped
    }
}

/// Why hot cannot start from what it found.
package enum StartError: Error, CustomStringConvertible {
    case journal(JournalError)
    case recovery(RecoveryError)
    case region(RegionError)
    case epoch(EpochError)
    case clockBehind(lastNs: Int64)
    /// Cold still has records of a region that is gone.
    case coldBehind(pid: Int32, epoch: UInt64)
    /// A row of the configuration is another's than when the date's records were made.
    case renamed(list: String, row: Int, was: String, now: String)
    case imageLost(path: String, reason: String)

    package var description: String {
        switch self {
        case .journal(let error): "\(error)"
        case .recovery(let error): "\(error)"
        case .region(let error): "\(error)"
        case .epoch(let error): "\(error)"
        case .clockBehind(let lastNs):
            "clock: now is before what hot's clock last showed or journaled (\(lastNs) ns UTC); "
                + "set the clock right, or start once it has passed"
        case .coldBehind(let pid, let epoch):
            "hot.shm of epoch \(epoch) is gone and cold (pid \(pid)) has not journaled all of it yet; "
                + "start again in a while, or end cold if it does not move: what it has not "
                + "journaled is lost then"
        case .renamed(let list, let row, let was, let now):
            "configuration: \(list)[\(row)] is \(now), this date's records know it as \(was); keep "
                + "the order and add at the end, or begin the next date (apus day roll)"
        case .imageLost(let path, let reason):
            "\(path): \(reason); without it nobody can tell what this date's records name; put it "
                + "back, or start with the configuration they were made under"
        }
    }
}
