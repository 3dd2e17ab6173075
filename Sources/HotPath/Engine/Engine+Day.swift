import Crossing
import Vocabulary

/// What the date begins with, said once, before anything is heard: in force since the ledger was
/// made, because it stands in the image; recorded, because a journal tells who stopped what and why.
extension Engine {
    /// Before the first `engineStarted` of a date. A crash in between says it again: latching twice
    /// is latching once.
    mutating func tellDay() {
        guard !dayIsTold else { return }
        for index in 0..<image.dayFileCount { tell(image.dayFile(index)) }
        for index in 0..<image.latchCount { tell(image.latch(index)) }
    }

    private mutating func tell(_ file: ImageDayFile) {
        begin(.session)
        unsafe scratch.pointee.detail = SessionEvent.dayFile.rawValue
        unsafe scratch.pointee.reason = file.kind
        unsafe scratch.pointee.value = Int64(file.rows)
        unsafe scratch.pointee.match = file.checksum
        unsafe withUnsafeBytes(of: file.text) { text in
            _ = unsafe commitUrgently(text.baseAddress, min(Int(file.textLength), 127))
        }
    }

    private mutating func tell(_ latch: ImageLatch) {
        begin(.kill)
        let record = latch.record
        unsafe scratch.pointee.detail = record.detail
        unsafe scratch.pointee.code = record.code
        unsafe scratch.pointee.account = record.account
        unsafe scratch.pointee.strategy = record.strategy
        unsafe scratch.pointee.instrument = record.instrument
        unsafe scratch.pointee.venue = record.venue
        unsafe scratch.pointee.uid = latch.uid
        unsafe withUnsafeBytes(of: latch.text) { text in
            _ = unsafe commitUrgently(text.baseAddress, min(Int(latch.textLength), 127))
        }
    }
}

extension ImageLatch {
    /// The `kill` record that latches it.
    var record: AuditRecord {
        var record = AuditRecord()
        record.kind = .kill
        record.detail = UInt32(scope)
        record.code = code
        switch KillScope(rawValue: scope) {
        case .account: record.account = row
        case .strategy: record.strategy = row
        case .symbol: record.instrument = row
        case .venue: record.venue = UInt8(truncatingIfNeeded: row)
        case .firm, nil: break
        }
        return record
    }
}
