internal import HotPath
internal import Wire

/// What an ITCH file holds: counts by type, orders left resting, references nobody announced.
///
/// Orders are followed by the engine's own table, for all symbols; it grows here, because a tool
/// may allocate.
package struct FeedStats: Equatable, Sendable {
    package private(set) var messages = 0
    /// Messages by type byte; likewise the unknown references.
    package private(set) var byType = [Int](repeating: 0, count: 256)
    package private(set) var unknownRefs = [Int](repeating: 0, count: 256)
    /// ns of day of the first and last message with a header; `nil` when there is none.
    package private(set) var firstNs: UInt64?
    package private(set) var lastNs: UInt64?
    /// Distinct stock locates other than 0.
    package private(set) var symbols = 0
    package private(set) var liveOrders = 0
    /// Messages whose length is not the one of their type.
    package private(set) var badLength = 0
    /// Bytes behind the last whole message of a cut file.
    package private(set) var truncatedBytes = 0

    private var locates = [Bool](repeating: false, count: 65_536)

    package init(_ file: FeedFile) {
        var orders = BookOrders(capacity: 65_536)
        var tally = FeedStats()
        let truncated = file.forEachMessage { message, _ in
            if orders.count == orders.capacity { orders = orders.grown() }
            tally.add(message, to: &orders)
        }
        tally.truncatedBytes = truncated
        tally.symbols = tally.locates.count { $0 }
        tally.liveOrders = orders.count
        self = tally
    }

    private init() {}

    private mutating func add(_ message: UnsafeRawBufferPointer, to orders: inout BookOrders) {
        messages += 1
        let letter = message[0]
        byType[Int(letter)] += 1
        let type = ITCH.MessageType(rawValue: letter)
        if let type, type.length != message.count { badLength += 1 }
        do throws(WireError) {
            let header = try ITCH.HeaderView(message.bytes)
            firstNs = firstNs ?? header.timestampNs
            lastNs = header.timestampNs
            if header.stockLocate != 0 { locates[Int(header.stockLocate)] = true }
            guard let type else { return }
            let effect = try orders.apply(message.bytes, type: type, book: header.stockLocate)
            if effect.outcome == .unknownReference { unknownRefs[Int(letter)] += 1 }
        } catch {
            // Shorter than its type: counted above, or a type nobody knows.
        }
    }
}

// MARK: Forms

extension FeedStats {
    /// One object, keys as DESIGN §6 has them.
    package var json: String {
        let members = [
            "\"messages\": \(messages)",
            "\"byType\": \(Self.object(byType))",
            "\"firstNs\": \(firstNs.map(String.init) ?? "null")",
            "\"lastNs\": \(lastNs.map(String.init) ?? "null")",
            "\"symbols\": \(symbols)",
            "\"liveOrders\": \(liveOrders)",
            "\"unknownRefs\": \(Self.object(unknownRefs))",
            "\"badLength\": \(badLength)",
            "\"truncatedBytes\": \(truncatedBytes)",
        ]
        return "{" + members.joined(separator: ", ") + "}"
    }

    /// For people: the same, one a line.
    package var table: String {
        var lines = [
            ("messages", "\(messages)"),
            ("first", firstNs.map(Self.timeOfDay) ?? "none"),
            ("last", lastNs.map(Self.timeOfDay) ?? "none"),
            ("symbols", "\(symbols)"),
            ("live orders", "\(liveOrders)"),
            ("unknown references", "\(unknownRefs.reduce(0, +))"),
            ("bad length", "\(badLength)"),
            ("truncated bytes", "\(truncatedBytes)"),
        ]
        for letter in 0..<256 where byType[letter] > 0 {
            lines.append(("  \(Self.name(letter))", "\(byType[letter])"))
        }
        return lines.map { label, value in
            label + String(repeating: " ", count: 20 - label.count) + value
        }.joined(separator: "\n")
    }

    private static func object(_ counts: [Int]) -> String {
        let members = (0..<256).filter { counts[$0] > 0 }.map { "\"\(name($0))\": \(counts[$0])" }
        return "{" + members.joined(separator: ", ") + "}"
    }

    /// The letter, or the byte's number where it is none.
    private static func name(_ letter: Int) -> String {
        let byte = UInt8(letter)
        let isLetter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        guard isLetter else {
            let digits = String(letter, radix: 16, uppercase: true)
            return "0x" + (letter < 16 ? "0" : "") + digits
        }
        return String(UnicodeScalar(byte))
    }

    private static func timeOfDay(_ ns: UInt64) -> String {
        func padded(_ value: UInt64, _ count: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, count - digits.count)) + digits
        }
        let seconds = ns / 1_000_000_000
        return padded(seconds / 3_600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":"
            + padded(seconds % 60, 2) + "." + padded(ns % 1_000_000_000, 9)
    }
}
