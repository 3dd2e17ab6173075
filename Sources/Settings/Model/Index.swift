/// Names of one table and their numbers; complains of a name that is not in it.
package struct Index: Sendable {
    let kind: String
    let names: [String]

    init(_ kind: String, _ names: [String]) {
        self.kind = kind
        self.names = names
    }

    func find(_ name: String, at origin: Origin) throws(SettingsError) -> Int {
        guard let index = names.firstIndex(of: name) else {
            let tail = Suggestion.tail(for: name, among: names)
            throw SettingsError(origin, "no \(kind) is called \"\(name)\"\(tail)")
        }
        return index
    }

    /// One name under `key`.
    func find(_ key: String, in section: Section) throws(SettingsError) -> Int {
        try find(try section.required(key, .text), at: try section.child(key).origin)
    }

    /// `all` (also when absent), or a list of names; `nil` means all.
    func set(_ key: String, in section: Section) throws(SettingsError) -> [Int]? {
        guard let node = section.node[key] else { return nil }
        if case .scalar(let word, _) = node.content {
            guard word == "all" else {
                throw SettingsError(
                    node.origin,
                    "\(section.name(key)) is \(node.kind); write all, or a list of names"
                )
            }
            return nil
        }
        var result: [Int] = []
        for (name, origin) in try section.list(key, .text) {
            result.append(try find(name, at: origin))
        }
        return result
    }

    /// Refuses a name that stands twice.
    static func checkUnique(
        _ kind: String,
        _ sections: [Section],
        key: String
    ) throws(SettingsError) {
        var seen: Set<String> = []
        for section in sections {
            let name = try section.required(key, .text)
            guard seen.insert(name).inserted else {
                let origin = try section.child(key).origin
                throw SettingsError(origin, "\(kind) \"\(name)\" stands in the list twice")
            }
        }
    }
}
