package import Crossing

/// Bytes of `hot.sock` to a ``ControlFrame`` whose every field may be read.
package enum FrameReader {
    /// `bytes` are exactly ``ControlFrame/bytes``.
    package static func frame(_ bytes: [UInt8]) throws(Malformed) -> ControlFrame {
        let magic = number(bytes, 0, 4)
        guard magic == UInt64(ControlFrame.magicValue) else {
            let wanted = String(ControlFrame.magicValue, radix: 16)
            throw Malformed(field: "magic", value: String(magic, radix: 16), wanted: wanted)
        }
        let version = number(bytes, 4, 2)
        guard version == UInt64(ControlFrame.currentVersion) else {
            throw Malformed(
                field: "version",
                value: "\(version)",
                wanted: "\(ControlFrame.currentVersion)"
            )
        }
        // One byte: that is what Swift stores of an enum with fewer than 257 cases, whatever its
        // raw type; the byte behind it is padding and may hold anything.
        let verb = number(bytes, 6, 1)
        guard let verb = ControlFrame.Verb(rawValue: UInt16(verb)), verb != .none else {
            throw Malformed(field: "verb", value: "\(verb)", wanted: "a verb of version 1")
        }
        // An enum is loaded only from bytes known to be one of its cases: what a request says of
        // its outcome is overwritten first.
        var checked = bytes
        checked[outcomeOffset] = 0
        checked[outcomeOffset + 1] = 0
        let frame = unsafe checked.withUnsafeBytes { raw in
            unsafe raw.loadUnaligned(as: ControlFrame.self)
        }
        guard frame.textLength <= 127 else {
            throw Malformed(
                field: "text",
                value: "\(frame.textLength) bytes",
                wanted: "at most 127"
            )
        }
        return frame
    }

    private static var outcomeOffset: Int { 16 }

    /// A little-endian integer; host order is little-endian too.
    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
        bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension ControlFrame {
    /// The frame's bytes as they go on the socket.
    package var wire: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: ControlFrame.bytes)
        unsafe withUnsafeBytes(of: self) { raw in
            for index in 0..<min(raw.count, bytes.count) { bytes[index] = unsafe raw[index] }
        }
        // The padding behind the two enums.
        bytes[7] = 0
        bytes[17] = 0
        return bytes
    }

    /// The first 127 bytes of `words`.
    mutating func say(_ words: String) {
        let made = CommandText.make(words)
        text = made.text
        textLength = UInt64(made.length)
    }

    /// What was said, request or answer.
    package var words: String { text.string(length: UInt8(min(textLength, 127))) }

    subscript(_ index: Int) -> Int64 {
        get {
            unsafe withUnsafeBytes(of: fields) {
                unsafe $0.load(fromByteOffset: index * 8, as: Int64.self)
            }
        }
        set {
            unsafe withUnsafeMutableBytes(of: &fields) {
                unsafe $0.storeBytes(of: newValue, toByteOffset: index * 8, as: Int64.self)
            }
        }
    }

    package subscript(_ field: StatusField) -> Int64 {
        get { self[field.rawValue] }
        set { self[field.rawValue] = newValue }
    }

    package subscript(_ field: KillField) -> Int64 {
        get { self[field.rawValue] }
        set { self[field.rawValue] = newValue }
    }
}

/// What `fields` of an answer to a kill hold, by index.
package enum KillField: Int, Sendable, CaseIterable {
    case epochWanted = 0
    case epochObeyed = 1
    /// From the request's arrival to the engine's word, ns.
    case waitedNs = 2
    /// Cancels the engine sent or kept as intents.
    case canceled = 3
    case ordersLive = 4
    /// Bytes in the venue sockets' send queues that are not on the wire yet (SIOCOUTQNSD).
    case unsentBytes = 5
    /// Venue connections ended by RST because the engine did not answer.
    case socketsReset = 6
}
