import Crossing
import Glibc
import HotControl
import HotPath
import Journal
import Recovery
import Vocabulary

/// What start-up found on disk and in shared memory, made into state (semantics.md §2.15): by hot
/// itself, cold alive or not.
struct HotStart: ~Copyable {
    let region: HotRegion
    var recovery: Recovery
    let summary: String
    /// Snapshots that were not used, one line each.
    let notes: [String]

    init(_ image: HotImageView, _ options: HotOptions) throws(HotRefusal) {
        let beganNs = ClockNow.monotonicNs()
        var notes: [String] = []
        let found = try Self.readJournal(options.stateDir + "/journal", image, &notes)
        let journaled = found.end
        var recovery = found.recovery
        let region = try Self.openRegion(image, options, after: recovery.report.lastEpoch)
        // Where the journal ends inside this region; another epoch's journal says nothing of it.
        let from =
            journaled.epoch == region.epoch
            ? journaled.slotEnd : region.control[HotWord.auditConsumerKnown]
        if region.reattached {
            do throws(RecoveryError) {
                try recovery.readRing(region.audit, from: from)
            } catch {
                throw .file("\(error)")
            }
        }
        guard ClockNow.utcNs() >= recovery.report.lastT else {
            throw .file(
                "clock: now is before the last journaled event (\(recovery.report.lastT) ns UTC); "
                    + "set the clock right before starting"
            )
        }
        let dropped = Self.repairStores(region, recovery.ledger, image)
        recovery.noteStart(
            regionIsNew: !region.reattached,
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
            + "\(dropped) unrecorded answers dropped, \((ClockNow.monotonicNs() - beganNs) / 1_000_000) ms"
        self.region = region
        self.recovery = recovery
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
        _ notes: inout [String]
    ) throws(HotRefusal) -> Journaled {
        var start: StartState
        do throws(JournalError) {
            start = try StartState.open(journal: path, image: image) { notes.append($0) }
        } catch {
            if case .noJournal = error {
                return Journaled(recovery: Recovery(image: image), end: (0, 0))
            }
            throw .file("\(error)")
        }
        do throws(RecoveryError) {
            try start.recovery.readJournal(&start.reader)
        } catch {
            throw .file("\(error)")
        }
        let end = (epoch: start.reader.lastEpoch, slotEnd: start.reader.lastSlotEnd)
        return Journaled(recovery: start.takeRecovery(), end: end)
    }

    private static func openRegion(
        _ image: HotImageView,
        _ options: HotOptions,
        after lastEpoch: UInt64
    ) throws(HotRefusal) -> HotRegion {
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
                path: options.shmDir + "/hot.shm",
                sizes: sizes,
                epoch: lastEpoch + 1,
                createdNs: ClockNow.utcNs()
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
            throw .file("\(error)")
        }
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
