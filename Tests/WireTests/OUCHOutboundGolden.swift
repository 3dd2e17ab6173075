import Vocabulary
import Wire

// Bytes written by hand from docs/protocols/ouch-5.0.md, "Outbound", S A U C D E.
extension MessageCase {
    static let ouchOutboundOrders: [MessageCase] = [
        MessageCase(
            "System Event",
            """
            53 | System Event
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            53 | start of day
            """,
            .outbound(10),
            OUCH.SystemEvent(
                timestampNs: 34_200_000_000_123,
                event: letter("S")
            ),
            decode: { bytes throws(WireError) in try OUCH.SystemEvent(OUCH.SystemEventView(bytes)) }
        ),
        MessageCase(
            "Accepted",
            """
            41 | Accepted
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            45 | sell short exempt
            00 00 01 2C | 300 shares
            5A 56 5A 5A 54 20 20 20 | ZVZZT
            00 00 00 00 00 01 86 A1 | 10.0001
            36 | until ExpireTime
            5A | conformant
            01 02 03 04 05 06 07 08 | order reference number
            41 | agency
            59 | sweep
            43 | closing cross
            4C | order state
            30 31 32 33 34 35 36 37 38 39 41 42 43 20 | ClOrdID "0123456789ABC "
            00 00 | no appendage
            """,
            .outbound(64),
            OUCH.Accepted(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                side: letter("E"),
                quantity: shares(300),
                symbol: symbol("ZVZZT"),
                price: price(100001),
                timeInForce: letter("6"),
                display: letter("Z"),
                orderReferenceNumber: 0x0102_0304_0506_0708,
                capacity: letter("A"),
                interMarketSweep: letter("Y"),
                crossType: letter("C"),
                orderState: letter("L"),
                clOrdID: field("0123456789ABC")
            ),
            decode: { bytes throws(WireError) in try OUCH.Accepted(OUCH.AcceptedView(bytes)) }
        ),
        MessageCase(
            "Accepted with Firm and BBO weight",
            """
            41 | Accepted
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            45 | sell short exempt
            00 00 01 2C | 300 shares
            5A 56 5A 5A 54 20 20 20 | ZVZZT
            00 00 00 00 00 01 86 A1 | 10.0001
            36 | until ExpireTime
            5A | conformant
            01 02 03 04 05 06 07 08 | order reference number
            41 | agency
            59 | sweep
            43 | closing cross
            4C | order state
            30 31 32 33 34 35 36 37 38 39 41 42 43 20 | ClOrdID "0123456789ABC "
            00 09 | appendage, 9 bytes
            05 02 | Firm
            41 50 55 53 | APUS
            02 12 | BBO weight indicator
            32 | 2
            """,
            .outbound(73),
            OUCH.Accepted(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                side: letter("E"),
                quantity: shares(300),
                symbol: symbol("ZVZZT"),
                price: price(100001),
                timeInForce: letter("6"),
                display: letter("Z"),
                orderReferenceNumber: 0x0102_0304_0506_0708,
                capacity: letter("A"),
                interMarketSweep: letter("Y"),
                crossType: letter("C"),
                orderState: letter("L"),
                clOrdID: field("0123456789ABC"),
                appendage: .with {
                    $0.firm = alpha4("APUS")
                    $0.bboWeightIndicator = letter("2")
                }
            ),
            decode: { bytes throws(WireError) in try OUCH.Accepted(OUCH.AcceptedView(bytes)) }
        ),
        MessageCase(
            "Replaced",
            """
            55 | Replaced
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | OrigUserRefNum 42
            00 00 00 2B | UserRefNum 43
            45 | sell short exempt
            00 00 01 90 | 400 shares
            5A 56 5A 5A 54 20 20 20 | ZVZZT
            00 00 00 00 7F FF FF FF | 214748.3647
            36 | until ExpireTime
            5A | conformant
            01 02 03 04 05 06 07 08 | order reference number
            41 | agency
            59 | sweep
            43 | closing cross
            44 | order state
            30 31 32 33 34 35 36 37 38 39 41 42 43 20 | ClOrdID "0123456789ABC "
            00 00 | no appendage
            """,
            .outbound(68),
            OUCH.Replaced(
                timestampNs: 34_200_000_000_123,
                origUserRefNum: 42,
                userRefNum: 43,
                side: letter("E"),
                quantity: shares(400),
                symbol: symbol("ZVZZT"),
                price: price(2147483647),
                timeInForce: letter("6"),
                display: letter("Z"),
                orderReferenceNumber: 0x0102_0304_0506_0708,
                capacity: letter("A"),
                interMarketSweep: letter("Y"),
                crossType: letter("C"),
                orderState: letter("D"),
                clOrdID: field("0123456789ABC")
            ),
            decode: { bytes throws(WireError) in try OUCH.Replaced(OUCH.ReplacedView(bytes)) }
        ),
        MessageCase(
            "Replaced with PostOnly",
            """
            55 | Replaced
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | OrigUserRefNum 42
            00 00 00 2B | UserRefNum 43
            45 | sell short exempt
            00 00 01 90 | 400 shares
            5A 56 5A 5A 54 20 20 20 | ZVZZT
            00 00 00 00 7F FF FF FF | 214748.3647
            36 | until ExpireTime
            5A | conformant
            01 02 03 04 05 06 07 08 | order reference number
            41 | agency
            59 | sweep
            43 | closing cross
            44 | order state
            30 31 32 33 34 35 36 37 38 39 41 42 43 20 | ClOrdID "0123456789ABC "
            00 03 | appendage, 3 bytes
            02 0C | PostOnly
            50 | P
            """,
            .outbound(71),
            OUCH.Replaced(
                timestampNs: 34_200_000_000_123,
                origUserRefNum: 42,
                userRefNum: 43,
                side: letter("E"),
                quantity: shares(400),
                symbol: symbol("ZVZZT"),
                price: price(2147483647),
                timeInForce: letter("6"),
                display: letter("Z"),
                orderReferenceNumber: 0x0102_0304_0506_0708,
                capacity: letter("A"),
                interMarketSweep: letter("Y"),
                crossType: letter("C"),
                orderState: letter("D"),
                clOrdID: field("0123456789ABC"),
                appendage: .with { $0.postOnly = letter("P") }
            ),
            decode: { bytes throws(WireError) in try OUCH.Replaced(OUCH.ReplacedView(bytes)) }
        ),
        MessageCase(
            "Canceled, short form",
            """
            43 | Canceled
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 00 00 64 | 100 shares less
            55 | by the user
            """,
            .outbound(18, longer: .refused),
            OUCH.Canceled(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                quantity: shares(100),
                reason: letter("U")
            ),
            decode: { bytes throws(WireError) in try OUCH.Canceled(OUCH.CanceledView(bytes)) }
        ),
        MessageCase(
            "Canceled, long form",
            """
            43 | Canceled
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 00 00 64 | 100 shares less
            55 | by the user
            00 00 | no appendage
            """,
            .outbound(20, orShort: 18),
            OUCH.Canceled(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                quantity: shares(100),
                reason: letter("U"),
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in try OUCH.Canceled(OUCH.CanceledView(bytes)) }
        ),
        MessageCase(
            "Canceled with UserRefIdx",
            """
            43 | Canceled
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 00 00 64 | 100 shares less
            55 | by the user
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .outbound(23, orShort: 18),
            OUCH.Canceled(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                quantity: shares(100),
                reason: letter("U"),
                appendage: .with { $0.userRefIdx = 7 },
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in try OUCH.Canceled(OUCH.CanceledView(bytes)) }
        ),
        MessageCase(
            "AIQ Canceled, older form",
            """
            44 | AIQ Canceled
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 00 00 64 | 100 shares less
            51 | self match
            00 00 00 C8 | 200 shares prevented
            00 00 00 00 00 16 ED 24 | 150.2500
            52 | removed
            """,
            .outbound(31, longer: .anotherForm),
            OUCH.AIQCanceled(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                quantity: shares(100),
                reason: letter("Q"),
                quantityPrevented: shares(200),
                executionPrice: price(1_502_500),
                liquidityFlag: letter("R"),
                aiqStrategy: nil
            ),
            decode: { bytes throws(WireError) in try OUCH.AIQCanceled(OUCH.AIQCanceledView(bytes)) }
        ),
        MessageCase(
            "AIQ Canceled, short form",
            """
            44 | AIQ Canceled
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 00 00 64 | 100 shares less
            51 | self match
            00 00 00 C8 | 200 shares prevented
            00 00 00 00 00 16 ED 24 | 150.2500
            52 | removed
            44 | strategy
            """,
            .outbound(32, orShort: 31, longer: .refused),
            OUCH.AIQCanceled(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                quantity: shares(100),
                reason: letter("Q"),
                quantityPrevented: shares(200),
                executionPrice: price(1_502_500),
                liquidityFlag: letter("R"),
                aiqStrategy: letter("D")
            ),
            decode: { bytes throws(WireError) in try OUCH.AIQCanceled(OUCH.AIQCanceledView(bytes)) }
        ),
        MessageCase(
            "AIQ Canceled with UserRefIdx",
            """
            44 | AIQ Canceled
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 00 00 64 | 100 shares less
            51 | self match
            00 00 00 C8 | 200 shares prevented
            00 00 00 00 00 16 ED 24 | 150.2500
            52 | removed
            44 | strategy
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .outbound(37, orShort: 31, 32),
            OUCH.AIQCanceled(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                quantity: shares(100),
                reason: letter("Q"),
                quantityPrevented: shares(200),
                executionPrice: price(1_502_500),
                liquidityFlag: letter("R"),
                aiqStrategy: letter("D"),
                appendage: .with { $0.userRefIdx = 7 },
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in try OUCH.AIQCanceled(OUCH.AIQCanceledView(bytes)) }
        ),
        MessageCase(
            "Executed",
            """
            45 | Executed
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 00 00 32 | 50 shares
            00 00 00 00 00 16 ED 24 | 150.2500
            41 | added
            FF EE DD CC BB AA 99 88 | match number
            00 00 | no appendage
            """,
            .outbound(36),
            OUCH.Executed(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                quantity: shares(50),
                price: price(1_502_500),
                liquidityFlag: letter("A"),
                matchNumber: 0xFFEE_DDCC_BBAA_9988
            ),
            decode: { bytes throws(WireError) in try OUCH.Executed(OUCH.ExecutedView(bytes)) }
        ),
        MessageCase(
            "Executed with UserRefIdx",
            """
            45 | Executed
            00 00 1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 2A | UserRefNum 42
            00 00 00 32 | 50 shares
            00 00 00 00 00 16 ED 24 | 150.2500
            41 | added
            FF EE DD CC BB AA 99 88 | match number
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .outbound(39),
            OUCH.Executed(
                timestampNs: 34_200_000_000_123,
                userRefNum: 42,
                quantity: shares(50),
                price: price(1_502_500),
                liquidityFlag: letter("A"),
                matchNumber: 0xFFEE_DDCC_BBAA_9988,
                appendage: .with { $0.userRefIdx = 7 }
            ),
            decode: { bytes throws(WireError) in try OUCH.Executed(OUCH.ExecutedView(bytes)) }
        ),
    ]
}
