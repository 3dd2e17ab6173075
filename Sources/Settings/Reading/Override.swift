/// A value laid over the file: from the environment (`APUS_HOT__CPU=3`), then from the command line
/// (`--set hot.cpu=3`). Two underscores are a dot; items of a list are called by their name.
package struct Override: Sendable {
    package let origin: Origin
    package let path: [String]
    package let value: String

    package init(origin: Origin, path: [String], value: String) {
        self.origin = origin
        self.path = path
        self.value = value
    }

    /// `--set a.b=value`.
    package static func flag(_ text: String) throws(SettingsError) -> Override {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw SettingsError("--set", "\"\(text)\" is not key=value, as in hot.cpu=3")
        }
        let path = parts[0].split(separator: ".").map(String.init)
        return Override(origin: .flag("--set \(parts[0])"), path: path, value: String(parts[1]))
    }

    /// Variables of the build and the tests that begin the same way and are no settings.
    private static let others: Set<String> = ["APUS_ROOMS", "APUS_DATA"]

    /// Every `APUS_` variable that names a key. One that looks like a slip is refused: an override
    /// that is not heard is worse than none. What is far from any key belongs to somebody else.
    package static func environment(
        _ variables: [String: String],
        topKeys: [String]
    ) throws(SettingsError) -> [Override] {
        var result: [Override] = []
        let mine = variables.filter { $0.key.hasPrefix("APUS_") && !others.contains($0.key) }
        for (name, value) in mine.sorted(by: { $0.key < $1.key }) {
            let path = segments(name.dropFirst("APUS_".count).lowercased())
            guard let first = path.first else { continue }
            let origin = Origin.environment(name)
            guard topKeys.contains(first) else {
                let near = Suggestion.nearest(to: first, among: topKeys)
                guard path.count > 1 || (near != nil && first.count > 4) else { continue }
                let tail = Suggestion.tail(for: first, among: topKeys)
                throw SettingsError(origin, "unknown key \"\(first)\" in the configuration\(tail)")
            }
            result.append(Override(origin: origin, path: path, value: value))
        }
        return result
    }

    private static func segments(_ text: String) -> [String] {
        var result: [String] = []
        var current = ""
        var rest = text[...]
        while let character = rest.first {
            if rest.hasPrefix("__") {
                result.append(current)
                current = ""
                rest = rest.dropFirst(2)
            } else {
                current.append(character)
                rest = rest.dropFirst()
            }
        }
        return result + [current]
    }
}

extension ConfigNode {
    /// The tree with one value replaced, or added to a group that exists or is made for it.
    package func applying(_ override: Override) throws(SettingsError) -> ConfigNode {
        try replacing(override.path[...], override)
    }

    private func replacing(
        _ path: ArraySlice<String>,
        _ override: Override
    ) throws(SettingsError) -> ConfigNode {
        guard let key = path.first else {
            return ConfigNode(.scalar(override.value, .override), override.origin)
        }
        var copy = self
        switch content {
        case .map(var entries):
            if let index = entries.firstIndex(where: { same($0.key, key) }) {
                entries[index].value = try entries[index].value.replacing(
                    path.dropFirst(),
                    override
                )
            } else {
                let empty = ConfigNode(.map([]), override.origin)
                let value = try empty.replacing(path.dropFirst(), override)
                entries.append(Entry(key: key, keyOrigin: override.origin, value: value))
            }
            copy.content = .map(entries)
        case .list(var items):
            guard let index = items.firstIndex(where: { $0.isCalled(key) }) else {
                throw SettingsError(override.origin, "no item is called \"\(key)\"")
            }
            items[index] = try items[index].replacing(path.dropFirst(), override)
            copy.content = .list(items)
        case .scalar:
            throw SettingsError(override.origin, "\"\(key)\" lies below \(kind), which has no keys")
        }
        return copy
    }

    private func isCalled(_ key: String) -> Bool {
        ["name", "symbol", "user"].contains { label in
            if case .scalar(let text, _)? = self[label]?.content { return same(text, key) }
            return false
        }
    }

    // Names of accounts and symbols are in capitals; the environment's are lowered on reading.
    private func same(_ left: String, _ right: String) -> Bool {
        left.lowercased() == right.lowercased()
    }
}
