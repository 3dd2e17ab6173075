import CShims
import Crossing
import Glibc
package import HotPath
import Vocabulary

/// The last rungs of a kill: when the engine does not answer, its venue connections end by RST, so
/// that unsent orders die here and the venue's cancel-on-disconnect kills the rest (semantics §4.1).
package struct KillRung {
    static let obeyWithinNs: Int64 = 10_000_000
    static let heartbeatOldNs: Int64 = 50_000_000

    private let mailbox: Mailbox
    private let clock: TSCClock

    package init(mailbox: Mailbox, clock: TSCClock) {
        self.mailbox = mailbox
        self.clock = clock
    }

    struct Outcome {
        /// As it was put into the engine's ring, or would have been.
        var command: Command
        /// Whether the ring had room for it.
        var isTaken: Bool
        var epoch: UInt64
        var isObeyed: Bool
        var waitedNs: Int64
        var socketsReset: Int64 = 0
        /// Why the sockets were shut; empty when they were not.
        var reason = ""
    }

    /// ns since the engine's latest turn; `Int64.max` before its first.
    var heartbeatAgeNs: Int64 {
        let beat = mailbox.heartbeatTsc
        guard beat != 0 else { return .max }
        let now = shim_rdtsc()
        return now > beat ? clock.durationNs(cycles: now - beat) : 0
    }

    /// Wants the kill and sees it obeyed, or shuts the venue sockets.
    func kill(_ command: Command) -> Outcome {
        let begunNs = ClockNow.monotonicNs()
        // The word first: from here on no order byte is encoded, even if the command finds no room.
        // The command after it: the engine then obeys this epoch and not the one before.
        let epoch = mailbox.wantKill()
        var command = command
        command.value = Int64(epoch)
        let isTaken = mailbox.commands.push(command)
        let isStale =
            heartbeatAgeNs > Self.heartbeatOldNs && mailbox.status(.liveOrders) > 0
        if isTaken && !isStale { waitUntilObeyed(epoch, from: begunNs) }

        var outcome = Outcome(
            command: command,
            isTaken: isTaken,
            epoch: epoch,
            isObeyed: mailbox.killObeyed >= epoch,
            waitedNs: ClockNow.monotonicNs() - begunNs
        )
        if !outcome.isObeyed {
            outcome.reason =
                !isTaken
                ? "command ring full"
                : isStale ? "heartbeat \(heartbeatAgeNs / 1_000_000) ms old" : "silent for 10 ms"
            let scope = KillScope(rawValue: command.scope)
            outcome.socketsReset = resetVenues(only: scope == .venue ? Int(command.venue) : nil)
        }
        return outcome
    }

    /// Ends every venue connection, or one. How many there were.
    package func resetVenues(only venue: Int? = nil) -> Int64 {
        var count: Int64 = 0
        for slot in 0..<SlotMap.venuesMax where venue == nil || venue == slot {
            let fd = mailbox.socket(slot: slot)
            guard fd >= 0 else { continue }
            _ = shim_socket_reset(fd)
            count += 1
        }
        return count
    }

    /// What the kernel has not yet sent to the venues.
    func unsentBytes() -> Int64 {
        var bytes: Int64 = 0
        for slot in 0..<SlotMap.venuesMax {
            let fd = mailbox.socket(slot: slot)
            if fd >= 0 { bytes += Int64(max(0, shim_socket_unsent(fd))) }
        }
        return bytes
    }

    private func waitUntilObeyed(_ epoch: UInt64, from begunNs: Int64) {
        var pause = timespec(tv_sec: 0, tv_nsec: 20_000)
        while mailbox.killObeyed < epoch {
            if ClockNow.monotonicNs() - begunNs >= Self.obeyWithinNs { return }
            unsafe nanosleep(&pause, nil)
        }
    }
}
