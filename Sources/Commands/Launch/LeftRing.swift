internal import Crossing
internal import Glibc
internal import Journal
internal import Vocabulary

/// What a ring of a former run holds that no journal does. A date whose journal is gone, or was never
/// begun because its disk was full, may have its only records there.
struct LeftRing: Equatable {
    /// 0 when the ring does not say.
    let tradingDate: UInt32
    let epoch: UInt64
    /// Records about orders, stops, leave or positions; those of a start and of a clock are none.
    let records: Int

    var words: String {
        let of = tradingDate == 0 ? "an unknown date" : String(tradingDate)
        return
            "\(records) records of epoch \(epoch) of \(of) that no journal holds, kills and fills "
            + "perhaps among them"
    }

    /// `nil`: no ring, or every record of it was durable once.
    ///
    /// - Throws: 65 for a ring that cannot be read.
    static func find(_ directory: StateDirectory) throws(Failure) -> LeftRing? {
        let file = "\(directory.sharedMemory)/hot.shm"
        guard FileBytes.exists(file) else { return nil }
        let region: HotRegion
        do throws(RegionError) {
            region = try HotRegion.attach(path: file, writable: false)
        } catch {
            throw Failure(.badInput, "\(error)")
        }
        let date = tradingDate(of: region)
        let from = max(durable(region, directory), held(region, date, directory))
        guard from < region.audit.position else { return nil }
        let records = count(region, from: from)
        guard records > 0 else { return nil }
        return LeftRing(tradingDate: date, epoch: region.epoch, records: records)
    }

    /// Moves hot's file away under a name that says what it is, so that nothing goes on with it.
    func keepAside(_ file: String) throws(Failure) -> String {
        var name = "\(file).\(tradingDate)-\(epoch)"
        while FileBytes.exists(name) { name += "-again" }
        guard rename(file, name) == 0 else {
            throw Failure(
                .badInput,
                "\(file): has \(words), and cannot be kept as \(name): errno \(errno)"
            )
        }
        return name
    }

    private static func tradingDate(of region: borrowing HotRegion) -> UInt32 {
        guard let image = region.limits.read()?.image, image.count >= ImageHeader.strideBytes else {
            return 0
        }
        return image.withUnsafeBytes { $0.loadUnaligned(as: ImageHeader.self) }.tradingDate
    }

    /// Behind what cold said it had on disk.
    private static func durable(
        _ region: borrowing HotRegion,
        _ directory: StateDirectory
    ) -> UInt64 {
        let known = region.control[HotWord.auditConsumerKnown]
        let path = "\(directory.sharedMemory)/cold.shm"
        guard let cold = try? ColdRegion.attach(path: path, writable: false) else { return known }
        return max(known, cold.auditCursor.load(epoch: region.epoch) ?? 0)
    }

    /// Behind what the date's journal has of this life: a day roll writes it without cold.
    private static func held(
        _ region: borrowing HotRegion,
        _ date: UInt32,
        _ directory: StateDirectory
    ) -> UInt64 {
        guard date != 0, directory.hasJournal(date) else { return 0 }
        let epoch = region.epoch
        var held: UInt64 = 0
        try? JournalOfDay(directory, tradingDate: date).forEach { entry in
            if entry.epoch == epoch { held = entry.head.slotEnd }
        }
        return held
    }

    private static func count(_ region: borrowing HotRegion, from: UInt64) -> Int {
        let room = UnsafeMutableRawPointer.allocate(byteCount: 512, alignment: 64)
        defer { room.deallocate() }
        var reader = AuditReader(ring: region.audit, from: from, owns: true)
        var count = 0
        while true {
            switch reader.next(into: room) {
            case .record:
                if tells(room.load(as: AuditRecord.self)) { count += 1 }
            case .empty: return count
            // What was overwritten or torn was something.
            case .overrun, .corrupt: return count + 1
            }
        }
    }

    private static func tells(_ record: AuditRecord) -> Bool {
        switch record.kind {
        case .none, .session, .gap, .page, .timer, .clock, .pressure, .snapshot: false
        case .limit: LimitField(rawValue: record.detail)?.isMeasured != true
        default: true
        }
    }
}
