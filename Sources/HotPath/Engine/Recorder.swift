import CShims
import Crossing
import Vocabulary
import Wire

/// Every change of state goes through here: apply, answer stored, record committed, in that order.
extension Engine {
    /// Starts a fresh record of `kind` at this turn's time.
    @inline(__always)
    mutating func begin(_ kind: RecordKind) {
        unsafe scratch.pointee = AuditRecord()
        unsafe scratch.pointee.kind = kind
        unsafe scratch.pointee.t = nowNs
        unsafe scratch.pointee.tscReceived = tscReceived
        unsafe scratch.pointee.limitsVersion = ledger.firm.limitsVersion
    }

    /// Applies and commits the scratch record.
    ///
    /// `raw` are the bytes that caused it, at most 256 are kept. `login` is the client login whose
    /// answer of `replyCount` bytes lies in `reply`, or `noIndex16` for none.
    @discardableResult
    @inline(__always)
    mutating func commit(
        _ raw: UnsafeRawPointer?,
        _ rawCount: Int,
        answering login: UInt16 = noIndex16,
        replyCount: Int = 0
    ) -> Applied {
        let kept = unsafe raw == nil ? 0 : min(rawCount, AuditRecord.rawBytesMax)
        unsafe scratch.pointee.rawLength = UInt16(truncatingIfNeeded: kept)
        unsafe scratch.pointee.slotCount = UInt8(
            truncatingIfNeeded: AuditRecord.slots(forRaw: kept)
        )
        if askerUID != UInt32.max, unsafe scratch.pointee.uid == UInt32.max {
            unsafe scratch.pointee.uid = askerUID
            unsafe scratch.pointee.gid = askerGID
        }
        let answers = login != noIndex16 && replyCount > 0
        if answers {
            unsafe scratch.pointee.clientSeq = stores[Int(login)].count + 1
        }
        let applied = unsafe ledger.apply(&scratch.pointee)
        unsafe names.note(scratch.pointee.kind, applied.slot, raw: raw, count: kept)
        if answers, unsafe stores[Int(login)].append(reply, count: replyCount) == nil {
            // The store keeps room for venue events; being out of it is an incident of ours.
            unsafe scratch.pointee.clientSeq = 0
            counters.add(.incidents, 1)
        }
        if applied.incident { counters.add(.incidents, 1) }
        unsafe write(raw)
        return applied
    }

    /// Commits the scratch record to the ring.
    @inline(__always)
    mutating func write(_ raw: UnsafeRawPointer?) {
        unsafe scratch.pointee.tscRecorded = shim_rdtsc()
        guard unsafe audit.append(scratch, raw: raw) else {
            // Completely full: venue events are applied and their record is lost to this run; the
            // firm stops and reads them again from the venue (semantics.md §3.1).
            recordsUnwritten += 1
            counters.set(.recordsUnwritten, recordsUnwritten)
            return
        }
        counters.add(.auditRecords, 1)
    }

    /// Room left for a new order: the ring below 90 % and the ladder not tripped.
    @inline(__always)
    var hasEventRoom: Bool {
        recordsUnwritten == 0 && audit.usedSlotsKnown * 10 < audit.capacity * 9 && !audit.cursorLied
    }

}
