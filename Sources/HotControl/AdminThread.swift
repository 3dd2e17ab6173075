import CShims
import Crossing
import Glibc
package import HotPath

/// Everything of hot that is not the engine: operators, sockets being dialled and accepted, clock
/// samples, the stop. One `poll(2)` loop; may allocate; never touches the engine's memory.
package final class AdminThread {
    /// A stop waits this long for the venues' last answers; what is open then is named.
    package static let stopWithinNs: Int64 = 5_000_000_000
    static let endWithinNs: Int64 = 2_000_000_000
    static let clockEveryNs: Int64 = 1_000_000_000

    /// Something done now and then: cold's file being looked for, heartbeats written.
    package struct Duty {
        package var everyNs: Int64
        package var run: () -> Void
        fileprivate var dueNs: Int64 = 0

        package init(everyNs: Int64, run: @escaping () -> Void) {
            self.everyNs = everyNs
            self.run = run
        }
    }

    package enum End: Equatable {
        /// Orders still open when the engine left its loop.
        case stopped(liveOrders: Int64)
        /// The engine did not leave its loop in time.
        case engineSilent(liveOrders: Int64)
    }

    private enum Stop {
        case none
        case canceling(sinceNs: Int64)
        case ending(sinceNs: Int64, liveOrders: Int64)
    }

    private let mailbox: Mailbox
    private let log: AdminLog
    package let server: ControlServer
    package private(set) var dialer: Dialer
    private let signals: Int32
    private var duties: [Duty]
    private var stop: Stop = .none

    /// `signals` is a descriptor of `shim_signals_open`, or -1.
    package init(
        server: ControlServer,
        dialer: Dialer,
        mailbox: Mailbox,
        log: AdminLog,
        signals: Int32 = -1,
        duties: [Duty] = []
    ) {
        self.server = server
        self.dialer = dialer
        self.mailbox = mailbox
        self.log = log
        self.signals = signals
        self.duties = duties
        self.duties.append(Self.heartbeatWatch(server, mailbox, log))
        let mailbox = mailbox
        self.duties.append(
            Duty(everyNs: Self.clockEveryNs) {
                // A full ring means the engine is not listening: the next sample is as good.
                _ = mailbox.clockSamples.push(.now())
            }
        )
    }

    /// Says once that the engine has not turned for 50 ms with orders live. Only a kill acts on it:
    /// a machine that stops for a moment must not lose its sessions.
    private static func heartbeatWatch(
        _ server: ControlServer,
        _ mailbox: Mailbox,
        _ log: AdminLog
    ) -> Duty {
        var isTold = false
        return Duty(everyNs: 20_000_000) {
            let ageNs = server.rung.heartbeatAgeNs
            let isOld = ageNs > KillRung.heartbeatOldNs && mailbox.status(.liveOrders) > 0
            if isOld && !isTold {
                log.write(.error, "engine silent for \(ageNs / 1_000_000) ms with orders live")
            }
            isTold = isOld
        }
    }

    /// Runs until a stop has been carried out, or the engine ended by itself.
    package func run() -> End {
        while true {
            if let end = turn() { return end }
        }
    }

    /// One look at everything; the end of the loop when there is one.
    package func turn() -> End? {
        let ready = wait()
        if ready.contains(signals) {
            let signal = shim_signals_next(signals)
            if signal != 0 { server.stopBySignal(signal) }
        }
        server.serve(ready: ready)
        let nowNs = ClockNow.monotonicNs()
        dialer.serve(ready: Array(ready), nowNs: nowNs)
        dialer.tick(nowNs: nowNs)
        server.tick(nowNs: nowNs)
        for index in duties.indices where nowNs >= duties[index].dueNs {
            duties[index].dueNs = nowNs + duties[index].everyNs
            duties[index].run()
        }
        return advanceStop(nowNs)
    }

    private func wait() -> Set<Int32> {
        var list = server.watched + dialer.watched
        if signals >= 0 { list.append(pollfd(fd: signals, events: Int16(POLLIN), revents: 0)) }
        // The engine makes no system call to wake this thread: its answers and the slots it gives
        // back are looked for, often while somebody waits, else a hundred times a second.
        let count = unsafe poll(&list, nfds_t(list.count), server.isWaiting ? 1 : 10)
        guard count > 0 else { return [] }
        return Set(list.filter { $0.revents != 0 }.map(\.fd))
    }

    /// Cancel, wait for the answers (bounded), let the engine leave its loop, tell who asked.
    private func advanceStop(_ nowNs: Int64) -> End? {
        let liveOrders = mailbox.status(.liveOrders)
        switch stop {
        case .none:
            if server.stopAsked != nil {
                dialer.stop()
                stop = .canceling(sinceNs: nowNs)
            } else if mailbox.hasEnded {
                return .stopped(liveOrders: liveOrders)
            }
        case .canceling(let sinceNs):
            // The engine publishes its counts on a timer: one that was published before it heard of
            // the stop proves nothing, so a zero counts only after a while.
            let isSettled = liveOrders == 0 && nowNs - sinceNs > 200_000_000
            guard isSettled || nowNs - sinceNs > Self.stopWithinNs else { return nil }
            mailbox.wantHang(false)
            mailbox.wantStop()
            stop = .ending(sinceNs: nowNs, liveOrders: liveOrders)
        case .ending(let sinceNs, let liveOrders):
            guard mailbox.hasEnded || nowNs - sinceNs > Self.endWithinNs else { return nil }
            server.answerStop(liveOrders: liveOrders)
            if mailbox.hasEnded {
                log.write(.info, "engine ended, \(liveOrders) orders open")
                return .stopped(liveOrders: liveOrders)
            }
            log.write(.error, "engine did not end within 2 s; venue sockets reset")
            _ = server.rung.resetVenues()
            return .engineSilent(liveOrders: liveOrders)
        }
        return nil
    }
}
