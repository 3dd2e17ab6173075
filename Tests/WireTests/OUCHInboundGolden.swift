import Vocabulary
import Wire

// Bytes written by hand from docs/protocols/ouch-5.0.md, "Inbound".
extension MessageCase {
    static let ouchInbound: [MessageCase] = [
        MessageCase(
            "Enter Order",
            """
            4F | Enter Order
            00 00 00 2A | UserRefNum 42
            42 | buy
            00 00 00 64 | 100 shares
            41 41 50 4C 20 20 20 20 | AAPL
            00 00 00 00 00 16 ED 24 | 150.2500
            30 | day
            59 | visible
            50 | principal
            4E | no sweep
            4E | continuous
            30 31 32 33 34 35 36 37 38 39 41 42 43 20 | ClOrdID "0123456789ABC "
            00 00 | no appendage
            """,
            .inbound(47),
            OUCH.EnterOrder(
                userRefNum: 42,
                side: letter("B"),
                quantity: shares(100),
                symbol: symbol("AAPL"),
                price: price(1_502_500),
                timeInForce: letter("0"),
                display: letter("Y"),
                capacity: letter("P"),
                interMarketSweep: letter("N"),
                crossType: letter("N"),
                clOrdID: field("0123456789ABC")
            ),
            decode: { bytes throws(WireError) in try OUCH.EnterOrder(OUCH.EnterOrderView(bytes)) }
        ),
        MessageCase(
            "Enter Order with Firm",
            """
            4F | Enter Order
            00 00 00 2A | UserRefNum 42
            42 | buy
            00 00 00 64 | 100 shares
            41 41 50 4C 20 20 20 20 | AAPL
            00 00 00 00 00 16 ED 24 | 150.2500
            30 | day
            59 | visible
            50 | principal
            4E | no sweep
            4E | continuous
            30 31 32 33 34 35 36 37 38 39 41 42 43 20 | ClOrdID "0123456789ABC "
            00 06 | appendage, 6 bytes
            05 02 | Firm
            41 50 55 53 | APUS
            """,
            .inbound(53),
            OUCH.EnterOrder(
                userRefNum: 42,
                side: letter("B"),
                quantity: shares(100),
                symbol: symbol("AAPL"),
                price: price(1_502_500),
                timeInForce: letter("0"),
                display: letter("Y"),
                capacity: letter("P"),
                interMarketSweep: letter("N"),
                crossType: letter("N"),
                clOrdID: field("0123456789ABC"),
                appendage: .with { $0.firm = alpha4("APUS") }
            ),
            decode: { bytes throws(WireError) in try OUCH.EnterOrder(OUCH.EnterOrderView(bytes)) }
        ),
        MessageCase(
            "Replace Order",
            """
            55 | Replace Order
            00 00 00 2A | OrigUserRefNum 42
            00 00 00 2B | UserRefNum 43
            00 00 01 F4 | 500 shares
            00 00 00 00 77 35 93 9C | 199999.9900
            33 | IOC
            4E | hidden
            59 | sweep
            30 31 32 33 34 35 36 37 38 39 41 42 43 20 | ClOrdID "0123456789ABC "
            00 00 | no appendage
            """,
            .inbound(40),
            OUCH.ReplaceOrder(
                origUserRefNum: 42,
                userRefNum: 43,
                quantity: shares(500),
                price: price(1_999_999_900),
                timeInForce: letter("3"),
                display: letter("N"),
                interMarketSweep: letter("Y"),
                clOrdID: field("0123456789ABC")
            ),
            decode: { bytes throws(WireError) in try OUCH.ReplaceOrder(OUCH.ReplaceOrderView(bytes))
            }
        ),
        MessageCase(
            "Replace Order with SharesLocated",
            """
            55 | Replace Order
            00 00 00 2A | OrigUserRefNum 42
            00 00 00 2B | UserRefNum 43
            00 00 01 F4 | 500 shares
            00 00 00 00 77 35 93 9C | 199999.9900
            33 | IOC
            4E | hidden
            59 | sweep
            30 31 32 33 34 35 36 37 38 39 41 42 43 20 | ClOrdID "0123456789ABC "
            00 03 | appendage, 3 bytes
            02 19 | SharesLocated
            59 | Y
            """,
            .inbound(43),
            OUCH.ReplaceOrder(
                origUserRefNum: 42,
                userRefNum: 43,
                quantity: shares(500),
                price: price(1_999_999_900),
                timeInForce: letter("3"),
                display: letter("N"),
                interMarketSweep: letter("Y"),
                clOrdID: field("0123456789ABC"),
                appendage: .with { $0.sharesLocated = letter("Y") }
            ),
            decode: { bytes throws(WireError) in try OUCH.ReplaceOrder(OUCH.ReplaceOrderView(bytes))
            }
        ),
        MessageCase(
            "Cancel Order, short form",
            """
            58 | Cancel Order
            00 00 00 2A | UserRefNum 42
            00 00 00 00 | 0: cancel all
            """,
            .inbound(9),
            OUCH.CancelOrder(
                userRefNum: 42,
                quantity: shares(0)
            ),
            decode: { bytes throws(WireError) in try OUCH.CancelOrder(OUCH.CancelOrderView(bytes)) }
        ),
        MessageCase(
            "Cancel Order, long form",
            """
            58 | Cancel Order
            00 00 00 2A | UserRefNum 42
            00 00 00 00 | 0: cancel all
            00 00 | no appendage
            """,
            .inbound(11, orShort: 9),
            OUCH.CancelOrder(
                userRefNum: 42,
                quantity: shares(0),
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in try OUCH.CancelOrder(OUCH.CancelOrderView(bytes)) }
        ),
        MessageCase(
            "Cancel Order with UserRefIdx",
            """
            58 | Cancel Order
            00 00 00 2A | UserRefNum 42
            00 00 00 00 | 0: cancel all
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .inbound(14, orShort: 9),
            OUCH.CancelOrder(
                userRefNum: 42,
                quantity: shares(0),
                appendage: .with { $0.userRefIdx = 7 },
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in try OUCH.CancelOrder(OUCH.CancelOrderView(bytes)) }
        ),
        MessageCase(
            "Modify Order, short form",
            """
            4D | Modify Order
            00 00 00 2A | UserRefNum 42
            54 | sell short
            00 0F 42 3F | 999999 shares
            """,
            .inbound(10),
            OUCH.ModifyOrder(
                userRefNum: 42,
                side: letter("T"),
                quantity: shares(999_999)
            ),
            decode: { bytes throws(WireError) in try OUCH.ModifyOrder(OUCH.ModifyOrderView(bytes)) }
        ),
        MessageCase(
            "Modify Order with UserRefIdx",
            """
            4D | Modify Order
            00 00 00 2A | UserRefNum 42
            54 | sell short
            00 0F 42 3F | 999999 shares
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .inbound(15, orShort: 10),
            OUCH.ModifyOrder(
                userRefNum: 42,
                side: letter("T"),
                quantity: shares(999_999),
                appendage: .with { $0.userRefIdx = 7 },
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in try OUCH.ModifyOrder(OUCH.ModifyOrderView(bytes)) }
        ),
        MessageCase(
            "Mass Cancel",
            """
            43 | Mass Cancel
            00 00 00 2A | UserRefNum 42
            41 50 55 53 | Firm
            20 20 20 20 20 20 20 20 | every symbol
            00 00 | no appendage
            """,
            .inbound(19),
            OUCH.MassCancel(
                userRefNum: 42,
                firm: alpha4("APUS"),
                symbol: .blank
            ),
            decode: { bytes throws(WireError) in try OUCH.MassCancel(OUCH.MassCancelView(bytes)) }
        ),
        MessageCase(
            "Mass Cancel of a side",
            """
            43 | Mass Cancel
            00 00 00 2A | UserRefNum 42
            41 50 55 53 | Firm
            20 20 20 20 20 20 20 20 | every symbol
            00 07 | appendage, 7 bytes
            03 18 | GroupID
            01 02 | 258
            02 1B | Side
            53 | sell
            """,
            .inbound(26),
            OUCH.MassCancel(
                userRefNum: 42,
                firm: alpha4("APUS"),
                symbol: .blank,
                appendage: .with {
                    $0.groupID = 258
                    $0.side = letter("S")
                }
            ),
            decode: { bytes throws(WireError) in try OUCH.MassCancel(OUCH.MassCancelView(bytes)) }
        ),
        MessageCase(
            "Disable Order Entry",
            """
            44 | Disable Order Entry
            00 00 00 2A | UserRefNum 42
            41 50 55 53 | Firm
            00 00 | no appendage
            """,
            .inbound(11),
            OUCH.Disable(
                userRefNum: 42,
                firm: alpha4("APUS")
            ),
            decode: { bytes throws(WireError) in try OUCH.Disable(OUCH.DisableView(bytes)) }
        ),
        MessageCase(
            "Disable Order Entry with UserRefIdx",
            """
            44 | Disable Order Entry
            00 00 00 2A | UserRefNum 42
            41 50 55 53 | Firm
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .inbound(14),
            OUCH.Disable(
                userRefNum: 42,
                firm: alpha4("APUS"),
                appendage: .with { $0.userRefIdx = 7 }
            ),
            decode: { bytes throws(WireError) in try OUCH.Disable(OUCH.DisableView(bytes)) }
        ),
        MessageCase(
            "Enable Order Entry",
            """
            45 | Enable Order Entry
            00 00 00 2A | UserRefNum 42
            41 50 55 53 | Firm
            00 00 | no appendage
            """,
            .inbound(11),
            OUCH.Enable(
                userRefNum: 42,
                firm: alpha4("APUS")
            ),
            decode: { bytes throws(WireError) in try OUCH.Enable(OUCH.EnableView(bytes)) }
        ),
        MessageCase(
            "Enable Order Entry with UserRefIdx",
            """
            45 | Enable Order Entry
            00 00 00 2A | UserRefNum 42
            41 50 55 53 | Firm
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .inbound(14),
            OUCH.Enable(
                userRefNum: 42,
                firm: alpha4("APUS"),
                appendage: .with { $0.userRefIdx = 7 }
            ),
            decode: { bytes throws(WireError) in try OUCH.Enable(OUCH.EnableView(bytes)) }
        ),
        MessageCase(
            "Account Query, short form",
            """
            51 | Account Query
            """,
            .inbound(1),
            OUCH.AccountQuery(
                appendageForm: .absent
            ),
            decode: { bytes throws(WireError) in try OUCH.AccountQuery(OUCH.AccountQueryView(bytes))
            }
        ),
        MessageCase(
            "Account Query with UserRefIdx",
            """
            51 | Account Query
            00 03 | appendage, 3 bytes
            02 1C | UserRefIdx
            07 | 7
            """,
            .inbound(6, orShort: 1),
            OUCH.AccountQuery(
                appendage: .with { $0.userRefIdx = 7 },
                appendageForm: .present
            ),
            decode: { bytes throws(WireError) in try OUCH.AccountQuery(OUCH.AccountQueryView(bytes))
            }
        ),
    ]
}
