import Testing
import Vocabulary
import Wire

/// A message three ways: bytes by hand, the same as a value, and how to get from one to the other.
struct MessageCase: Sendable, CustomTestStringConvertible {
    /// What the specification says about the length of these bytes.
    struct Shape: Sendable {
        enum Longer {
            case refused
            case ignored
            /// One more byte makes another whole form.
            case anotherForm
        }

        var length: Int
        /// Prefixes that are messages themselves.
        var wholePrefixes: [Int]
        var longer: Longer

        static func inbound(_ length: Int, orShort: Int...) -> Shape {
            Shape(length: length, wholePrefixes: orShort, longer: .refused)
        }

        static func outbound(
            _ length: Int,
            orShort: Int...,
            longer: Longer = .ignored
        ) -> Shape {
            Shape(length: length, wholePrefixes: orShort, longer: longer)
        }

        static func itch(_ length: Int) -> Shape {
            Shape(length: length, wholePrefixes: [], longer: .ignored)
        }
    }

    let name: String
    let bytes: [UInt8]
    let shape: Shape
    let decodesToValue: @Sendable ([UInt8]) throws(WireError) -> Bool
    let encodedValue: @Sendable () -> [UInt8]
    let reencode: @Sendable ([UInt8]) throws(WireError) -> [UInt8]

    init<Value: WireMessage>(
        _ name: String,
        _ text: String,
        _ shape: Shape,
        _ value: Value,
        decode: @escaping @Sendable (RawSpan) throws(WireError) -> Value
    ) {
        self.name = name
        self.bytes = hex(text)
        self.shape = shape
        decodesToValue = { bytes throws(WireError) in
            try withSpan(bytes) { span throws(WireError) in try decode(span) == value }
        }
        encodedValue = { encode(value) }
        reencode = { bytes throws(WireError) in
            try withSpan(bytes) { span throws(WireError) in encode(try decode(span)) }
        }
    }

    var testDescription: String { name }

    static var ouch: [MessageCase] {
        ouchInbound + ouchOutboundOrders + ouchOutboundAnswers + ouchOutboundOthers
    }
    static var itch: [MessageCase] { itchAdministrative + itchOrders }
}

/// What every value struct of Wire offers.
protocol WireMessage: Equatable, Sendable {
    static var maxLength: Int { get }
    func write(to target: UnsafeMutableRawPointer) -> Int
}

/// The value's bytes; fails when it writes more than it promised, or touches what lies behind.
func encode(_ value: some WireMessage) -> [UInt8] {
    let room = type(of: value).maxLength
    var buffer = [UInt8](repeating: 0xA5, count: room + 16)
    let written = buffer.withUnsafeMutableBytes { value.write(to: $0.baseAddress!) }
    if written > room || buffer[written...].contains(where: { $0 != 0xA5 }) {
        Issue.record("\(value) wrote outside its \(written) bytes of at most \(room)")
    }
    return Array(buffer[..<written])
}

func withSpan<Result>(
    _ bytes: [UInt8],
    _ body: (RawSpan) throws(WireError) -> Result
) throws(WireError) -> Result {
    // An exact allocation of its own: a read past the end is at least outside these bytes.
    try body(bytes.span.bytes)
}

/// Hex pairs, a field a line; behind a bar, what the field is.
func hex(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for line in text.split(separator: "\n") {
        let pairs = line.prefix { $0 != "|" }
        for pair in pairs.split(separator: " ") { bytes.append(UInt8(pair, radix: 16)!) }
    }
    return bytes
}

func letter(_ scalar: UnicodeScalar) -> UInt8 { UInt8(ascii: scalar) }
func shares(_ units: Int64) -> OrderQty { OrderQty(units: units) }
func price(_ units: Int64) -> Price { Price(units: units) }
func symbol(_ text: String) -> Symbol { Symbol(text)! }
func alpha2(_ text: String) -> Alpha2 { Alpha2(text)! }
func alpha4(_ text: String) -> Alpha4 { Alpha4(text)! }
func alpha10(_ text: String) -> Alpha10 { Alpha10(text)! }
func name(_ text: String) -> Name { Name(text)! }
func field(_ text: String) -> ClOrdIDField { ClOrdIDField(text)! }

extension OUCH.Appendage {
    static func with(_ change: (inout OUCH.Appendage) -> Void) -> OUCH.Appendage {
        var appendage = OUCH.Appendage()
        change(&appendage)
        return appendage
    }
}

extension OUCH.EnterOrder: WireMessage {}
extension OUCH.ReplaceOrder: WireMessage {}
extension OUCH.CancelOrder: WireMessage {}
extension OUCH.ModifyOrder: WireMessage {}
extension OUCH.MassCancel: WireMessage {}
extension OUCH.Disable: WireMessage {}
extension OUCH.Enable: WireMessage {}
extension OUCH.AccountQuery: WireMessage {}
extension OUCH.SystemEvent: WireMessage {}
extension OUCH.Accepted: WireMessage {}
extension OUCH.Replaced: WireMessage {}
extension OUCH.Canceled: WireMessage {}
extension OUCH.AIQCanceled: WireMessage {}
extension OUCH.Executed: WireMessage {}
extension OUCH.BrokenTrade: WireMessage {}
extension OUCH.Rejected: WireMessage {}
extension OUCH.CancelPending: WireMessage {}
extension OUCH.CancelReject: WireMessage {}
extension OUCH.PriorityUpdate: WireMessage {}
extension OUCH.Modified: WireMessage {}
extension OUCH.Restated: WireMessage {}
extension OUCH.MassCancelResponse: WireMessage {}
extension OUCH.DisableResponse: WireMessage {}
extension OUCH.EnableResponse: WireMessage {}
extension OUCH.AccountQueryResponse: WireMessage {}
extension ITCH.SystemEvent: WireMessage {}
extension ITCH.StockDirectory: WireMessage {}
extension ITCH.TradingAction: WireMessage {}
extension ITCH.RegSHO: WireMessage {}
extension ITCH.ParticipantPosition: WireMessage {}
extension ITCH.MWCBDeclineLevel: WireMessage {}
extension ITCH.MWCBStatus: WireMessage {}
extension ITCH.IPOQuotingPeriod: WireMessage {}
extension ITCH.LULDAuctionCollar: WireMessage {}
extension ITCH.OperationalHalt: WireMessage {}
extension ITCH.AddOrder: WireMessage {}
extension ITCH.AddOrderMPID: WireMessage {}
extension ITCH.OrderExecuted: WireMessage {}
extension ITCH.OrderExecutedWithPrice: WireMessage {}
extension ITCH.OrderCancel: WireMessage {}
extension ITCH.OrderDelete: WireMessage {}
extension ITCH.OrderReplace: WireMessage {}
extension ITCH.Trade: WireMessage {}
extension ITCH.CrossTrade: WireMessage {}
extension ITCH.BrokenTrade: WireMessage {}
extension ITCH.NOII: WireMessage {}
extension ITCH.RetailInterest: WireMessage {}
extension ITCH.DirectListing: WireMessage {}
extension Soup.LoginRequest: WireMessage {}
extension Soup.LoginAccepted: WireMessage {}
extension Soup.LoginRejected: WireMessage {}
extension Mold.Header: WireMessage {}
