import Crossing
import Glibc
import Journal
import Testing
import Vocabulary

/// A folder of our own, gone with everything in it when the test is.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/apus-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        guard let handle = opendir(path) else {
            unlink(path)
            return
        }
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            if entry.pointee.d_type == UInt8(DT_DIR) {
                remove("\(path)/\(name)")
            } else {
                unlink("\(path)/\(name)")
            }
        }
        closedir(handle)
        rmdir(path)
    }
}

enum File {
    static func read(_ path: String) -> [UInt8] {
        let fd = open(path, O_RDONLY)
        guard fd >= 0 else { return [] }
        defer { close(fd) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65536)
        while true {
            let got = Glibc.read(fd, &block, block.count)
            if got <= 0 { return bytes }
            bytes += block.prefix(got)
        }
    }

    static func write(_ path: String, _ bytes: [UInt8]) {
        let fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o640)
        _ = Glibc.write(fd, bytes, bytes.count)
        close(fd)
    }

    static func write(_ path: String, _ text: String) { write(path, Array(text.utf8)) }
}

/// One trading date in a folder of its own, written as cold would.
final class Day {
    static let date: UInt32 = 20_260_102
    let folder = TemporaryFolder()
    var slot: UInt64 = 0
    var epoch: UInt64 = 1

    var journal: String { folder.path }
    func segment(_ number: UInt32) -> String {
        JournalFiles.segment("\(folder.path)/\(Day.date)", number: number)
    }

    func open(_ options: JournalOptions = JournalOptions()) throws(JournalError) -> JournalWriter {
        try JournalWriter.open(
            journal: journal,
            tradingDate: Day.date,
            epoch: epoch,
            createdNs: 1,
            options: options
        )
    }

    /// Writes `records`, each with its raw bytes, makes them durable, lets go.
    func write(_ records: [(AuditRecord, [UInt8])]) throws {
        var writer = try open()
        for (record, raw) in records { _ = try append(&writer, record, raw) }
        try writer.sync()
    }

    func write(_ records: [AuditRecord]) throws { try write(records.map { ($0, []) }) }

    /// Appends the next record of the ring; its sequence.
    @discardableResult
    func append(
        _ writer: inout JournalWriter,
        _ record: AuditRecord,
        _ raw: [UInt8] = [],
        at place: UInt64? = nil
    ) throws(JournalError) -> UInt64? {
        let bytes = Day.bytes(record, raw, slot: place ?? slot)
        let result: Result<UInt64?, JournalError> = bytes.withUnsafeBytes { buffer in
            do throws(JournalError) {
                return .success(
                    try writer.append(
                        buffer.baseAddress!,
                        count: buffer.count,
                        epoch: epoch,
                        ringSlot: place ?? slot,
                        nowNs: 0
                    )
                )
            } catch {
                return .failure(error)
            }
        }
        let sequence = try result.get()
        if place == nil { slot += UInt64(bytes.count / 128) }
        return sequence
    }

    /// A record as it stands in the ring.
    static func bytes(_ record: AuditRecord, _ raw: [UInt8], slot: UInt64) -> [UInt8] {
        var record = record
        record.rawLength = UInt16(raw.count)
        let slots = AuditRecord.slots(forRaw: raw.count)
        record.slotCount = UInt8(slots)
        record.commit = slot + 1
        var bytes = withUnsafeBytes(of: record) { Array($0) } + raw
        bytes += [UInt8](repeating: 0, count: slots * 128 - bytes.count)
        return bytes
    }

    /// Everything that can be read: order numbers by sequence, how it ended.
    func read() -> (numbers: [UInt64], tear: JournalTear?, error: JournalError?) {
        var numbers: [UInt64] = []
        do throws(JournalError) {
            var reader = try JournalReader(journal: journal, tradingDate: Day.date)
            while let entry = try reader.next() {
                if entry.sequence != UInt64(numbers.count) + 1 { numbers.append(0) }
                numbers.append(entry.record.orderID.value)
            }
            return (numbers, reader.tear, nil)
        } catch {
            return (numbers, nil, error)
        }
    }
}

/// A record that says `number`.
func numbered(_ number: UInt64) -> AuditRecord {
    var record = AuditRecord()
    record.kind = .new
    record.orderID = ClOrdID(number)
    record.qty = OrderQty(units: 100)
    record.leavesQty = OrderQty(units: 100)
    record.account = 0
    record.strategy = 0
    record.status = .pendingNew
    return record
}

/// Ends this process from another thread after `spins` turns of nothing: anywhere.
func killSoon(spins: UInt64) {
    var handle = pthread_t()
    let argument = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
    argument.initialize(to: spins)
    pthread_create(
        &handle,
        nil,
        { argument in
            var rest = argument!.load(as: UInt64.self)
            var random = SplitMix64(seed: rest)
            while rest > 0 {
                rest -= 1
                if random.next() == 0 { sched_yield() }
            }
            kill(getpid(), SIGKILL)
            return nil
        },
        argument
    )
}
