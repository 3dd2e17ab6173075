package import Crossing
import Vocabulary

/// A kill no record tells of yet, in names: an index may mean another row at the next start.
package struct PendingKill: Equatable, Sendable {
    /// The command's, which its record will carry.
    package var id: UInt64
    /// When it was given, ns UTC.
    package var timeNs: Int64
    package var uid: UInt32
    package var gid: UInt32
    package var pid: UInt32
    /// The latch asked for, 0 for the kill itself.
    package var code: UInt32 = 0
    package var scope: KillScope = .firm
    /// Account, strategy, symbol or venue; empty for the firm.
    package var row = ""
    package var reason: String

    package init(id: UInt64, timeNs: Int64, uid: UInt32, gid: UInt32, pid: UInt32, reason: String) {
        self.id = id
        self.timeNs = timeNs
        self.uid = uid
        self.gid = gid
        self.pid = pid
        self.reason = reason
    }

    init(_ command: Command, _ names: HotNames, timeNs: Int64) {
        self.init(
            id: command.id,
            timeNs: timeNs,
            uid: command.uid,
            gid: command.gid,
            pid: command.pid,
            reason: command.text.string(length: command.textLength)
        )
        code = command.detail
        scope = KillScope(rawValue: command.scope) ?? .firm
        row =
            switch scope {
            case .firm: ""
            case .account: "\(names.account(index: command.account))"
            case .strategy: "\(names.strategy(index: command.strategy))"
            case .symbol: "\(names.symbol(index: command.instrument))"
            case .venue: "\(names.venue(index: command.venue))"
            }
    }

    /// Whose it is and of what: the same person's same kill, said again, is one.
    func isSame(as other: PendingKill) -> Bool {
        uid == other.uid && scope == other.scope && row == other.row && code == other.code
    }

    /// The command that asks it of the engine.
    ///
    /// - Throws: a row this configuration does not have.
    func command(_ names: HotNames) throws(Malformed) -> Command {
        var command = firmCommand
        command.scope = scope.rawValue
        command.detail = code
        let name = Name(row) ?? .blank
        let isFound: Bool
        switch scope {
        case .firm: isFound = true
        case .account:
            command.account = try names.account(name)
            isFound = command.account != noIndex16
        case .strategy:
            command.strategy = try names.strategy(name)
            isFound = command.strategy != noIndex16
        case .symbol:
            command.instrument = try names.instrument(Symbol(row) ?? .blank)
            isFound = command.instrument != noIndex16
        case .venue:
            command.venue = try names.venue(name)
            isFound = command.venue != noIndex8
        }
        guard isFound else {
            throw Malformed(field: "row", value: row, wanted: "one the configuration names")
        }
        return command
    }

    /// The same person's kill of the firm.
    var firmCommand: Command {
        var command = Command()
        command.kind = .kill
        command.scope = KillScope.firm.rawValue
        command.id = id
        command.uid = uid
        command.gid = gid
        command.pid = pid
        command.owner = Owner.operator
        let made = CommandText.make(reason)
        command.text = made.text
        command.textLength = made.length
        return command
    }

    var words: String {
        "kill \(scope)\(row.isEmpty ? "" : " \(row)")\(code == 0 ? "" : " latch \(code)") "
            + "by uid \(uid) at \(timeNs): \(reason)"
    }
}
