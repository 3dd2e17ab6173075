internal import Crossing
internal import Glibc
internal import Journal
internal import Settings
internal import Vocabulary

/// Records that hot left in its ring and cold never wrote: both died, or cold died first. They are
/// the day's too, and before a day is closed they go into its journal, as cold would have put them.
struct RingTail {
    private let directory: StateDirectory
    private let settings: Settings

    init(_ directory: StateDirectory, _ settings: Settings) {
        self.directory = directory
        self.settings = settings
    }

    private var file: String { "\(directory.sharedMemory)/hot.shm" }

    /// - Throws: 65 when ring or journal is damaged, 77 when the ring has records of a life that the
    ///   journal does not hold and this cannot add.
    func drain(into tradingDate: UInt32) throws {
        guard let region = try attach() else { return }
        let now = Self.nowNs()
        var writer: JournalWriter
        do {
            let hash = try JournalImages.hash(
                journal: directory.journal,
                tradingDate: tradingDate
            )
            writer = try JournalWriter.open(
                journal: directory.journal,
                tradingDate: tradingDate,
                epoch: region.epoch,
                createdNs: now,
                imageHash: hash
            )
        } catch {
            throw Failure(.badInput, "\(error)")
        }
        guard writer.lastEpoch == region.epoch else {
            return try refuseForeign(region, tradingDate, journaled: writer.lastEpoch)
        }
        let count = try append(region, to: &writer, now)
        if count > 0 { Console.out("  \(count) records were still in \(file); now in the journal") }
    }

    private func attach() throws -> HotRegion? {
        guard FileBytes.exists(file) else { return nil }
        do throws(RegionError) {
            return try HotRegion.attach(path: file, writable: false)
        } catch {
            throw Failure(
                .badInput,
                "\(error); it may hold records the journal does not: put it back as it was, or, if "
                    + "none is missing, move it away"
            )
        }
    }

    /// A ring the journal has left behind is said by the journal to its end. One of a later life has
    /// what cold never wrote; a roll that went on would lose it with the ring.
    private func refuseForeign(
        _ region: borrowing HotRegion,
        _ tradingDate: UInt32,
        journaled: UInt64
    ) throws {
        let epoch = region.epoch
        var held: UInt64 = 0
        try JournalOfDay(directory, tradingDate: tradingDate).forEach { entry in
            if entry.epoch == epoch { held = entry.head.slotEnd }
        }
        guard region.audit.position > held else { return }
        guard epoch < journaled else {
            throw Failure(
                .refused,
                "\(file): has records of epoch \(epoch) of \(tradingDate), and the journal ends with "
                    + "epoch \(journaled): kills and fills may be among them. Make room on the disk of "
                    + "\(directory.journal); `apus up` journals them; then `apus down` and `apus day "
                    + "roll`"
            )
        }
        throw Failure(
            .refused,
            "\(file): has records of epoch \(epoch) that the journal of \(tradingDate), now in epoch "
                + "\(journaled), does not hold and cannot take any more: if they are known, move the "
                + "file away, then `apus day roll`"
        )
    }

    private func append(
        _ region: borrowing HotRegion,
        to writer: inout JournalWriter,
        _ nowNs: Int64
    ) throws -> Int {
        let room = UnsafeMutableRawPointer.allocate(byteCount: 512, alignment: 64)
        defer { room.deallocate() }
        var reader = AuditReader(ring: region.audit, from: writer.lastSlotEnd, owns: true)
        var count = 0
        do throws(JournalError) {
            reading: while true {
                switch reader.next(into: room) {
                case .record(let bytes):
                    _ = try writer.append(
                        room,
                        count: bytes,
                        epoch: region.epoch,
                        ringSlot: reader.slot(ofRecord: bytes),
                        nowNs: nowNs
                    )
                    count += 1
                case .empty: break reading
                case .overrun, .corrupt:
                    throw .badRecord(epoch: region.epoch, slot: reader.position)
                }
            }
            try writer.sync()
        } catch {
            throw Failure(.badInput, "\(error)")
        }
        return count
    }

    private static func nowNs() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
