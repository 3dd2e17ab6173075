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
        unsafe scratch.pointee.pageVersion = page.version
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
        // No record, no change and no answer: all come again, from the venue's replay, once there
        // is room.
        guard willRecord(unsafe Int(scratch.pointee.slotCount)) else { return Applied() }
        let answers = login != noIndex16 && replyCount > 0 && holds(login, replyCount)
        if answers {
            unsafe scratch.pointee.clientSeq = stores[Int(login)].count + 1
        }
        let applied = unsafe ledger.apply(&scratch.pointee)
        // What changed nothing gives no name: an order that is over keeps the one it had.
        if applied.outcome != .illegal {
            unsafe names.note(scratch.pointee.kind, applied.slot, raw: raw, count: kept)
        }
        if answers { _ = unsafe stores[Int(login)].append(reply, count: replyCount) }
        if applied.incident { counters.add(.incidents, 1) }
        unsafe write(raw)
        if applied.latched { trip(applied.trips) }
        return applied
    }

    /// Once one record did not fit none is written until the ring is half empty, so that the journal
    /// stays a whole beginning of what happened: the venues tell the rest again behind it
    /// (semantics.md §3.1). A few slots are kept for kills.
    @inline(__always)
    private mutating func willRecord(_ slots: Int) -> Bool {
        if !overrun.isOn, audit.hasRoom(slots: slots + EngineConfig.urgentSlots) { return true }
        return overrunTakes(slots)
    }

    /// The store keeps room for venue events; being out of it is an incident of ours.
    @inline(__always)
    private mutating func holds(_ login: UInt16, _ bytes: Int) -> Bool {
        let store = unsafe stores[Int(login)]
        let fits =
            store.count < UInt64(store.messagesMax) && bytes <= store.bytesMax - store.usedBytes
        if !fits { counters.add(.incidents, 1) }
        return fits
    }

    /// Commits the scratch record to the ring.
    @inline(__always)
    mutating func write(_ raw: UnsafeRawPointer?) {
        unsafe scratch.pointee.tscRecorded = shim_rdtsc()
        let written = unsafe audit.append(scratch, raw: raw)
        invariant(written, "room for a record was looked for before it was applied")
        counters.add(.auditRecords, 1)
    }

    /// Room left for a new order: the ring below 90 % and no overrun.
    @inline(__always)
    var hasEventRoom: Bool {
        !overrun.isOn && audit.usedSlotsKnown * 10 < audit.capacity * 9 && !audit.cursorLied
    }

    /// Room for all records of a person's change.
    mutating func hasCommandRoom() -> Bool {
        hasEventRoom
            && audit.hasRoom(slots: EngineConfig.urgentSlots + EngineConfig.commandSlots)
    }
}
