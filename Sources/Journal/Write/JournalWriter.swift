internal import Crossing
internal import Glibc

/// The one writer of a trading date's journal: appends to memory, makes durable in groups.
///
/// Cold's desk appends every record it reads from the audit ring and gives ring slots back only up
/// to what ``durableSlotEnd`` says. After a restart the same records come again; those already
/// written are recognised by (epoch, slot) and skipped.
package struct JournalWriter: ~Copyable {
    package let directory: String
    package let tradingDate: UInt32
    package let options: JournalOptions
    /// What opening found and repaired.
    package let opened: JournalOpening

    /// Sequence the next entry gets.
    package internal(set) var nextSequence: UInt64
    /// Highest sequence on disk.
    package internal(set) var durableSequence: UInt64
    /// Epoch and ring position behind the last record appended.
    package internal(set) var lastEpoch: UInt64
    package internal(set) var lastSlotEnd: UInt64
    /// The same, for what is on disk: where the ring's consumer cursor may stand.
    package internal(set) var durableEpoch: UInt64
    package internal(set) var durableSlotEnd: UInt64
    /// errno of the failure that ended writing for good; 0 while all is well.
    package internal(set) var failedErrno: Int32 = 0
    package internal(set) var segmentNumber: UInt32

    var chain: UInt64
    var epoch: UInt64
    var imageHash: UInt64
    var fd: Int32
    /// Bytes of the segment handed to the kernel.
    var writtenBytes: Int
    var buffer: [UInt8] = []
    /// Time the oldest entry not yet synced was appended; `nil` when all is synced.
    package internal(set) var oldestNs: Int64?
    var syncPending = false
    let marks: MarkFile
    var markNumber: UInt64 = 0
    let lock: FileLock

    deinit {
        close(fd)
        _ = fdatasync(marks.fd)
        close(marks.fd)
    }

    /// Bytes appended and not yet handed to the kernel.
    package var pendingBytes: Int { buffer.count }
    package var path: String { JournalFiles.segment(directory, number: segmentNumber) }
    package var isFailed: Bool { failedErrno != 0 }

    /// Appends one record as it came from the ring (256…512 bytes).
    ///
    /// Returns its sequence, or `nil` when it is already written. Nothing is durable before
    /// ``sync(nowNs:)``.
    package mutating func append(
        _ record: UnsafeRawPointer,
        count: Int,
        epoch: UInt64,
        ringSlot: UInt64,
        nowNs: Int64
    ) throws(JournalError) -> UInt64? {
        guard failedErrno == 0 else { throw .failed(path: path, errno: failedErrno) }
        guard count >= AuditRecord.fixedBytes, count <= AuditRecord.slotsMax * 128,
            let slots = unsafe AuditRecord.checkedSlots(record), slots * 128 == count
        else { throw .badRecord(epoch: epoch, slot: ringSlot) }
        guard epoch >= lastEpoch else { throw .staleEpoch(found: epoch, last: lastEpoch) }
        if epoch == lastEpoch, ringSlot < lastSlotEnd { return nil }
        guard buffer.count + EntryHead.bytes + count <= options.bufferBytes else {
            throw .backlog(bytes: buffer.count)
        }
        if writtenBytes + buffer.count >= options.segmentBytes, !syncPending {
            try rollIfRoom(epoch: epoch, nowNs: nowNs)
        }
        var head = EntryHead(
            sequence: nextSequence,
            epoch: epoch,
            ringSlot: ringSlot,
            durable: durableSequence,
            record: count
        )
        let body = unsafe head.bodyCRC(record: record)
        head.chain = JournalChain.next(after: chain, body: body, sequence: head.sequence)
        head.crc = EntryHead.crc(body: body, chain: head.chain)
        unsafe withUnsafeBytes(of: head) { unsafe buffer.append(contentsOf: $0) }
        unsafe buffer.append(contentsOf: UnsafeRawBufferPointer(start: record, count: count))

        chain = head.chain
        lastEpoch = epoch
        lastSlotEnd = head.slotEnd
        nextSequence += 1
        if oldestNs == nil { oldestNs = nowNs }
        return head.sequence
    }

    /// Whether a group is due: the oldest entry has waited long enough, or enough has gathered.
    package func isDue(nowNs: Int64) -> Bool {
        guard let oldestNs else { return false }
        return buffer.count >= options.groupBytes || nowNs - oldestNs >= options.groupNs
    }

    /// Makes everything appended durable.
    package mutating func sync() throws(JournalError) {
        guard let ticket = try beginSync() else { return }
        try endSync(ticket, errno: ticket.sync())
    }

    /// First half of a sync: hands the bytes to the kernel. `nil` when there is nothing to do.
    /// The ticket's ``JournalTicket/sync()`` may run on another thread; at most one is out.
    package mutating func beginSync() throws(JournalError) -> JournalTicket? {
        guard failedErrno == 0 else { throw .failed(path: path, errno: failedErrno) }
        guard oldestNs != nil, !syncPending else { return nil }
        try flush()
        syncPending = true
        oldestNs = nil
        markNumber += 1
        return JournalTicket(
            fd: fd,
            sequence: nextSequence - 1,
            epoch: lastEpoch,
            slotEnd: lastSlotEnd,
            marks: marks,
            markNumber: markNumber,
            mark: DurableMark(tradingDate: tradingDate, sequence: nextSequence - 1, chain: chain)
        )
    }

    /// Second half: believes the disk, or never again. A failed sync is not repeated: the kernel
    /// may already have thrown the pages away and would report success.
    package mutating func endSync(
        _ ticket: JournalTicket,
        errno code: Int32
    ) throws(JournalError) {
        syncPending = false
        guard code == 0 else {
            failedErrno = code
            throw .failed(path: path, errno: code)
        }
        durableSequence = ticket.sequence
        durableEpoch = ticket.epoch
        durableSlotEnd = ticket.slotEnd
    }

    /// Hands what has gathered to the kernel. Without room the file is cut back to whole entries
    /// and everything stays pending.
    mutating func flush() throws(JournalError) {
        var done = 0
        while done < buffer.count {
            let wrote = unsafe buffer.withUnsafeBytes { bytes in
                unsafe pwrite(
                    fd,
                    bytes.baseAddress.map { unsafe $0 + done },
                    bytes.count - done,
                    off_t(writtenBytes + done)
                )
            }
            if wrote > 0 {
                done += wrote
                continue
            }
            let code = wrote < 0 ? errno : EIO
            if code == EINTR { continue }
            _ = ftruncate(fd, off_t(writtenBytes))
            if code == ENOSPC || code == EDQUOT || code == EFBIG {
                throw .noSpace(path: path, errno: code)
            }
            failedErrno = code
            throw .failed(path: path, errno: code)
        }
        writtenBytes += done
        buffer.removeAll(keepingCapacity: true)
    }
}

