/// Configuration as written, before anybody asks what it means: text, where it stands, and how it
/// was quoted. Every complaint can name its place because the place never leaves the value.
package struct ConfigNode: Sendable {
    package enum Content: Sendable {
        case scalar(String, Quoting)
        case list([ConfigNode])
        case map([Entry])
    }

    package struct Entry: Sendable {
        package let key: String
        package let keyOrigin: Origin
        package var value: ConfigNode
    }

    package var content: Content
    package var origin: Origin

    package init(_ content: Content, _ origin: Origin) {
        self.content = content
        self.origin = origin
    }

    /// What a reader of the file would call this: used in complaints.
    package var kind: String {
        switch content {
        case .scalar(let text, _): "\"\(text)\""
        case .list: "a list"
        case .map: "a group of keys"
        }
    }

    package var entries: [Entry]? {
        guard case .map(let entries) = content else { return nil }
        return entries
    }

    package subscript(key: String) -> ConfigNode? {
        entries?.first { $0.key == key }?.value
    }
}

/// YAML would read 100.10 as a floating-point number; a price must be quoted so that it cannot.
package enum Quoting: Sendable {
    case quoted
    case plain
    /// From the environment or the command line, where there is nothing to quote with.
    case override
}

/// Where a value was written.
package enum Origin: Sendable, Equatable, CustomStringConvertible {
    case file(String, line: Int)
    case environment(String)
    case flag(String)

    package var description: String {
        switch self {
        case .file(let path, let line): "\(path):\(line)"
        case .environment(let name): "environment \(name)"
        case .flag(let flag): flag
        }
    }
}
