/// A JSON value, written by hand: the harness links no Foundation.
indirect enum JSONText {
    case text(String)
    case integer(Int64)
    case number(Double)
    case object([(String, JSONText)])
    case null

    var line: String {
        switch self {
        case .text(let text): return Self.quoted(text)
        case .integer(let value): return String(value)
        case .number(let value):
            guard value.isFinite else { return "null" }
            let scaled = (value * 1_000).rounded() / 1_000
            return scaled == scaled.rounded() && abs(scaled) < 1e15
                ? String(Int64(scaled)) : String(scaled)
        case .object(let fields):
            let body = fields.map { "\(Self.quoted($0.0)):\($0.1.line)" }
            return "{\(body.joined(separator: ","))}"
        case .null: return "null"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
