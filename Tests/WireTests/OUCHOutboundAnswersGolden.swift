import Vocabulary
import Wire

// Bytes written by hand from docs/protocols/ouch-5.0.md, "Outbound", B J P I T M.
extension MessageCase {
    static let ouchOutboundAnswers: [MessageCase] = [
        MessageCase(
            "Broken Trade, short form",
            """
            42 | Broken Trade
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 00 00 00 00 00 03 15 | match number 789
            43 | consent
            30 31 32 33 34 35 36 37 38 39 41 42 43 20 | ClOrdID "0123456789ABC "
            """,
            .outbound(36, longer: .refused),
            OUCH.BrokenTrade(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                matchNumber: 789,
                reason: letter("C"),
                clOrdID: field("0123456789ABC")
            ),
            decode: { bytes throws(WireError) in try OUCH.BrokenTrade(OUCH.BrokenTradeView(bytes)) }
        ),
        MessageCase(
            "Broken Trade with UserRefIdx",
            """
            42 | Broken Trade
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 00 00 00 00 00 03 15 | match number 789
            43 | consent
            30 31 32 33 34 35 36 37 38 39 41 42 43 20 | ClOrdID "0123456789ABC "
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .outbound(41, orShort: 36),
            OUCH.BrokenTrade(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                matchNumber: 789,
                reason: letter("C"),
                clOrdID: field("0123456789ABC"),
                appendage: .with { $0.userRefIdx = 7 },
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in try OUCH.BrokenTrade(OUCH.BrokenTradeView(bytes)) }
        ),
        MessageCase(
            "Rejected, short form",
            """
            4A | Rejected
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            01 2D | reason 301
            30 31 32 33 34 35 36 37 38 39 41 42 43 20 | ClOrdID "0123456789ABC "
            """,
            .outbound(29, longer: .refused),
            OUCH.Rejected(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                reason: 301,
                clOrdID: field("0123456789ABC")
            ),
            decode: { bytes throws(WireError) in try OUCH.Rejected(OUCH.RejectedView(bytes)) }
        ),
        MessageCase(
            "Rejected with UserRefIdx",
            """
            4A | Rejected
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            01 2D | reason 301
            30 31 32 33 34 35 36 37 38 39 41 42 43 20 | ClOrdID "0123456789ABC "
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .outbound(34, orShort: 29),
            OUCH.Rejected(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                reason: 301,
                clOrdID: field("0123456789ABC"),
                appendage: .with { $0.userRefIdx = 7 },
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in try OUCH.Rejected(OUCH.RejectedView(bytes)) }
        ),
        MessageCase(
            "Cancel Pending, short form",
            """
            50 | Cancel Pending
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            """,
            .outbound(13, longer: .refused),
            OUCH.CancelPending(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42
            ),
            decode: { bytes throws(WireError) in
                try OUCH.CancelPending(OUCH.CancelPendingView(bytes))
            }
        ),
        MessageCase(
            "Cancel Pending with UserRefIdx",
            """
            50 | Cancel Pending
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .outbound(18, orShort: 13),
            OUCH.CancelPending(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                appendage: .with { $0.userRefIdx = 7 },
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in
                try OUCH.CancelPending(OUCH.CancelPendingView(bytes))
            }
        ),
        MessageCase(
            "Cancel Reject, short form",
            """
            49 | Cancel Reject
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            """,
            .outbound(13, longer: .refused),
            OUCH.CancelReject(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42
            ),
            decode: { bytes throws(WireError) in try OUCH.CancelReject(OUCH.CancelRejectView(bytes))
            }
        ),
        MessageCase(
            "Cancel Reject with UserRefIdx",
            """
            49 | Cancel Reject
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .outbound(18, orShort: 13),
            OUCH.CancelReject(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                appendage: .with { $0.userRefIdx = 7 },
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in try OUCH.CancelReject(OUCH.CancelRejectView(bytes))
            }
        ),
        MessageCase(
            "Priority Update, short form",
            """
            54 | Priority Update
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 00 00 00 00 16 ED 24 | 150.2500
            59 | visible
            00 00 00 00 00 00 03 E7 | new order reference number 999
            """,
            .outbound(30, longer: .refused),
            OUCH.PriorityUpdate(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                price: price(1_502_500),
                display: letter("Y"),
                orderReferenceNumber: 999
            ),
            decode: { bytes throws(WireError) in
                try OUCH.PriorityUpdate(OUCH.PriorityUpdateView(bytes))
            }
        ),
        MessageCase(
            "Priority Update with UserRefIdx",
            """
            54 | Priority Update
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 00 00 00 00 16 ED 24 | 150.2500
            59 | visible
            00 00 00 00 00 00 03 E7 | new order reference number 999
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .outbound(35, orShort: 30),
            OUCH.PriorityUpdate(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                price: price(1_502_500),
                display: letter("Y"),
                orderReferenceNumber: 999,
                appendage: .with { $0.userRefIdx = 7 },
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in
                try OUCH.PriorityUpdate(OUCH.PriorityUpdateView(bytes))
            }
        ),
        MessageCase(
            "Modified, short form",
            """
            4D | Modified
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            54 | sell short
            00 00 00 01 | 1 share open
            """,
            .outbound(18, longer: .refused),
            OUCH.Modified(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                side: letter("T"),
                quantity: shares(1)
            ),
            decode: { bytes throws(WireError) in try OUCH.Modified(OUCH.ModifiedView(bytes)) }
        ),
        MessageCase(
            "Modified with UserRefIdx",
            """
            4D | Modified
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            54 | sell short
            00 00 00 01 | 1 share open
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .outbound(23, orShort: 18),
            OUCH.Modified(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                side: letter("T"),
                quantity: shares(1),
                appendage: .with { $0.userRefIdx = 7 },
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in try OUCH.Modified(OUCH.ModifiedView(bytes)) }
        ),
    ]
}
