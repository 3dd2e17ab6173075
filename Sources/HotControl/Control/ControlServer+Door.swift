import CShims
import Crossing
import Glibc
import HotPath
import Vocabulary

/// Who is let in. Idle connections, whoever's they are, keep nobody out who may stop.
extension ControlServer {
    static let connectionsMax = 64
    static let connectionsPerUserMax = 8
    private static let acceptsPerTurn = 64

    /// Takes what has come, and of each at once what it has sent: none is ended before it was heard.
    func acceptAll(_ waiting: [(ControlConnection, ControlFrame)]) {
        for _ in 0..<Self.acceptsPerTurn {
            let fd = shim_unix_accept(listener)
            guard fd >= 0 else { return }
            guard let caller = Caller.of(socket: fd) else {
                close(fd)
                continue
            }
            connectionCount += 1
            let connection = ControlConnection(number: connectionCount, fd: fd, caller: caller)
            let held = roles.role(of: caller)
            // Closed behind the refusal, which goes first: `connection` ends here.
            guard !held.isEmpty else {
                refuse(ControlFrame(), connection, "uid \(caller.uid) has role none: no connection")
                continue
            }
            guard makesRoom(caller.uid, held, waiting) else {
                let words = "uid \(caller.uid): too many connections with requests under way"
                refuse(ControlFrame(), connection, words)
                continue
            }
            connections.append(connection)
            var asked: [(ControlConnection, ControlFrame)] = []
            take(connection, &asked)
            for (connection, frame) in asked { handle(frame, connection) }
        }
    }

    /// The longest idle connection goes when there are too many, of this user or in all. One that
    /// awaits an answer stays, except for somebody who may stop.
    private func makesRoom(
        _ uid: UInt32,
        _ held: Role,
        _ waiting: [(ControlConnection, ControlFrame)]
    ) -> Bool {
        connections.removeAll { $0.isFinished && !owes($0) }
        let own = connections.filter { $0.caller.uid == uid }
        let crowd = own.count >= Self.connectionsPerUserMax ? own : connections
        guard own.count >= Self.connectionsPerUserMax || crowd.count >= Self.connectionsMax else {
            return true
        }
        let idle = crowd.filter { one in !owes(one) && !waiting.contains { $0.0 === one } }
        let candidates = idle.isEmpty && held.contains(.stop) ? crowd : idle
        guard let longest = candidates.min(by: { $0.activeNs < $1.activeNs }) else { return false }
        connections.removeAll { $0 === longest }
        return true
    }
}
