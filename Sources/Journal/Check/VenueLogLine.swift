/// One line of a venue's own log: a flat JSON object with the keys of DESIGN §6. Keys it does not
/// know are skipped, so that a venue may say more.
package struct VenueLogLine: Equatable, Sendable {
    package enum Event: String, CaseIterable, Sendable {
        case login, logout, enter, replace, cancel, masscancel
        case accepted, replaced, canceled, executed, rejected, ignored, broken, restated, crash
    }

    package var t: Int64 = 0
    package var venue = ""
    package var session = ""
    package var event: Event = .ignored
    /// UserRefNum of our port.
    package var ref: UInt64 = 0
    /// The venue's order reference number.
    package var orn: UInt64 = 0
    package var symbol = ""
    package var side = ""
    package var qty: Int64 = 0
    package var px: Int64 = 0
    package var match: UInt64 = 0
    package var reason = ""

    /// Why a line is none.
    package struct Malformed: Error, Equatable, Sendable {
        package let text: String
    }

    package init(_ line: some Sequence<UInt8>) throws(Malformed) {
        var scanner = FlatJSON(Array(line))
        var seen: Set<String> = []
        try scanner.object { key, value throws(Malformed) in
            guard seen.insert(key).inserted else { throw Malformed(text: "\(key) twice") }
            try set(key, value)
        }
        for key in ["t", "venue", "ev"] where !seen.contains(key) {
            throw Malformed(text: "no key \(key)")
        }
    }

    private mutating func set(_ key: String, _ value: FlatJSON.Value) throws(Malformed) {
        switch key {
        case "t": t = try integer(key, value)
        case "venue": venue = value.text
        case "session": session = value.text
        case "ev":
            guard let known = Event(rawValue: value.text) else {
                throw Malformed(text: "ev \"\(value.text)\" is unknown")
            }
            event = known
        case "ref": ref = try natural(key, value)
        case "orn": orn = try natural(key, value)
        case "symbol": symbol = value.text
        case "side": side = value.text
        case "qty": qty = try integer(key, value)
        case "px": px = try integer(key, value)
        case "match": match = try natural(key, value)
        case "reason": reason = value.text
        default: break
        }
    }

    private func integer(_ key: String, _ value: FlatJSON.Value) throws(Malformed) -> Int64 {
        if case .null = value { return 0 }
        guard let number = Int64(value.text) else {
            throw Malformed(text: "\(key) \"\(value.text)\" is no integer")
        }
        return number
    }

    private func natural(_ key: String, _ value: FlatJSON.Value) throws(Malformed) -> UInt64 {
        if case .null = value { return 0 }
        guard let number = UInt64(value.text) else {
            throw Malformed(text: "\(key) \"\(value.text)\" is no natural number")
        }
        return number
    }
}

/// The least of JSON that a flat object needs: no nesting, no arrays.
struct FlatJSON {
    enum Value: Equatable {
        case string(String)
        case number(String)
        case null

        /// The characters of a string or number; empty for null.
        var text: String {
            switch self {
            case .string(let text), .number(let text): text
            case .null: ""
            }
        }
    }

    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func object(
        _ member: (String, Value) throws(VenueLogLine.Malformed) -> Void
    ) throws(VenueLogLine.Malformed) {
        try expect(0x7B, "{")
        skipSpace()
        if peek == 0x7D {
            index += 1
        } else {
            while true {
                skipSpace()
                let key = try string()
                try expect(0x3A, ":")
                try member(key, try value())
                skipSpace()
                if peek == 0x2C {
                    index += 1
                    continue
                }
                try expect(0x7D, "}")
                break
            }
        }
        skipSpace()
        guard index == bytes.count else { throw .init(text: "text behind the object") }
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0D { index += 1 }
    }

    private mutating func expect(
        _ byte: UInt8,
        _ name: String
    ) throws(VenueLogLine.Malformed) {
        skipSpace()
        guard peek == byte else { throw .init(text: "wanted \(name) at column \(index + 1)") }
        index += 1
    }

    private mutating func value() throws(VenueLogLine.Malformed) -> Value {
        skipSpace()
        if peek == 0x22 { return .string(try string()) }
        let start = index
        while let byte = peek, byte != 0x2C, byte != 0x7D, byte != 0x20 { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        switch word {
        case "null": return .null
        case "true", "false": return .string(word)
        default:
            guard let first = word.utf8.first, first == 0x2D || (0x30...0x39).contains(first)
            else { throw .init(text: "wanted a value at column \(start + 1)") }
            return .number(word)
        }
    }

    private mutating func string() throws(VenueLogLine.Malformed) -> String {
        try expect(0x22, "\"")
        var text: [UInt8] = []
        while let byte = peek, byte != 0x22 {
            index += 1
            guard byte == 0x5C else {
                text.append(byte)
                continue
            }
            try escape(into: &text)
        }
        try expect(0x22, "\"")
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func escape(into text: inout [UInt8]) throws(VenueLogLine.Malformed) {
        guard let byte = peek else { throw .init(text: "string without end") }
        index += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: text.append(byte)
        case 0x6E: text.append(0x0A)
        case 0x74: text.append(0x09)
        case 0x72: text.append(0x0D)
        case 0x75:
            let digits = String(decoding: bytes[index...].prefix(4), as: UTF8.self)
            guard let code = UInt32(digits, radix: 16), let scalar = UnicodeScalar(code) else {
                throw .init(text: "\\u\(digits) is no character")
            }
            index += 4
            text += Array(String(scalar).utf8)
        default: throw .init(text: "unknown escape at column \(index)")
        }
    }
}
