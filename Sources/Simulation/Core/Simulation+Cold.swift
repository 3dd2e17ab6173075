import Crossing
import Desk
import Glibc
import HotPath
import Journal
import Vocabulary

/// Cold's lives.
extension Simulation {
    func startCold() {
        guard cold == nil else { return }
        do {
            cold = try SimCold(folder, sync, deskTime)
            let page = try ColdPage(folder.shm + "/cold.shm")
            coldPage = page
            bornNs = nowNs
            // What opening found in the files it has synced.
            checkJournal()
            isColdStalled = false
            trace.say(nowNs, "cold starts")
        } catch {
            laws.fail("START", "cold: \(error)")
        }
    }

    func coldTurn() {
        guard let cold, !isColdStalled else { return }
        if isDiskFull { setFileLimit(fileLimit) }
        cold.desk.turn(deskTime)
        if isDiskFull { setFileLimit(UInt(bitPattern: Int.max)) }
        checkCursor()
        checkCommands()
        if let refused = cold.desk.pairingRefused { laws.fail("START", "cold: \(refused)") }
        if let failed = cold.desk.journalFailure {
            // What a failed sync left on the disk nobody knows: cold must be started again.
            guard profile.has(.diskFail) else { return laws.fail("L12", "journal: \(failed)") }
            crashCold(restartAfterNs: isQuiet ? 0 : faults.within(0, 2_000_000_000))
        }
    }

    /// What is written beyond this is refused, in whatever file: the disk is full.
    private var fileLimit: UInt { UInt(fullAtBytes) }

    private func setFileLimit(_ bytes: UInt) {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(1), &limit)
        limit.rlim_cur = min(bytes, limit.rlim_max)
        setrlimit(__rlimit_resource_t(1), &limit)
    }

    func crashCold(restartAfterNs: Int64) {
        guard cold != nil else { return }
        counts.coldCrashes += 1
        trace.say(nowNs, "cold dies")
        cold = nil
        coldPage = nil
        schedule.add(.coldStart, at: nowNs + restartAfterNs)
    }

    /// An order of cold's is good for 250 ms of hot's time, as hot last showed it.
    private func checkCommands() {
        guard let page = coldPage else { return }
        let commands = page.newCommands()
        // A cold that follows no hot goes by its own clock.
        guard let hot, hot.mailbox.engineClock != nil,
            page.control[ColdWord.followedEpoch] == hot.epoch
        else { return }
        for command in commands where command.kind == .new {
            let leftNs = command.validUntilNs - engineShownNs
            if leftNs > Self.tradeValidNs {
                laws.fail("L17", "an order of cold's is good for \(leftNs / 1_000_000) ms")
            }
        }
    }

    /// Ring slots are given back only once their records are on disk.
    private func checkCursor() {
        guard let page = coldPage else { return }
        let epoch = page.control[ColdWord.auditEpoch]
        let cursor = page.control[ColdWord.auditCursor]
        let durable = max(sync.durable[epoch] ?? 0, durableAtStart[epoch] ?? 0)
        if epoch != 0, cursor > durable {
            laws.fail("L12", "cold gave back slots up to \(cursor), durable are \(durable)")
        }
    }

    /// The journal as a reader of the disk finds it: a beginning of what was recorded, byte for byte.
    func checkJournal() {
        do {
            var reader = try JournalReader(
                journal: folder.state + "/journal",
                tradingDate: SimImage.tradingDate
            )
            var index = 0
            while let entry = try reader.next() {
                guard index < laws.tape.count else {
                    return laws.fail("L12", "journal entry \(entry.sequence) was never recorded")
                }
                let known = laws.tape[index]
                index += 1
                let same = withUnsafeBytes(of: known.record) { bytes in
                    memcmp(bytes.baseAddress!, entry.bytes, bytes.count) == 0
                }
                guard same, entry.epoch == known.epoch, entry.ringSlot == known.start,
                    entry.rawBytes == known.raw
                else {
                    return laws.fail(
                        "L12",
                        "journal entry \(entry.sequence) is not record \(index) of the ring "
                            + "(slot \(entry.ringSlot) of epoch \(entry.epoch), \(known.start) of "
                            + "\(known.epoch))"
                    )
                }
            }
            durableAtStart[reader.lastEpoch] = reader.lastSlotEnd
            sync.opened(UInt64(index))
        } catch {
            if case .noJournal = error { return }
            laws.fail("L12", "journal: \(error)")
        }
    }
}

/// Cold's file as hot sees it, its command ring read beside hot.
final class ColdPage {
    let region: ColdRegion
    private let words: UnsafeMutableRawPointer
    private var commands: CommandReader
    var control: ControlPage { region.control }

    init(_ path: String) throws {
        region = try ColdRegion.attach(path: path, writable: false)
        words = .allocate(byteCount: 256, alignment: 128)
        words.initializeMemory(as: UInt64.self, repeating: 0, count: 32)
        commands = CommandReader(
            ring: region.commands,
            cursor: ConsumerCursor(
                cursor: SharedWord(at: words),
                epoch: SharedWord(at: words + 128)
            )
        )
    }

    deinit { words.deallocate() }

    /// Commands cold has put in since the last look.
    func newCommands() -> [Command] {
        var found: [Command] = []
        var command = Command()
        while commands.pop(into: &command) { found.append(command) }
        return found
    }
}
