import Crossing
import Vocabulary
import Wire

/// An Enter (`O`) or Replace (`U`) as it left for a venue.
struct OrderBytes {
    private let bytes: [UInt8]
    private var isReplace: Bool { bytes[0] == UInt8(ascii: "U") }
    private var qty: Int64 { Int64(big32(bytes, isReplace ? 9 : 6)) }
    private var px: Int64 { Int64(bitPattern: big64(bytes, isReplace ? 13 : 18)) }
    private var timeInForce: UInt8 { bytes[isReplace ? 21 : 26] }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Where it is not what its record says, in words.
    func differ(from record: AuditRecord) -> String? {
        if record.qty.units != qty || record.px.units != px {
            return "sent \(qty) at \(px), recorded \(record.qty.units) at \(record.px.units)"
        }
        if !isReplace, record.side != bytes[5] {
            return "sent with side \(bytes[5]), recorded with \(record.side)"
        }
        if record.timeInForce != timeInForce {
            return "sent with time \(timeInForce), recorded with \(record.timeInForce)"
        }
        return nil
    }

    /// ExpireTime of an Enter, seconds of the day; `nil` when it names none.
    var expireTime: UInt32? {
        bytes.withUnsafeBytes { raw in
            withWireBytes(raw.baseAddress!, count: raw.count) { span -> UInt32? in
                guard let view = try? OUCH.EnterOrderView(span) else { return nil }
                return (try? view.appendage)?.expireTimeSeconds
            }
        }
    }
}
