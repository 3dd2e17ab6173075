package import Crossing
internal import Glibc

/// Who may do what through hot.sock. The kernel says who is asking; nobody else is believed.
package struct RoleSettings: Equatable, Sendable {
    package var id: UInt32
    package var isGroup: Bool
    package var may: Role

    static func all(_ top: Section) throws(SettingsError) -> [RoleSettings] {
        guard case .list(let items) = try top.child("roles").content, !items.isEmpty else {
            throw SettingsError(
                try top.child("roles").origin,
                "roles must list at least one user or group; without one nobody could stop anything"
            )
        }
        var result: [RoleSettings] = []
        for (index, item) in items.enumerated() {
            let keys = ["user", "uid", "group", "gid", "may"]
            result.append(try RoleSettings(try Section(item, "roles[\(index)]", keys: keys)))
        }
        guard result.contains(where: { $0.may.contains(.stop) }) else {
            throw SettingsError(
                try top.child("roles").origin,
                "nobody in roles may stop; one entry needs may: [stop]"
            )
        }
        return result
    }

    /// What nobody may do alone; nothing unless it is listed.
    static func twoPersons(_ top: Section) throws(SettingsError) -> TwoPersons {
        guard top.node["two_persons"] != nil else { return TwoPersons(rawValue: 0) }
        let words: Reader<TwoPersons> = .choice([
            "resolve": TwoPersons.resolve, "adjust": .adjust, "session_roll": .sessionRoll,
        ])
        var bits: UInt8 = 0
        for (act, _) in try top.list("two_persons", words) { bits |= act.rawValue }
        return TwoPersons(rawValue: bits)
    }

    private init(_ section: Section) throws(SettingsError) {
        let who = ["user", "uid", "group", "gid"].filter { section.node[$0] != nil }
        guard who.count == 1, let key = who.first else {
            throw SettingsError(
                section.node.origin,
                "\(section.path) must say exactly one of user, uid, group or gid"
            )
        }
        let text = try section.required(key, .text)
        guard let id = Self.lookUp(key, text) else {
            throw SettingsError(
                try section.child(key).origin,
                "\(section.path).\(key): \"\(text)\" is not known on this machine"
            )
        }
        self.id = id
        isGroup = key == "group" || key == "gid"
        var bits: UInt8 = 0
        let words: Reader<Role> = .choice([
            "read": Role.read, "stop": .stop, "trade": .trade, "control": .control,
            "override": .override,
        ])
        for (role, _) in try section.list("may", words) { bits |= role.rawValue }
        may = Role(rawValue: bits)
    }

    /// `self` is whoever compiles the configuration: for demos on a developer's machine.
    private static func lookUp(_ key: String, _ text: String) -> UInt32? {
        switch key {
        case "uid": text == "self" ? getuid() : UInt32(text)
        case "gid": text == "self" ? getgid() : UInt32(text)
        case "user": getpwnam(text).map { $0.pointee.pw_uid }
        default: getgrnam(text).map { $0.pointee.gr_gid }
        }
    }
}
