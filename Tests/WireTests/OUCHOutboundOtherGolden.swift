import Vocabulary
import Wire

// Bytes written by hand from docs/protocols/ouch-5.0.md, "Outbound", R X G K Q.
extension MessageCase {
    static let ouchOutboundOthers: [MessageCase] = [
        MessageCase(
            "Restated",
            """
            52 | Restated
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            52 | display refresh
            00 00 | no appendage
            """,
            .outbound(16),
            OUCH.Restated(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                reason: letter("R")
            ),
            decode: { bytes throws(WireError) in try OUCH.Restated(OUCH.RestatedView(bytes)) }
        ),
        MessageCase(
            "Restated with new display",
            """
            52 | Restated
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            52 | display refresh
            00 1A | appendage, 26 bytes
            09 01 | SecondaryOrdRefNum
            00 00 00 00 00 00 03 E7 | 999
            05 16 | DisplayQuantity
            00 00 00 64 | 100
            09 17 | DisplayPrice
            00 00 00 00 00 16 ED 24 | 150.2500
            """,
            .outbound(42),
            OUCH.Restated(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                reason: letter("R"),
                appendage: .with {
                    $0.secondaryOrderReferenceNumber = 999
                    $0.displayQuantity = shares(100)
                    $0.displayPrice = price(1_502_500)
                }
            ),
            decode: { bytes throws(WireError) in try OUCH.Restated(OUCH.RestatedView(bytes)) }
        ),
        MessageCase(
            "Mass Cancel Response",
            """
            58 | Mass Cancel Response
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            41 50 55 53 | Firm
            41 41 50 4C 20 20 20 20 | AAPL
            00 00 | no appendage
            """,
            .outbound(27),
            OUCH.MassCancelResponse(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                firm: alpha4("APUS"),
                symbol: symbol("AAPL")
            ),
            decode: { bytes throws(WireError) in
                try OUCH.MassCancelResponse(OUCH.MassCancelResponseView(bytes))
            }
        ),
        MessageCase(
            "Mass Cancel Response with UserRefIdx",
            """
            58 | Mass Cancel Response
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            41 50 55 53 | Firm
            41 41 50 4C 20 20 20 20 | AAPL
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .outbound(30),
            OUCH.MassCancelResponse(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                firm: alpha4("APUS"),
                symbol: symbol("AAPL"),
                appendage: .with { $0.userRefIdx = 7 }
            ),
            decode: { bytes throws(WireError) in
                try OUCH.MassCancelResponse(OUCH.MassCancelResponseView(bytes))
            }
        ),
        MessageCase(
            "Disable Response",
            """
            47 | Disable Response
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            41 50 55 53 | Firm
            00 00 | no appendage
            """,
            .outbound(19),
            OUCH.DisableResponse(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                firm: alpha4("APUS")
            ),
            decode: { bytes throws(WireError) in
                try OUCH.DisableResponse(OUCH.DisableResponseView(bytes))
            }
        ),
        MessageCase(
            "Disable Response with UserRefIdx",
            """
            47 | Disable Response
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            41 50 55 53 | Firm
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .outbound(22),
            OUCH.DisableResponse(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                firm: alpha4("APUS"),
                appendage: .with { $0.userRefIdx = 7 }
            ),
            decode: { bytes throws(WireError) in
                try OUCH.DisableResponse(OUCH.DisableResponseView(bytes))
            }
        ),
        MessageCase(
            "Enable Response",
            """
            4B | Enable Response
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            41 50 55 53 | Firm
            00 00 | no appendage
            """,
            .outbound(19),
            OUCH.EnableResponse(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                firm: alpha4("APUS")
            ),
            decode: { bytes throws(WireError) in
                try OUCH.EnableResponse(OUCH.EnableResponseView(bytes))
            }
        ),
        MessageCase(
            "Enable Response with UserRefIdx",
            """
            4B | Enable Response
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            41 50 55 53 | Firm
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .outbound(22),
            OUCH.EnableResponse(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                firm: alpha4("APUS"),
                appendage: .with { $0.userRefIdx = 7 }
            ),
            decode: { bytes throws(WireError) in
                try OUCH.EnableResponse(OUCH.EnableResponseView(bytes))
            }
        ),
        MessageCase(
            "Account Query Response, short form",
            """
            51 | Account Query Response
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2B | next UserRefNum 43
            """,
            .outbound(13, longer: .refused),
            OUCH.AccountQueryResponse(
                timestampNs: 34_200_000_000_123,
                nextUserRefNum: 43
            ),
            decode: { bytes throws(WireError) in
                try OUCH.AccountQueryResponse(OUCH.AccountQueryResponseView(bytes))
            }
        ),
        MessageCase(
            "Account Query Response with UserRefIdx",
            """
            51 | Account Query Response
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2B | next UserRefNum 43
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .outbound(18, orShort: 13),
            OUCH.AccountQueryResponse(
                timestampNs: 34_200_000_000_123,
                nextUserRefNum: 43,
                appendage: .with { $0.userRefIdx = 7 },
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in
                try OUCH.AccountQueryResponse(OUCH.AccountQueryResponseView(bytes))
            }
        ),
    ]
}
