import Crossing
import Glibc
import Testing
import Vocabulary

/// A folder of mode 0750 on tmpfs, gone when the test is.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/dev/shm/apus-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
        chmod(path, 0o750)
    }

    deinit {
        guard let handle = opendir(path) else { return }
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { unlink("\(path)/\(name)") }
        }
        closedir(handle)
        rmdir(path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// An audit ring in private memory, with the cursor words of both sides.
final class RingMemory {
    let slots: Int
    let ringBytes: UnsafeMutableRawPointer
    let hotControl: UnsafeMutableRawPointer
    let coldControl: UnsafeMutableRawPointer

    init(slots: Int, epoch: UInt64 = 7, position: UInt64 = 0) {
        self.slots = slots
        ringBytes = .allocate(byteCount: slots * 256, alignment: 128)
        hotControl = .allocate(byteCount: ControlPage.bytes, alignment: 128)
        coldControl = .allocate(byteCount: ControlPage.bytes, alignment: 128)
        ringBytes.initializeMemory(as: UInt8.self, repeating: 0, count: slots * 256)
        hotControl.initializeMemory(as: UInt8.self, repeating: 0, count: ControlPage.bytes)
        coldControl.initializeMemory(as: UInt8.self, repeating: 0, count: ControlPage.bytes)
        word(hotControl, HotWord.auditPosition.rawValue).store(position)
        word(hotControl, HotWord.auditConsumerKnown.rawValue).store(position)
        word(hotControl, HotWord.telemetryPosition.rawValue).store(position)
        word(coldControl, ColdWord.auditCursor.rawValue).store(position)
        word(coldControl, ColdWord.telemetryCursor.rawValue).store(position)
        word(coldControl, ColdWord.auditEpoch.rawValue).store(epoch)
    }

    deinit {
        ringBytes.deallocate()
        hotControl.deallocate()
        coldControl.deallocate()
    }

    func word(_ page: UnsafeMutableRawPointer, _ index: Int) -> SharedWord {
        SharedWord(at: page + index * 128)
    }

    var audit: AuditRing {
        AuditRing(base: ringBytes, slots: slots, epoch: 7, control: hotControl)
    }
    var telemetry: TelemetryRing {
        TelemetryRing(base: ringBytes, slots: slots, epoch: 7, control: hotControl)
    }
    var auditCursor: ConsumerCursor {
        ConsumerCursor(
            cursor: word(coldControl, ColdWord.auditCursor.rawValue),
            epoch: word(coldControl, ColdWord.auditEpoch.rawValue)
        )
    }
    var telemetryCursor: ConsumerCursor {
        ConsumerCursor(
            cursor: word(coldControl, ColdWord.telemetryCursor.rawValue),
            epoch: word(coldControl, ColdWord.auditEpoch.rawValue)
        )
    }
    func giveBack(to position: UInt64) { auditCursor.cursor.store(position) }
}

/// A record that says `number` in several places, so that a mixed one is noticed.
func record(_ number: UInt64, rawLength: Int = 0) -> AuditRecord {
    var record = AuditRecord()
    record.kind = .new
    record.orderID = ClOrdID(number)
    record.qty = OrderQty(units: Int64(truncatingIfNeeded: number))
    record.commandID = number
    record.value = Int64(truncatingIfNeeded: number)
    record.rawLength = UInt16(rawLength)
    return record
}

/// Bytes that depend on `number` and place.
func rawBytes(_ number: UInt64, count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number &* 31 &+ UInt64($0)) }
}

/// Appends record `number` with `rawLength` raw bytes; whether it was taken.
func append(_ writer: inout AuditWriter, _ number: UInt64, rawLength: Int = 0) -> Bool {
    var one = record(number, rawLength: rawLength)
    let raw = rawBytes(number, count: rawLength)
    return raw.withUnsafeBytes { bytes in
        writer.append(&one, raw: rawLength == 0 ? nil : bytes.baseAddress)
    }
}

/// A buffer for one record, and what stands in it.
final class RecordBuffer {
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: 512, alignment: 64)
    deinit { bytes.deallocate() }

    var record: AuditRecord { bytes.load(as: AuditRecord.self) }
    var raw: [UInt8] {
        Array(UnsafeRawBufferPointer(start: bytes + 256, count: Int(record.rawLength)))
    }

    /// All copies of the number agree, and so do the raw bytes.
    func isWhole(_ number: UInt64) -> Bool {
        let record = record
        return record.orderID.value == number && record.commandID == number
            && record.qty.units == Int64(truncatingIfNeeded: number)
            && record.value == Int64(truncatingIfNeeded: number)
            && raw == rawBytes(number, count: Int(record.rawLength))
    }
}
