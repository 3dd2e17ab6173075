package import Wire

/// A message of Wire's that can be written: what the feed and the sessions hand around.
package protocol WireMessage {
    static var maxLength: Int { get }
    func write(to target: UnsafeMutableRawPointer) -> Int
}

extension WireMessage {
    /// The message's bytes, appended to `bytes`.
    package func append(to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(byteCount: Self.maxLength, alignment: 8) { buffer in
            guard let base = buffer.baseAddress else { return }
            let count = write(to: base)
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
        }
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }
}

extension ITCH.SystemEvent: WireMessage {}
extension ITCH.StockDirectory: WireMessage {}
extension ITCH.TradingAction: WireMessage {}
extension ITCH.AddOrder: WireMessage {}
extension ITCH.AddOrderMPID: WireMessage {}
extension ITCH.OrderExecuted: WireMessage {}
extension ITCH.OrderCancel: WireMessage {}
extension ITCH.OrderDelete: WireMessage {}
extension ITCH.OrderReplace: WireMessage {}
extension ITCH.Trade: WireMessage {}
extension ITCH.BrokenTrade: WireMessage {}

extension OUCH.SystemEvent: WireMessage {}
extension OUCH.Accepted: WireMessage {}
extension OUCH.Replaced: WireMessage {}
extension OUCH.Canceled: WireMessage {}
extension OUCH.Executed: WireMessage {}
extension OUCH.BrokenTrade: WireMessage {}
extension OUCH.Rejected: WireMessage {}
extension OUCH.Modified: WireMessage {}
extension OUCH.Restated: WireMessage {}
extension OUCH.MassCancelResponse: WireMessage {}
extension OUCH.DisableResponse: WireMessage {}
extension OUCH.EnableResponse: WireMessage {}
extension OUCH.AccountQueryResponse: WireMessage {}

extension Soup.LoginAccepted: WireMessage {}
extension Soup.LoginRejected: WireMessage {}
extension Mold.Header: WireMessage {}
