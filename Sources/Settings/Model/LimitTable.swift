/// A group under `limits` with a row for each name and one called `default`. A limit is the named
/// row's, else the default's, else missing, and a missing limit refuses to start.
struct LimitTable {
    private let parent: Section
    private let rows: [String: Section]

    init(
        _ limits: Section,
        _ kind: String,
        names: [String],
        keys: [String]
    ) throws(SettingsError) {
        parent = try limits.section(kind, keys: ["default"] + names)
        var rows: [String: Section] = [:]
        for entry in parent.node.entries ?? [] {
            rows[entry.key] = try Section(entry.value, parent.name(entry.key), keys: keys)
        }
        self.rows = rows
    }

    func row(_ name: String) throws(SettingsError) -> LimitRow {
        LimitRow(name: name, parent: parent, own: rows[name], common: rows["default"])
    }
}

struct LimitRow {
    let name: String
    let parent: Section
    let own: Section?
    let common: Section?

    func required<Value>(_ key: String, _ reader: Reader<Value>) throws(SettingsError) -> Value {
        if let own, own.node[key] != nil { return try own.required(key, reader) }
        if let common, common.node[key] != nil { return try common.required(key, reader) }
        throw SettingsError(
            (own ?? common ?? parent).node.origin,
            "limit \(key) is missing in \(parent.name(name)) and in \(parent.name("default"))"
        )
    }
}
