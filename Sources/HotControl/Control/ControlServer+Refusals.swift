import Crossing
import HotPath
import Vocabulary

/// What is refused is answered, logged and recorded: so much of it a second, and the rest in sum.
extension ControlServer {
    func refuse(
        _ frame: ControlFrame,
        _ connection: ControlConnection,
        _ held: Role,
        _ wanted: Role
    ) {
        refuse(
            frame,
            connection,
            "\(frame.verb): uid \(connection.caller.uid) has role \(held.words), "
                + "this needs \(wanted.words)"
        )
    }

    /// Hot was stopped, or so busy that whoever asked has been told that nothing answers.
    func lateWords(_ frame: ControlFrame) -> String? {
        guard !frame.verb.isDoneAtAnyAge, frame.sentNs != 0 else { return nil }
        let (ageNs, isBeyond) = ClockNow.monotonicNs().subtractingReportingOverflow(frame.sentNs)
        guard isBeyond || ageNs > Self.answerWithinNs else { return nil }
        return "\(frame.verb): asked \(ageNs / 1_000_000) ms before hot read it, 1000 are allowed; "
            + "nothing was done"
    }

    /// Answers, logs, and sends the engine a note of it: what was refused is in the journal too.
    func refuse(
        _ frame: ControlFrame,
        _ connection: ControlConnection,
        _ words: String
    ) {
        var answer = frame
        answer.outcome = .refused
        answer.code = 77
        answer.say(words)
        connection.answer(answer)
        let nowNs = ClockNow.monotonicNs()
        guard refusals.tells(connection.caller.uid, monotonicNs: nowNs) else { return }
        note(words, detail: UInt32(frame.verb.rawValue), connection.caller)
    }

    /// Refusals beyond what a second bears, one record and one line a uid.
    func tellRefusals(nowNs: Int64) {
        for (uid, count) in refusals.takeRest(monotonicNs: nowNs) {
            let who = uid == .max ? "further uids" : "uid \(uid)"
            note("\(count) more of \(who) within a second", detail: 0, Caller(uid: uid))
        }
    }

    private func note(_ words: String, detail: UInt32, _ caller: Caller) {
        var note = Command()
        note.kind = .refused
        note.id = nextCommandID()
        note.detail = detail
        note.uid = caller.uid
        note.gid = caller.gid
        note.pid = UInt32(bitPattern: caller.pid)
        let made = CommandText.make(words)
        note.text = made.text
        note.textLength = made.length
        let isNoted = mailbox.commands.push(note)
        log.write(.warn, isNoted ? "refused: \(words)" : "refused, not recorded: \(words)")
    }

    func refuseMalformed(
        _ frame: ControlFrame,
        _ connection: ControlConnection,
        _ wrong: Malformed
    ) {
        var answer = frame
        answer.outcome = .malformed
        answer.code = 65
        answer.say(wrong.text)
        connection.answer(answer)
    }
}

extension Caller {
    /// Several processes of one uid together.
    fileprivate init(uid: UInt32) { self.init(pid: 0, uid: uid, gid: .max) }
}
