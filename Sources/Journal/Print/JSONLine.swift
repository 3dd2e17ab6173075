/// One JSON object, built in order.
struct JSONLine {
    private var text = "{"

    mutating func add(_ key: String, _ value: (some BinaryInteger)?) {
        open(key)
        text += value.map { String($0) } ?? "null"
    }

    mutating func add(_ key: String, _ value: String?) {
        open(key)
        guard let value else {
            text += "null"
            return
        }
        text += "\""
        for scalar in value.unicodeScalars { append(scalar) }
        text += "\""
    }

    /// Adds a value that is JSON already.
    mutating func addRaw(_ key: String, _ value: String) {
        open(key)
        text += value
    }

    var finished: String { text + "}" }

    private mutating func open(_ key: String) {
        if text.utf8.count > 1 { text += "," }
        text += "\"\(key)\":"
    }

    private mutating func append(_ scalar: UnicodeScalar) {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        default:
            guard scalar.value < 0x20 else {
                text.unicodeScalars.append(scalar)
                return
            }
            let hex = String(scalar.value, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
    }
}
