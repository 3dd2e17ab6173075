internal import Yams

extension ConfigNode {
    /// Parses one YAML document. `file` is the name complaints will use.
    package static func parse(yaml: String, file: String) throws(SettingsError) -> ConfigNode {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw SettingsError(yamlPlace(error, file), yamlMessage(error))
        }
        guard let root else {
            throw SettingsError(
                Origin.file(file, line: 1),
                "the file is empty; start with version: 1"
            )
        }
        return try convert(root, file)
    }

    private static func convert(_ node: Node, _ file: String) throws(SettingsError) -> ConfigNode {
        let origin = Origin.file(file, line: node.mark?.line ?? 1)
        switch node {
        case .scalar(let scalar):
            let plain = scalar.style == .plain || scalar.style == .any
            return ConfigNode(.scalar(scalar.string, plain ? .plain : .quoted), origin)
        case .sequence(let sequence):
            var items: [ConfigNode] = []
            for item in sequence { items.append(try convert(item, file)) }
            return ConfigNode(.list(items), origin)
        case .mapping(let mapping):
            var entries: [Entry] = []
            for (key, value) in mapping {
                let keyOrigin = Origin.file(file, line: key.mark?.line ?? 1)
                guard let name = key.scalar?.string else {
                    throw SettingsError(keyOrigin, "a key must be one word")
                }
                if entries.contains(where: { $0.key == name }) {
                    throw SettingsError(keyOrigin, "key \"\(name)\" stands here twice")
                }
                let converted = try convert(value, file)
                entries.append(Entry(key: name, keyOrigin: keyOrigin, value: converted))
            }
            return ConfigNode(.map(entries), origin)
        case .alias:
            throw SettingsError(origin, "aliases are not used here; write the value out")
        }
    }

    private static func yamlPlace(_ error: any Error, _ file: String) -> Origin {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            .file(file, line: mark.line)
        case .duplicatedKeysInMapping(_, let context):
            .file(file, line: context.mark.line)
        default: .file(file, line: 1)
        }
    }

    private static func yamlMessage(_ error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            "not YAML: \(problem) at column \(mark.column)"
                + (context.map { " (\($0.text))" } ?? "")
        case .duplicatedKeysInMapping(let duplicates, _):
            "key \"\(duplicates.first ?? "")\" stands here twice"
        default: "not YAML: \(error)"
        }
    }
}
