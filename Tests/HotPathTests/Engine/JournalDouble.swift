import Crossing
import HotPath
import Vocabulary

/// Cold as far as hot can see it: takes records out of the ring in order, keeps them, gives the
/// slots back. What it keeps lies in a ring of its own, so that recovery can read it like a journal.
final class JournalDouble {
    private let cold: ControlPage
    private var reader: AuditReader
    private var writer: AuditWriter
    private let room: UnsafeMutableRawPointer
    private let base: UnsafeMutableRawPointer
    private let control: UnsafeMutableRawPointer
    let ring: AuditRing
    private(set) var records = 0
    /// Sequences of the venue packets journaled, in order, and shares filled.
    private(set) var venueSeqs: [UInt64] = []
    private(set) var filledQty: Int64 = 0
    private(set) var pressure: [AuditRecord] = []

    /// `slots`: room for the whole day, a power of two.
    init(_ rig: EngineRig, slots: Int) {
        cold = rig.cold.control
        reader = AuditReader(ring: rig.region.audit, from: 0, owns: true)
        room = .allocate(byteCount: 512, alignment: 64)
        base = .allocate(byteCount: slots * AuditRecord.slotBytes, alignment: 4096)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: slots * AuditRecord.slotBytes)
        control = .allocate(byteCount: ControlPage.bytes, alignment: 4096)
        control.initializeMemory(as: UInt8.self, repeating: 0, count: ControlPage.bytes)
        ring = AuditRing(base: base, slots: slots, epoch: 1, control: control)
        writer = AuditWriter(ring: ring, consumer: nil)
    }

    deinit {
        room.deallocate()
        base.deallocate()
        control.deallocate()
    }

    var position: UInt64 { reader.position }

    /// Reads at most `max` records and gives their slots back.
    func read(max: Int = .max) {
        var left = max
        while left > 0, case .record = reader.next(into: room) {
            left -= 1
            let record = room.assumingMemoryBound(to: AuditRecord.self)
            note(record.pointee)
            // In a room of its own: the writer sets its own commit word.
            var copy = record.pointee
            let written = withUnsafeMutablePointer(to: &copy) { target in
                writer.append(target, raw: room + AuditRecord.fixedBytes)
            }
            precondition(written, "the double's ring holds the whole day")
        }
        cold[ColdWord.auditCursor] = reader.position
    }

    private func note(_ record: AuditRecord) {
        records += 1
        if record.venueSeq != 0 { venueSeqs.append(record.venueSeq) }
        if record.kind == .fill { filledQty += record.lastQty.units }
        if record.kind == .pressure { pressure.append(record) }
    }
}
