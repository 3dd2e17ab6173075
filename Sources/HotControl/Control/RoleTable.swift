import CShims
package import Crossing

/// The peer of a control connection, as the kernel names it.
package struct Caller: Equatable, Sendable {
    package var pid: Int32
    package var uid: UInt32
    package var gid: UInt32
    /// Its supplementary groups.
    package var groups: [UInt32]

    package init(pid: Int32, uid: UInt32, gid: UInt32, groups: [UInt32] = []) {
        self.pid = pid
        self.uid = uid
        self.gid = gid
        self.groups = groups
    }

    /// Who is at the other end of a Unix socket; nil when the kernel cannot say.
    static func of(socket fd: Int32) -> Caller? {
        var peer = shim_peer()
        guard unsafe shim_socket_peer(fd, &peer) == 0 else { return nil }
        var groups = [UInt32](repeating: 0, count: 1_024)
        let count = unsafe shim_socket_peer_groups(fd, &groups, Int32(groups.count))
        return Caller(
            pid: peer.pid,
            uid: peer.uid,
            gid: peer.gid,
            groups: count > 0 ? Array(groups.prefix(Int(count))) : []
        )
    }
}

/// Who may do what: uid or gid to role, and nobody else anything (semantics.md §4.3).
package struct RoleTable {
    private var users: [UInt32: Role] = [:]
    private var groups: [UInt32: Role] = [:]

    package init(_ image: HotImageView) {
        for index in 0..<image.roleCount {
            let row = image.role(index)
            let role = Role(rawValue: row.role)
            if row.isGroup == 0 {
                users[row.id, default: []].formUnion(role)
            } else {
                groups[row.id, default: []].formUnion(role)
            }
        }
    }

    /// Everything the caller may, by its uid and each of its groups together.
    package func role(of caller: Caller) -> Role {
        var role = users[caller.uid] ?? []
        for group in [caller.gid] + caller.groups { role.formUnion(groups[group] ?? []) }
        return role
    }

    /// Any one of these allows the verb; empty for a verb nobody may.
    package static func wanted(for verb: ControlFrame.Verb) -> Role {
        switch verb {
        case .status, .orderList, .limitShow: .read
        // Who kills or arms has to know what stands.
        case .latchShow: [.read, .stop, .control]
        case .kill, .orderCancel, .massCancel, .stop, .hardKill: .stop
        // Who may set or take away a trigger has to know what stands.
        case .triggerList: [.read, .trade, .stop]
        // Taking a trigger away is less risk: who may set it or stop may do it.
        case .clearTrigger: [.trade, .stop]
        case .orderNew, .orderReplace, .trigger: .trade
        case .arm, .limitSet, .sessionRoll, .resolve, .adjust, .exclude, .hang: .control
        case .overrideAsk, .overrideConfirm: .override
        case .none: []
        }
    }
}

extension Role {
    /// The roles by name.
    var words: String {
        let names: [(Role, String)] = [
            (.read, "read"), (.stop, "stop"), (.trade, "trade"), (.control, "control"),
            (.override, "override"),
        ]
        let held = names.filter { contains($0.0) }.map(\.1)
        return held.isEmpty ? "none" : held.joined(separator: "+")
    }
}
