/// A group of keys that knows which keys may stand in it. Made only through `init`, which refuses
/// every other key, so that a misspelt limit can never be passed over in silence.
package struct Section: Sendable {
    package let path: String
    package let node: ConfigNode

    package init(_ node: ConfigNode, _ path: String, keys: [String]) throws(SettingsError) {
        guard let entries = node.entries else {
            throw SettingsError(
                node.origin,
                "\(path) is \(node.kind); a group of keys belongs here"
            )
        }
        for entry in entries where !keys.contains(entry.key) {
            let tail = Suggestion.tail(for: entry.key, among: keys)
            let place = path.isEmpty ? "the configuration" : path
            throw SettingsError(
                entry.keyOrigin,
                "unknown key \"\(entry.key)\" in \(place)\(tail)"
            )
        }
        self.node = node
        self.path = path
    }

    package func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    package func required<Value>(
        _ key: String,
        _ reader: Reader<Value>
    ) throws(SettingsError) -> Value {
        try reader.read(try child(key), name(key))
    }

    package func optional<Value>(
        _ key: String,
        _ reader: Reader<Value>,
        default absent: Value
    ) throws(SettingsError) -> Value {
        guard let value = node[key] else { return absent }
        return try reader.read(value, name(key))
    }

    package func child(_ key: String) throws(SettingsError) -> ConfigNode {
        guard let value = node[key] else {
            let place = path.isEmpty ? "the configuration" : path
            throw SettingsError(node.origin, "\(key) is missing in \(place)")
        }
        return value
    }

    package func section(_ key: String, keys: [String]) throws(SettingsError) -> Section {
        try Section(try child(key), name(key), keys: keys)
    }

    /// The same, absent when the key is.
    package func optionalSection(
        _ key: String,
        keys: [String]
    ) throws(SettingsError) -> Section? {
        guard let value = node[key] else { return nil }
        return try Section(value, name(key), keys: keys)
    }

    /// The groups of a list. Each is called by its `naming` value, or by its place in the list.
    package func sections(
        _ key: String,
        naming: String,
        keys: [String]
    ) throws(SettingsError) -> [Section] {
        guard case .list(let items) = try child(key).content else {
            throw SettingsError(try child(key).origin, "\(name(key)) is not a list")
        }
        var result: [Section] = []
        for (index, item) in items.enumerated() {
            var label = "\(index)"
            if case .scalar(let text, _)? = item[naming]?.content { label = text }
            result.append(try Section(item, "\(name(key))[\(label)]", keys: keys))
        }
        return result
    }

    /// A list of single values.
    package func list<Value>(
        _ key: String,
        _ reader: Reader<Value>
    ) throws(SettingsError) -> [(value: Value, origin: Origin)] {
        guard case .list(let items) = try child(key).content else {
            throw SettingsError(try child(key).origin, "\(name(key)) is not a list")
        }
        var result: [(value: Value, origin: Origin)] = []
        for item in items { result.append((try reader.read(item, name(key)), item.origin)) }
        return result
    }
}
