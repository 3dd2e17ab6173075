import Crossing
import Glibc
import HotPath
import Journal
import Recovery
import Vocabulary

/// What start-up found on disk and in shared memory, made into state (semantics.md §2.15): by hot
/// itself, cold alive or not.
struct HotStart: ~Copyable {
    var region: HotRegion
    var recovery: Recovery
    var summary: String

    static func open(
        _ image: HotImageView,
        _ options: HotOptions
    ) throws(HotRefusal) -> HotStart {
        var recovery = Recovery(image: image)
        let journaled = try readJournal(
            &recovery,
            options.stateDir + "/journal",
            image.header.tradingDate
        )
        let region = try openRegion(image, options, after: recovery.report.lastEpoch)
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
        guard HotClock.nowNs() >= recovery.report.lastT else {
            throw .file(
                "clock: now is before the last journaled event (\(recovery.report.lastT) ns UTC); "
                    + "set the clock right before starting"
            )
        }
        let dropped = repairStores(region, recovery.ledger, image)
        recovery.noteStart(
            regionIsNew: !region.reattached,
            paper: image.header.paper != 0,
            storeMessagesDropped: dropped
        )
        region.control[HotWord.imageHash] = image.hash
        let report = recovery.report
        let summary =
            "recovered \(report.journalRecords) journal and \(report.ringRecords) ring records, "
            + "epoch \(region.epoch), \(recovery.ledger.liveCount) orders live, "
            + "\(dropped) unrecorded answers dropped"
        return HotStart(region: region, recovery: recovery, summary: summary)
    }

    private static func readJournal(
        _ recovery: inout Recovery,
        _ path: String,
        _ tradingDate: UInt32
    ) throws(HotRefusal) -> (epoch: UInt64, slotEnd: UInt64) {
        do throws(JournalError) {
            var reader = try JournalReader(journal: path, tradingDate: tradingDate)
            do throws(RecoveryError) {
                try recovery.readJournal(&reader)
            } catch {
                throw HotRefusal.file("\(error)")
            }
            return (reader.lastEpoch, reader.lastSlotEnd)
        } catch let error as JournalError {
            if case .noJournal = error { return (0, 0) }
            throw .file("\(error)")
        } catch let error as HotRefusal {
            throw error
        } catch {
            throw .file("\(error)")
        }
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
                createdNs: HotClock.nowNs()
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

enum HotClock {
    /// ns UTC.
    static func nowNs() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
