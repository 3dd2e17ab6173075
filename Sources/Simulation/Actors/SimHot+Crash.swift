import Crossing
import Glibc
import Vocabulary

/// Where inside a turn hot dies: nothing leaves before the flush at the turn's end, so a crash is a
/// prefix of the turn's records and the stores and cursors that go with it.
struct CrashPlan {
    enum Variant: Int, CaseIterable {
        /// Between two steps.
        case clean
        /// The answer of the record that follows is in its client's store already.
        case storeAhead
        /// The last record is committed and its position not yet published.
        case unpublished
        /// Half of the record that follows is written, its commit word is not.
        case torn
    }

    var variant: Variant
    /// Which part of the turn's records is kept, of 256.
    var part: Int
    /// Of the bytes that leave when all records are kept, which part does, of 256.
    var sent: Int
    var restartAfterNs: Int64
    /// Waits for a turn that approves an order.
    var needsOrder = false
}

/// What a turn may have changed in hot's file that a crash inside it has not.
struct TurnStart {
    var stores: [UInt64]
    var commandCursor: UInt64
}

extension SimHot {
    func mark() -> TurnStart {
        TurnStart(
            stores: (0..<region.clients).map { region.store($0).count },
            commandCursor: region.control[HotWord.commandCursor]
        )
    }

    /// Makes hot's file what it was when `kept` of the turn's `records` had been committed.
    func cut(
        _ records: [TapeRecord],
        keep kept: Int,
        _ plan: CrashPlan,
        _ before: TurnStart,
        path: String
    ) {
        let keptRecords = records[..<kept]
        let position = kept < records.count ? records[kept].start : region.audit.position
        if kept < records.count {
            erase(records[kept...], torn: plan.variant == .torn, path)
            for client in 0..<region.clients {
                var count = before.stores[client]
                for record in keptRecords where Int(record.record.client) == client {
                    count = max(count, record.record.clientSeq)
                }
                let next = records[kept].record
                if plan.variant == .storeAhead, Int(next.client) == client,
                    next.clientSeq == count + 1
                {
                    count += 1
                }
                region.store(client).truncate(to: count)
            }
            let obeyed = Set(
                keptRecords.map(\.record).filter {
                    $0.flags.contains(.fromCold) && $0.commandID != 0
                }
                .map(\.commandID)
            )
            let cursor = before.commandCursor + UInt64(obeyed.count)
            region.control[HotWord.commandCursor] =
                min(cursor, region.control[HotWord.commandCursor])
        }
        region.control[HotWord.auditPosition] = position
        if plan.variant == .unpublished, let last = keptRecords.last {
            region.control[HotWord.auditPosition] = last.start
        }
    }

    /// Takes the commit words of what was never written; of a torn record the rest stays.
    private func erase(_ records: ArraySlice<TapeRecord>, torn: Bool, _ path: String) {
        let section = region.header.sections.4
        let fd = open(path, O_RDWR | O_CLOEXEC)
        guard fd >= 0 else { return }
        defer { close(fd) }
        let zeros = [UInt8](repeating: 0, count: 128)
        for record in records {
            for slot in record.start..<record.end {
                let offset = Int(section.offset) + Int(slot % section.count) * 128
                let count = slot == record.start || !torn ? 8 : 0
                _ = pwrite(fd, zeros, count, off_t(offset))
            }
        }
    }
}
