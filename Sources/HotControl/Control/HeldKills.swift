import Crossing
import Glibc
import HotPath
import Vocabulary

/// Kills that were given and that the engine has not said to be recorded: on the disk until it has.
///
/// A person who was told that a kill stands need not ask again whether the process still does: what
/// is held here is asked of the engine until it answers, by this process or by the next one. Admin
/// thread only.
final class HeldKills {
    /// How long after "no room for its record" it is asked again.
    static let askAgainNs: Int64 = 1_000_000_000
    /// How long an answer waits for the disk, and that of a hard kill, behind which hot ends: below
    /// the 2 s after which a tool says that hot does not answer.
    static let diskWithinNs: Int64 = 500_000_000
    static let lastDiskWithinNs: Int64 = 1_500_000_000
    /// How long the next request waits for a kill's removal: a restart that still finds it only kills
    /// once more.
    static let removalWithinNs: Int64 = 50_000_000

    private struct Held {
        var kill: PendingKill
        var command: Command
        /// It is in the engine's ring; its word comes.
        var isAsked: Bool
        var askNs: Int64 = 0
    }

    private let path: String
    private let saver: KillSaver
    /// Since when the disk has not what stands here; `nil`: it has.
    private var unsavedSinceNs: Int64?
    private var saveAgainNs: Int64 = .max
    private let mailbox: Mailbox
    private let names: HotNames
    private let log: AdminLog
    private var list: [Held] = []

    /// Asks what a former process left behind of the engine, which need not run yet. A file that
    /// cannot be read may have held any kill: the firm is killed, by the id `freshID`.
    init(path: String, names: HotNames, mailbox: Mailbox, log: AdminLog, freshID: UInt64) {
        self.path = path
        saver = KillSaver(path: path)
        self.names = names
        self.mailbox = mailbox
        self.log = log
        do throws(KillFileError) {
            for kill in try KillFile.read(path) {
                // Recorded it may be, and armed since, when the former process ended at once.
                log.write(.warn, "held by a former process, asked again: \(kill.words)")
                take(up: kill)
            }
        } catch {
            log.write(.error, "\(error): the firm is killed until `apus arm`")
            take(
                up: PendingKill(
                    id: freshID,
                    timeNs: ClockNow.utcNs(),
                    uid: getuid(),
                    gid: getgid(),
                    pid: UInt32(bitPattern: getpid()),
                    reason: "kill.pending cannot be read: any kill may have stood there"
                )
            )
        }
    }

    var isEmpty: Bool { list.isEmpty }
    /// Some have not had any word of the engine.
    var isWaiting: Bool { list.contains { $0.isAsked || $0.askNs == 0 } }

    private func take(up kill: PendingKill) {
        var command: Command
        do throws(Malformed) {
            command = try kill.command(names)
        } catch {
            // The row may go on under another name: nothing of it may.
            log.write(.error, "\(error.text): the firm is killed until `apus arm`: \(kill.words)")
            command = kill.firmCommand
        }
        command.value = Int64(mailbox.wantKill())
        let isAsked = mailbox.commands.push(command)
        list.append(Held(kill: kill, command: command, isAsked: isAsked))
    }

    /// Keeps one that was not obeyed, or of whose record nothing is known, for the next start.
    /// `isAsked`: it is in the engine's ring. Waits at most so long for the disk.
    ///
    /// - Returns: whether it is durable. It is asked for all the same while this process lives, and
    ///   written again until the disk takes it; the log says when it has.
    func hold(_ command: Command, isAsked: Bool, withinNs: Int64) -> KillSaver.Outcome {
        let kill = PendingKill(command, names, timeNs: ClockNow.utcNs())
        list.removeAll { $0.kill.isSame(as: kill) }
        list.append(Held(kill: kill, command: command, isAsked: isAsked))
        return save(withinNs: withinNs)
    }

    /// Those the engine's ring had no room for, or it no room to record. `soon` does not wait: what
    /// a person says after a kill, an arm above all, must come to the engine after it.
    func ask(nowNs: Int64, soon: Bool = false) {
        for index in list.indices where !list[index].isAsked {
            guard soon || nowNs >= list[index].askNs else { continue }
            list[index].isAsked = mailbox.commands.push(list[index].command)
        }
    }

    /// The engine's word on a command: recorded, unless it says that it had no room.
    func note(_ reply: CommandReply, nowNs: Int64) {
        guard let index = list.firstIndex(where: { $0.command.id == reply.id }) else { return }
        guard reply.code != RiskCode.coldLost.rawValue else {
            list[index].isAsked = false
            list[index].askNs = nowNs + Self.askAgainNs
            return
        }
        let kill = list.remove(at: index).kill
        let word = reply.code == 0 ? "recorded" : "\(reply.code), nothing to latch"
        log.write(.warn, "\(word): \(kill.words)")
        save(withinNs: Self.removalWithinNs)
    }

    // MARK: The disk

    @discardableResult
    private func save(withinNs: Int64) -> KillSaver.Outcome {
        saver.begin(list.map(\.kill))
        let outcome = saver.outcome(withinNs: withinNs)
        let nowNs = ClockNow.monotonicNs()
        switch outcome {
        case .durable: saved(nowNs)
        case .failed(let error):
            unsaved(nowNs, "\(error): a restart forgets kills that were given; tried again")
            saveAgainNs = nowNs + Self.askAgainNs
        case .late:
            unsaved(
                nowNs,
                "\(path): the disk has not taken it in \(withinNs / 1_000_000) ms: a restart before "
                    + "it has forgets kills that were given"
            )
        }
        return outcome
    }

    /// Looks after a write that was late, and tries one that failed again.
    func tendDisk(nowNs: Int64) {
        guard unsavedSinceNs != nil else { return }
        switch saver.outcome {
        case .durable: saved(nowNs)
        case .late: break
        case .failed(let error):
            if saveAgainNs == .max {
                log.write(.error, "\(error): tried again each second")
                saveAgainNs = nowNs + Self.askAgainNs
            }
            guard nowNs >= saveAgainNs else { return }
            saveAgainNs = nowNs + Self.askAgainNs
            saver.begin(list.map(\.kill))
        }
    }

    private func unsaved(_ nowNs: Int64, _ words: String) {
        if unsavedSinceNs == nil { unsavedSinceNs = nowNs }
        log.write(.error, words)
    }

    private func saved(_ nowNs: Int64) {
        saveAgainNs = .max
        guard let sinceNs = unsavedSinceNs else { return }
        unsavedSinceNs = nil
        let lateMs = (nowNs - sinceNs) / 1_000_000
        let what = list.isEmpty ? "is gone again" : "is durable: a restart knows its kills"
        log.write(.warn, "\(path): written late, by \(lateMs) ms; it \(what)")
    }
}
