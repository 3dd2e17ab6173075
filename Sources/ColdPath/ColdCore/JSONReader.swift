/// Why bytes are not JSON, and at which byte.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    package let offset: Int
    package let problem: String
    package var description: String { "JSON: \(problem) at byte \(offset)" }
}

extension JSON {
    /// Reads one JSON value that fills `bytes`. Strict (RFC 8259), at most 32 levels deep, so that
    /// no request can exhaust the stack of the one thread that serves everybody.
    package init(bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes: bytes)
        self = try reader.document()
    }
}

private struct JSONReader {
    let bytes: [UInt8]
    var at = 0
    static let depthMax = 32

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipBlanks()
        guard at == bytes.count else { throw wrong("more than one value") }
        return value
    }

    func wrong(_ problem: String) -> JSONError { JSONError(offset: at, problem: problem) }

    var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            at += 1
        }
    }

    mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard depth < Self.depthMax else { throw wrong("nested deeper than \(Self.depthMax)") }
        skipBlanks()
        switch next {
        case 0x7B: return try object(depth: depth)
        case 0x5B: return try array(depth: depth)
        case 0x22: return .string(try string())
        case 0x74: return try word("true", .bool(true))
        case 0x66: return try word("false", .bool(false))
        case 0x6E: return try word("null", .null)
        case 0x2D, .some(0x30...0x39): return try number()
        case nil: throw wrong("ends too early")
        default: throw wrong("unexpected character")
        }
    }

    mutating func word(_ text: String, _ value: JSON) throws(JSONError) -> JSON {
        let expected = Array(text.utf8)
        guard bytes[at...].starts(with: expected) else { throw wrong("unexpected word") }
        at += expected.count
        return value
    }

    mutating func object(depth: Int) throws(JSONError) -> JSON {
        at += 1
        var members: [JSON.Member] = []
        var keys: Set<String> = []
        skipBlanks()
        if next == 0x7D {
            at += 1
            return .object([])
        }
        while true {
            skipBlanks()
            guard next == 0x22 else { throw wrong("a key must be a string") }
            let key = try string()
            guard keys.insert(key).inserted else {
                throw wrong("key \"\(key)\" stands twice")
            }
            skipBlanks()
            guard next == 0x3A else { throw wrong("':' expected") }
            at += 1
            members.append(JSON.Member(key, try value(depth: depth + 1)))
            skipBlanks()
            if next == 0x2C {
                at += 1
            } else if next == 0x7D {
                at += 1
                return .object(members)
            } else {
                throw wrong("',' or '}' expected")
            }
        }
    }

    mutating func array(depth: Int) throws(JSONError) -> JSON {
        at += 1
        var values: [JSON] = []
        skipBlanks()
        if next == 0x5D {
            at += 1
            return .array([])
        }
        while true {
            values.append(try value(depth: depth + 1))
            skipBlanks()
            if next == 0x2C {
                at += 1
            } else if next == 0x5D {
                at += 1
                return .array(values)
            } else {
                throw wrong("',' or ']' expected")
            }
        }
    }

    mutating func number() throws(JSONError) -> JSON {
        let start = at
        var whole = true
        if next == 0x2D { at += 1 }
        guard let first = next, (0x30...0x39).contains(first) else { throw wrong("digit expected") }
        while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
        if first == 0x30, at - start > (bytes[start] == 0x2D ? 2 : 1) {
            throw wrong("a number does not begin with 0")
        }
        while let byte = next, "+-.eE0123456789".utf8.contains(byte) {
            whole = false
            at += 1
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if whole {
            guard let value = Int64(text) else { throw wrong("a number beyond 64 bits") }
            return .int(value)
        }
        guard let value = Double(text), value.isFinite else { throw wrong("not a number") }
        return .double(value)
    }

    mutating func string() throws(JSONError) -> String {
        at += 1
        var out: [UInt8] = []
        while let byte = next {
            at += 1
            switch byte {
            case 0x22:
                guard let text = String(validating: out, as: UTF8.self) else {
                    throw wrong("a string is not UTF-8")
                }
                return text
            case 0x5C: try escape(into: &out)
            case 0..<0x20: throw wrong("a control character in a string")
            default: out.append(byte)
            }
        }
        throw wrong("a string does not end")
    }

    mutating func escape(into out: inout [UInt8]) throws(JSONError) {
        guard let byte = next else { throw wrong("a string does not end") }
        at += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: out.append(byte)
        case 0x62: out.append(0x08)
        case 0x66: out.append(0x0C)
        case 0x6E: out.append(0x0A)
        case 0x72: out.append(0x0D)
        case 0x74: out.append(0x09)
        case 0x75:
            var scalar = try fourHex()
            if (0xD800..<0xDC00).contains(scalar) {
                guard next == 0x5C, at + 1 < bytes.count, bytes[at + 1] == 0x75 else {
                    throw wrong("half a surrogate pair")
                }
                at += 2
                let low = try fourHex()
                guard (0xDC00..<0xE000).contains(low) else { throw wrong("half a surrogate pair") }
                scalar = 0x10000 + ((scalar - 0xD800) << 10) + (low - 0xDC00)
            }
            guard let unicode = UnicodeScalar(scalar) else { throw wrong("half a surrogate pair") }
            out += Array(String(Character(unicode)).utf8)
        default: throw wrong("unknown escape")
        }
    }

    mutating func fourHex() throws(JSONError) -> UInt32 {
        guard at + 4 <= bytes.count else { throw wrong("a string does not end") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(UnicodeScalar(bytes[at])).hexDigitValue, bytes[at] < 0x80
            else { throw wrong("hexadecimal digit expected") }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }
}
