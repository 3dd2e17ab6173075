internal import Vocabulary

/// How one value is read from its text: what is accepted, and what is said when it is not.
package struct Reader<Value>: Sendable {
    /// Value, or what would have been right.
    let parse: @Sendable (_ text: String, _ quoting: Quoting) -> Result<Value, Complaint>

    struct Complaint: Error {
        let wanted: String
        init(_ wanted: String) { self.wanted = wanted }
    }

    package func read(_ node: ConfigNode, _ path: String) throws(SettingsError) -> Value {
        guard case .scalar(let text, let quoting) = node.content else {
            throw SettingsError(node.origin, "\(path) is \(node.kind); one value belongs here")
        }
        switch parse(text, quoting) {
        case .success(let value): return value
        case .failure(let complaint):
            let shown = quoting == .quoted ? "\"\(text)\"" : text
            throw SettingsError(node.origin, "\(path): \(shown) \(complaint.wanted)")
        }
    }

    /// The same, and `off` in its place means `absent`.
    package func orOff(_ absent: Value) -> Reader<Value> where Value: Sendable {
        Reader { text, quoting in text == "off" ? .success(absent) : parse(text, quoting) }
    }

    package func checked(
        _ wanted: String,
        _ holds: @escaping @Sendable (Value) -> Bool
    ) -> Reader<Value> {
        Reader { text, quoting in
            parse(text, quoting).flatMap { holds($0) ? .success($0) : .failure(Complaint(wanted)) }
        }
    }
}

extension Reader where Value == String {
    package static var text: Reader {
        Reader { text, _ in text.isEmpty ? .failure(Complaint("is empty")) : .success(text) }
    }

    /// Printable ASCII, at most `count` characters: what fits a field of that width.
    package static func ascii(_ count: Int) -> Reader {
        text.checked("is not 1 to \(count) printable ASCII characters without spaces") { text in
            text.utf8.count <= count && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        }
    }
}

extension Reader where Value == Name {
    static var name: Reader {
        Reader { text, _ in
            guard !text.contains(" "), let name = Name(text) else {
                return .failure(Complaint("is not 1 to 16 ASCII characters without spaces"))
            }
            return .success(name)
        }
    }
}

extension Reader where Value == Symbol {
    static var symbol: Reader {
        Reader { text, _ in
            guard !text.contains(" "), let symbol = Symbol(text) else {
                return .failure(Complaint("is not 1 to 8 ASCII characters without spaces"))
            }
            return .success(symbol)
        }
    }
}

extension Reader where Value == Bool {
    package static var flag: Reader {
        Reader { text, _ in
            switch text {
            case "true": .success(true)
            case "false": .success(false)
            default: .failure(Complaint("is neither true nor false"))
            }
        }
    }
}

extension Reader where Value == Int64 {
    package static func integer(_ range: ClosedRange<Int64>) -> Reader {
        Reader { text, _ in
            let wanted = "is not a whole number from \(range.lowerBound) to \(range.upperBound)"
            guard let value = Int64(text), range.contains(value) else {
                return .failure(Complaint(wanted))
            }
            return .success(value)
        }
    }

    /// A quoted decimal with at most four places, in 1e-4 units, exactly.
    package static var price: Reader { .decimal(places: 4, in: 0...Int64.max) }

    /// A quoted decimal with at most `places` places, in units of its last place, exactly.
    package static func decimal(places: Int, in range: ClosedRange<Int64>) -> Reader {
        Reader { text, quoting in
            if quoting == .plain {
                return .failure(
                    Complaint(
                        "is not quoted; write \"\(text)\", so that no floating point reads it"
                    )
                )
            }
            guard let value = Decimals.units(text, places: places) else {
                return .failure(
                    Complaint("is not a decimal number with at most \(places) places")
                )
            }
            guard range.contains(value) else {
                let low = Decimals.text(range.lowerBound, places: places)
                return .failure(Complaint("is below \(low) or too large"))
            }
            return .success(value)
        }
    }

    /// A whole number and a unit, in ns: "500us", "250ms", "2s".
    /// A window things are counted in: one without length counts nothing, and its control would be off.
    package static var windowNs: Reader {
        Reader { text, file in
            durationNs.parse(text, file).flatMap {
                $0 > 0
                    ? .success($0)
                    : .failure(Complaint("must be above 0: nothing is counted in it"))
            }
        }
    }

    package static var durationNs: Reader {
        Reader { text, _ in
            guard let split = text.firstIndex(where: { !"0123456789".contains($0) }) else {
                return .failure(Complaint("has no unit; write 500us, 250ms or 2s"))
            }
            let units: [String: Int64] = [
                "ns": 1, "us": 1000, "ms": 1_000_000, "s": 1_000_000_000, "min": 60_000_000_000,
            ]
            guard let number = Int64(text[..<split]), let unit = units[String(text[split...])]
            else {
                return .failure(
                    Complaint("is not a duration; write a whole number and ns, us, ms, s or min")
                )
            }
            let (value, overflow) = number.multipliedReportingOverflow(by: unit)
            return overflow ? .failure(Complaint("is too long")) : .success(value)
        }
    }

    /// A whole number and a unit, in bytes: "64KiB", "16MiB".
    package static var sizeBytes: Reader {
        Reader { text, _ in
            let units: [(String, Int64)] = [
                ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
            ]
            for (unit, factor) in units where text.hasSuffix(unit) {
                guard let number = Int64(text.dropLast(unit.count)), number >= 0 else { break }
                let (value, overflow) = number.multipliedReportingOverflow(by: factor)
                return overflow ? .failure(Complaint("is too large")) : .success(value)
            }
            return .failure(Complaint("is not a size; write a whole number and B, KiB, MiB or GiB"))
        }
    }

    /// A time of day, "09:30" or "09:30:00", in ns since midnight.
    package static var timeOfDayNs: Reader {
        Reader { text, _ in
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
                .map { $0.count == 2 ? Int64($0) : nil }
            guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1],
                let second = parts.count == 3 ? parts[2] : 0,
                (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
            else { return .failure(Complaint("is not a time of day; write \"09:30\"")) }
            return .success(((hour * 60 + minute) * 60 + second) * 1_000_000_000)
        }
    }
}

extension Reader where Value: Sendable {
    /// One word of a fixed set.
    package static func choice(_ words: KeyValuePairs<String, Value>) -> Reader {
        let table = words.map { ($0.key, $0.value) }
        return Reader { text, _ in
            if let match = table.first(where: { $0.0 == text }) { return .success(match.1) }
            let names = table.map { $0.0 }
            let near = Suggestion.nearest(to: text, among: names)
            let tail = near.map { "; did you mean \"\($0)\"?" } ?? ""
            return .failure(
                Complaint("is not one of \(names.joined(separator: ", "))\(tail)")
            )
        }
    }
}
