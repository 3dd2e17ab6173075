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

    /// - Throws: 65 when ring or journal is damaged, 75 when a process still lives on them.
    func drain(into tradingDate: UInt32) throws {
        let file = "\(directory.sharedMemory)/hot.shm"
        guard FileBytes.exists(file),
            let region = try? HotRegion.attach(path: file, writable: false)
        else { return }
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
        // Another epoch's ring, older than the journal or of another day, says nothing of it.
        guard writer.lastEpoch == region.epoch else { return }
        let count = try append(region, to: &writer, now)
        if count > 0 { Console.out("  \(count) records were still in \(file); now in the journal") }
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