/// What is to be synced, and what is durable once it is.
package struct JournalTicket: Sendable {
    let fd: Int32
    package let sequence: UInt64
    package let epoch: UInt64
    package let slotEnd: UInt64
    let marks: MarkFile
    let markNumber: UInt64
    let mark: DurableMark

    /// 0, or the errno of the failure. Any thread.
    package func sync() -> Int32 {
        guard fdatasync(fd) == 0 else { return errno }
        return marks.write(mark, number: markNumber)
    }
}

/// Sizes and times of the writer.
package struct JournalOptions: Equatable, Sendable {
    /// A new segment begins once this many bytes are in one.
    package var segmentBytes = 64 << 20
    /// A group is due with this many bytes or this old.
    package var groupBytes = 64 << 10
    package var groupNs: Int64 = 5_000_000
    /// What may gather while the disk is away: then cold stops reading and the ring fills.
    package var bufferBytes = 4 << 20

    package init() {}
}

/// What ``JournalWriter/open`` found.
package struct JournalOpening: Equatable, Sendable {
    /// Entries already there.
    package var entries: UInt64 = 0
    package var segments = 0
    /// A torn tail that was cut off.
    package var repaired: JournalTear?
    /// Left over by a writer that died while beginning a segment; removed.
    package var removedTemporary: [String] = []
}
