import CShims
import Crossing
import Glibc
import HotPath
import Vocabulary

/// Kill, hard kill, stop: what ends things.
extension ControlServer {
    func kill(
        _ frame: ControlFrame,
        _ command: Command,
        _ connection: ControlConnection
    ) {
        let outcome = rung.kill(command)
        var answer = frame
        // What still waits in the engine's buffers, then what the kernel holds: what left the one
        // meanwhile is in the other.
        var unsentBytes: Int64 = 0
        let reply = outcome.isObeyed ? reply(to: command.id) : nil
        let triggersEnded = reply?.triggersEnded ?? 0
        let ended = triggersEnded == 0 ? "" : ", \(triggersEnded) triggers ended"
        if let reply {
            unsentBytes += Int64(reply.unsentBytes)
            answer[.canceled] = Int64(reply.canceled)
            answer[.ordersLive] = Int64(reply.liveOrders)
            answer.code = reply.code
        }
        if outcome.isObeyed { unsentBytes += rung.unsentBytes() }
        answer[.epochWanted] = Int64(outcome.epoch)
        answer[.epochObeyed] = Int64(mailbox.killObeyed)
        answer[.waitedNs] = outcome.waitedNs
        answer[.unsentBytes] = unsentBytes
        answer[.socketsReset] = outcome.socketsReset
        answer.value = Int64(outcome.epoch)
        let isUnrecorded = answer.code == RiskCode.coldLost.rawValue
        let kept =
            reply == nil || isUnrecorded
            ? keep(outcome.command, isAsked: outcome.isTaken, reply) : ""
        if isUnrecorded {
            answer.outcome = .rejected
            answer.say("kill \(outcome.epoch): no room for its record, the firm is killed\(kept)")
        } else if outcome.isObeyed, answer.code != 0 {
            answer.outcome = .rejected
            answer.say("kill \(outcome.epoch): that scope has no such latch")
        } else if outcome.isObeyed {
            answer.outcome = .done
            answer.say(
                """
                kill \(outcome.epoch) obeyed after \(outcome.waitedNs / 1_000) us; \
                \(answer[.canceled]) cancels, \(unsentBytes) bytes unsent\(ended)
                """
            )
        } else {
            answer.outcome = .engineSilent
            answer.say(
                """
                kill \(outcome.epoch): engine \(outcome.reason); \(outcome.socketsReset) venue \
                sockets reset: cancel-on-disconnect acts\(kept)
                """
            )
        }
        connection.answer(answer)
        let level: AdminLog.Level = outcome.isObeyed ? .warn : .error
        log.write(level, "uid \(connection.caller.uid): \(answer.words)")
    }

    /// Before the answer: whoever is told of a kill may end this process next.
    func keep(
        _ command: Command,
        isAsked: Bool,
        _ reply: CommandReply? = nil,
        withinNs: Int64 = HeldKills.diskWithinNs
    ) -> String {
        let outcome = heldKills.hold(command, isAsked: isAsked, withinNs: withinNs)
        if let reply { heldKills.note(reply, nowNs: ClockNow.monotonicNs()) }
        return switch outcome {
        case .durable: "; kept for a restart"
        case .failed: "; NOT KEPT: a restart forgets it"
        case .late:
            "; NOT KEPT YET: the disk is slow, a restart forgets it until hot's log says it is"
        }
    }

    /// Kills a former process left behind, before anybody is let in; bounded. The gate is shut by
    /// their kill word also where the engine has not spoken by then.
    package func settleKills(withinNs: Int64 = 5_000_000_000) {
        let untilNs = ClockNow.monotonicNs() + withinNs
        var pause = timespec(tv_sec: 0, tv_nsec: 100_000)
        while heldKills.isWaiting, !mailbox.hasEnded {
            let nowNs = ClockNow.monotonicNs()
            guard nowNs < untilNs else { break }
            tick(nowNs: nowNs)
            unsafe nanosleep(&pause, nil)
        }
        if !heldKills.isEmpty { log.write(.error, "kills of a former run are not recorded yet") }
    }

    /// The engine's own word on a command, which follows its kill word within the same turn.
    private func reply(to id: UInt64) -> CommandReply? {
        let untilNs = ClockNow.monotonicNs() + 10_000_000
        repeat {
            while let reply = mailbox.nextReply() {
                if reply.id == id { return reply }
                relay(reply)
            }
        } while ClockNow.monotonicNs() < untilNs
        return nil
    }

    /// Ends hot. First a kill of the firm like any other, so that the record says who and why; the
    /// process ends whether or not the engine obeyed, so the kill is on the disk before: the next
    /// start comes up killed.
    func hardKill(_ frame: ControlFrame, _ connection: ControlConnection) {
        var command = Command()
        command.kind = .kill
        command.scope = KillScope.firm.rawValue
        command.id = nextCommandID()
        command.uid = connection.caller.uid
        command.gid = connection.caller.gid
        command.pid = UInt32(bitPattern: connection.caller.pid)
        command.text = frame.text
        command.textLength = UInt8(clamping: min(frame.textLength, 127))
        let outcome = rung.kill(command)
        let count = max(outcome.socketsReset, rung.resetVenues())
        let kept = keep(
            outcome.command,
            isAsked: outcome.isTaken,
            withinNs: HeldKills.lastDiskWithinNs
        )
        var answer = frame
        answer[.socketsReset] = count
        answer.say("\(count) venue sockets reset; the hot process ends\(kept)")
        connection.answer(answer)
        log.write(.error, "uid \(connection.caller.uid): hard kill: \(answer.words)")
        terminate()
    }

    // MARK: Stop

    /// Stops on behalf of whoever started this process, through a signal.
    package func stopBySignal(_ signal: Int32) {
        guard stopAsked == nil else { return }
        var command = Command()
        command.kind = .stop
        command.id = nextCommandID()
        command.uid = getuid()
        command.gid = getgid()
        command.pid = UInt32(bitPattern: getpid())
        let made = CommandText.make("signal \(signal)")
        command.text = made.text
        command.textLength = made.length
        _ = mailbox.commands.push(command)
        let nobody = Pending(connection: 0, request: ControlFrame(), deadlineNs: 0)
        beginStop(command.id, nobody, "signal \(signal)")
    }

    func beginStop(_ command: UInt64, _ wait: Pending, _ who: String) {
        guard stopAsked == nil else {
            var answer = wait.request
            answer.say("a stop is already under way")
            return send(answer, to: wait.connection)
        }
        stopAsked = (command, wait)
        log.write(.info, "stop asked by \(who): no new orders, canceling what lives")
    }

    /// The stop is over: whoever asked is told what is still open.
    package func answerStop(liveOrders: Int64) {
        guard let (_, wait) = stopAsked else { return }
        stopAsked = nil
        var answer = wait.request
        answer[.liveOrders] = liveOrders
        answer.value = liveOrders
        answer.say(liveOrders == 0 ? "stopped, nothing open" : "stopped, \(liveOrders) orders open")
        send(answer, to: wait.connection)
    }
}
