import Wire

extension FuzzTarget {
    /// One OUCH message of a venue, with every appendage and in both lengths where there are two.
    static let ouchOutbound = FuzzTarget(
        "ouch-outbound",
        lengthMax: 256,
        seeds: {
            outboundLengths.flatMap { letter, length in appended(letter, fixed: length) }
                + Captures.soupPayloads(of: .sequencedData)
        },
        run: { bytes in
            guard let first = bytes.first, let type = OUCH.OutboundType(rawValue: first) else {
                return
            }
            try? roundTripOutbound(type, bytes)
        }
    )

    /// Where the appendage length stands, or would.
    private static let outboundLengths: [(UInt8, Int)] = [
        (0x53, 10), (0x41, 64), (0x55, 68), (0x43, 18), (0x44, 32), (0x45, 34), (0x42, 38),
        (0x4A, 31), (0x50, 13), (0x49, 13), (0x54, 30), (0x4D, 18), (0x52, 14), (0x58, 25),
        (0x47, 17), (0x4B, 17), (0x51, 13),
    ]
}

/// Whether `bytes` were read; `type` is their first byte.
func roundTripOutbound(_ type: OUCH.OutboundType, _ bytes: UnsafeRawBufferPointer) throws(WireError)
{
    switch type {
    case .systemEvent:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.SystemEvent(OUCH.SystemEventView(s))
        }
    case .accepted:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.Accepted(OUCH.AcceptedView(s)) }
    case .replaced:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.Replaced(OUCH.ReplacedView(s)) }
    case .canceled:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.Canceled(OUCH.CanceledView(s)) }
    case .aiqCanceled:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.AIQCanceled(OUCH.AIQCanceledView(s))
        }
    case .executed:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.Executed(OUCH.ExecutedView(s)) }
    case .brokenTrade:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.BrokenTrade(OUCH.BrokenTradeView(s))
        }
    case .rejected:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.Rejected(OUCH.RejectedView(s)) }
    case .cancelPending:
        try roundTrip(bytes) { s throws(WireError) in
            try OUCH.CancelPending(OUCH.CancelPendingView(s))
        }
    case .cancelReject:
        try roundTrip(bytes) { s throws(WireError) in
            try OUCH.CancelReject(OUCH.CancelRejectView(s))
        }
    case .priorityUpdate:
        try roundTrip(bytes) { s throws(WireError) in
            try OUCH.PriorityUpdate(OUCH.PriorityUpdateView(s))
        }
    case .modified:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.Modified(OUCH.ModifiedView(s)) }
    case .restated:
        try roundTrip(bytes) { s throws(WireError) in try OUCH.Restated(OUCH.RestatedView(s)) }
    case .massCancelResponse:
        try roundTrip(bytes) { s throws(WireError) in
            try OUCH.MassCancelResponse(OUCH.MassCancelResponseView(s))
        }
    case .disableResponse:
        try roundTrip(bytes) { s throws(WireError) in
            try OUCH.DisableResponse(OUCH.DisableResponseView(s))
        }
    case .enableResponse:
        try roundTrip(bytes) { s throws(WireError) in
            try OUCH.EnableResponse(OUCH.EnableResponseView(s))
        }
    case .accountQueryResponse:
        try roundTrip(bytes) { s throws(WireError) in
            try OUCH.AccountQueryResponse(OUCH.AccountQueryResponseView(s))
        }
    }
}
