import Wire

extension FuzzTarget {
    /// One OUCH message of a client, with every appendage.
    static let ouchInbound = FuzzTarget(
        "ouch-inbound",
        lengthMax: 192,
        seeds: {
            inboundLengths.flatMap { letter, length in appended(letter, fixed: length) }
                + Captures.soupPayloads(of: .unsequencedData)
        },
        run: { bytes in
            guard let first = bytes.first, let type = OUCH.InboundType(rawValue: first) else {
                return
            }
            try? roundTripInbound(type, bytes)
        }
    )

    /// Where the appendage length stands.
    private static let inboundLengths: [(UInt8, Int)] = [
        (0x4F, 45), (0x55, 38), (0x58, 9), (0x4D, 10), (0x43, 17), (0x44, 9), (0x45, 9),
        (0x51, 1),
    ]

    /// The message without and with an empty appendage, and with one of each tag.
    static func appended(_ letter: UInt8, fixed: Int) -> [[UInt8]] {
        let front = [letter] + [UInt8](repeating: 0x20, count: fixed - 1)
        var elements: [UInt8] = []
        for tag in 0...UInt8(31) {
            guard let known = OUCH.Tag(rawValue: tag) else { continue }
            elements += [UInt8(known.valueLength + 1), tag]
            elements += [UInt8](repeating: 0x31, count: known.valueLength)
        }
        return [front, front + [0, 0], front + [0, UInt8(elements.count)] + elements]
    }
}

/// Whether `bytes` were read; `type` is their first byte.
func roundTripInbound(_ type: OUCH.InboundType, _ bytes: UnsafeRawBufferPointer) throws(WireError) {
    switch type {
    case .enterOrder:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.EnterOrder(OUCH.EnterOrderView(s)) }
    case .replaceOrder:
        try roundTrip(bytes) { s throws(WireError) in
            try OUCH.ReplaceOrder(OUCH.ReplaceOrderView(s))
        }
    case .cancelOrder:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.CancelOrder(OUCH.CancelOrderView(s))
        }
    case .modifyOrder:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.ModifyOrder(OUCH.ModifyOrderView(s))
        }
    case .massCancel:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.MassCancel(OUCH.MassCancelView(s)) }
    case .disable:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.Disable(OUCH.DisableView(s)) }
    case .enable:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.Enable(OUCH.EnableView(s)) }
    case .accountQuery:
        try roundTrip(bytes) { s throws(WireError) in
            try OUCH.AccountQuery(OUCH.AccountQueryView(s))
        }
    }
}
