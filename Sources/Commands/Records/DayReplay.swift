internal import Crossing
internal import HotPath
internal import Journal
internal import Recovery
internal import Vocabulary

/// Replays a whole date as hot would, segment by segment: every record must say what the ledger
/// finds after it, and every snapshot must be the state at the end of its segment.
struct DayReplay {
    private let directory: StateDirectory
    private let tradingDate: UInt32

    init(_ directory: StateDirectory, _ tradingDate: UInt32) {
        self.directory = directory
        self.tradingDate = tradingDate
    }

    /// Adds to the verdict what does not hold. A journal that is damaged has been told already.
    func judge(_ verdict: inout JournalVerdict) {
        guard verdict.found(.damage).isEmpty,
            let image = try? DayImages.load(directory, tradingDate),
            image.view.header.tradingDate == tradingDate
        else { return }
        var recovery = Recovery(image: image.view)
        do {
            try replay(&recovery, image.view, &verdict)
        } catch let error as RecoveryError {
            add(&verdict, .replay, directory.day(tradingDate), error.description)
        } catch {
            add(&verdict, .damage, directory.day(tradingDate), "\(error)")
        }
        recovery.discard()
    }

    private func replay(
        _ recovery: inout Recovery,
        _ image: HotImageView,
        _ verdict: inout JournalVerdict
    ) throws {
        var reader = try JournalReader(journal: directory.journal, tradingDate: tradingDate)
        let snapshots = Set(JournalFiles.snapshots(reader.directory))
        while try recovery.readSegment(&reader) {
            let point = reader.point
            guard snapshots.contains(point.segment) else { continue }
            let path = JournalFiles.snapshot(reader.directory, number: point.segment)
            recovery.takeBackUntold()
            let hash = recovery.ledger.stateHash()
            if let wrong = judge(path, image, point, hash) {
                add(&verdict, .snapshot, path, wrong)
            }
        }
    }

    /// What is wrong with a snapshot; one of another configuration or build says nothing.
    private func judge(
        _ path: String,
        _ image: HotImageView,
        _ point: JournalPoint,
        _ hash: UInt64
    ) -> String? {
        do throws(SnapshotError) {
            let loaded = try Snapshot.load(path, image: image, tradingDate: tradingDate)
            let (at, found) = (loaded.point, loaded.recovery.ledger.stateHash())
            loaded.discard()
            guard at.sequence != point.sequence || at.chain == point.chain else {
                return "is of other records than these"
            }
            guard at == point else {
                return "is of sequence \(at.sequence), its segment ends at \(point.sequence)"
            }
            guard found != hash else { return nil }
            return "is state \(String(found, radix: 16)), the records make "
                + String(hash, radix: 16)
        } catch {
            if case .unfit = error { return nil }
            return "\(error)"
        }
    }

    private func add(
        _ verdict: inout JournalVerdict,
        _ law: JournalLaw,
        _ file: String,
        _ text: String
    ) {
        verdict.add(
            JournalFinding(
                law: law,
                file: file,
                place: 0,
                sequence: 0,
                orderID: .none,
                text: text
            )
        )
    }
}
