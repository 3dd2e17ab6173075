extension ConfigNode {
    /// One line for each value that two files do not share: `path: old → new`, in the order of keys.
    package static func changes(from old: ConfigNode, to new: ConfigNode) -> [String] {
        let before = old.flat("")
        let after = new.flat("")
        return Set(before.keys).union(after.keys).sorted().compactMap { path in
            let (left, right) = (before[path], after[path])
            return left == right ? nil : "\(path): \(left ?? "absent") → \(right ?? "absent")"
        }
    }

    /// Items of a list go by their name, so that order alone is no difference in a value.
    private func flat(_ path: String) -> [String: String] {
        switch content {
        case .scalar(let text, let quoting):
            return [path: quoting == .quoted ? "\"\(text)\"" : text]
        case .map(let entries):
            var result: [String: String] = [:]
            for entry in entries {
                let below = path.isEmpty ? entry.key : "\(path).\(entry.key)"
                result.merge(entry.value.flat(below)) { $1 }
            }
            return result
        case .list(let items):
            var result: [String: String] = [:]
            for (index, item) in items.enumerated() {
                result.merge(item.flat("\(path)[\(item.label ?? "\(index)")]")) { $1 }
            }
            return result
        }
    }

    private var label: String? {
        for key in ["name", "symbol", "user"] {
            if case .scalar(let text, _)? = self[key]?.content { return text }
        }
        return nil
    }
}
