import Vocabulary
import Wire

// Bytes written by hand from docs/protocols/itch-5.0.md, orders, trades, auctions.
extension MessageCase {
    static let itchOrders: [MessageCase] = [
        MessageCase(
            "Add Order",
            """
            41 | Add Order
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 00 00 00 03 E7 | order reference 999
            53 | sell
            00 00 00 64 | 100 shares
            41 41 50 4C 20 20 20 20 | AAPL
            00 16 ED 24 | 150.2500
            """,
            .itch(36),
            ITCH.AddOrder(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                orderReferenceNumber: 999,
                side: letter("S"),
                shares: shares(100),
                stock: symbol("AAPL"),
                price: price(1_502_500)
            ),
            decode: { bytes throws(WireError) in try ITCH.AddOrder(ITCH.AddOrderView(bytes)) }
        ),
        MessageCase(
            "Add Order with MPID",
            """
            46 | Add Order with MPID
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 00 00 00 03 E7 | order reference 999
            53 | sell
            00 00 00 64 | 100 shares
            41 41 50 4C 20 20 20 20 | AAPL
            00 16 ED 24 | 150.2500
            41 50 55 53 | attribution
            """,
            .itch(40),
            ITCH.AddOrderMPID(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                orderReferenceNumber: 999,
                side: letter("S"),
                shares: shares(100),
                stock: symbol("AAPL"),
                price: price(1_502_500),
                attribution: alpha4("APUS")
            ),
            decode: { bytes throws(WireError) in try ITCH.AddOrderMPID(ITCH.AddOrderMPIDView(bytes))
            }
        ),
        MessageCase(
            "Order Executed",
            """
            45 | Order Executed
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 00 00 00 03 E7 | order reference 999
            00 00 00 32 | 50 shares
            00 00 00 00 00 00 03 15 | match number 789
            """,
            .itch(31),
            ITCH.OrderExecuted(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                orderReferenceNumber: 999,
                executedShares: shares(50),
                matchNumber: 789
            ),
            decode: { bytes throws(WireError) in
                try ITCH.OrderExecuted(ITCH.OrderExecutedView(bytes))
            }
        ),
        MessageCase(
            "Order Executed With Price",
            """
            43 | Order Executed With Price
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 00 00 00 03 E7 | order reference 999
            00 00 00 32 | 50 shares
            00 00 00 00 00 00 03 15 | match number 789
            4E | not printable
            00 16 ED 24 | 150.2500
            """,
            .itch(36),
            ITCH.OrderExecutedWithPrice(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                orderReferenceNumber: 999,
                executedShares: shares(50),
                matchNumber: 789,
                printable: letter("N"),
                price: price(1_502_500)
            ),
            decode: { bytes throws(WireError) in
                try ITCH.OrderExecutedWithPrice(ITCH.OrderExecutedWithPriceView(bytes))
            }
        ),
        MessageCase(
            "Order Cancel",
            """
            58 | Order Cancel
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 00 00 00 03 E7 | order reference 999
            00 00 00 32 | 50 shares
            """,
            .itch(23),
            ITCH.OrderCancel(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                orderReferenceNumber: 999,
                canceledShares: shares(50)
            ),
            decode: { bytes throws(WireError) in try ITCH.OrderCancel(ITCH.OrderCancelView(bytes)) }
        ),
        MessageCase(
            "Order Delete",
            """
            44 | Order Delete
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 00 00 00 03 E7 | order reference 999
            """,
            .itch(19),
            ITCH.OrderDelete(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                orderReferenceNumber: 999
            ),
            decode: { bytes throws(WireError) in try ITCH.OrderDelete(ITCH.OrderDeleteView(bytes)) }
        ),
        MessageCase(
            "Order Replace",
            """
            55 | Order Replace
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 00 00 00 03 E7 | order reference 999
            80 00 00 00 00 00 00 01 | new order reference
            00 00 00 64 | 100 shares
            FF FF FF FF | the largest price
            """,
            .itch(35),
            ITCH.OrderReplace(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                originalOrderReferenceNumber: 999,
                newOrderReferenceNumber: 0x8000_0000_0000_0001,
                shares: shares(100),
                price: price(4_294_967_295)
            ),
            decode: { bytes throws(WireError) in try ITCH.OrderReplace(ITCH.OrderReplaceView(bytes))
            }
        ),
        MessageCase(
            "Trade",
            """
            50 | Trade
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 00 00 00 00 00 | order reference 0
            42 | buy
            00 00 00 64 | 100 shares
            41 41 50 4C 20 20 20 20 | AAPL
            00 16 ED 24 | 150.2500
            00 00 00 00 00 00 03 15 | match number 789
            """,
            .itch(44),
            ITCH.Trade(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                orderReferenceNumber: 0,
                side: letter("B"),
                shares: shares(100),
                stock: symbol("AAPL"),
                price: price(1_502_500),
                matchNumber: 789
            ),
            decode: { bytes throws(WireError) in try ITCH.Trade(ITCH.TradeView(bytes)) }
        ),
        MessageCase(
            "Cross Trade",
            """
            51 | Cross Trade
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 01 00 00 00 00 | 4294967296 shares
            41 41 50 4C 20 20 20 20 | AAPL
            00 16 ED 24 | 150.2500
            00 00 00 00 00 00 03 15 | match number 789
            4F | opening
            """,
            .itch(40),
            ITCH.CrossTrade(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                shares: shares(4_294_967_296),
                stock: symbol("AAPL"),
                price: price(1_502_500),
                matchNumber: 789,
                crossType: letter("O")
            ),
            decode: { bytes throws(WireError) in try ITCH.CrossTrade(ITCH.CrossTradeView(bytes)) }
        ),
        MessageCase(
            "Broken Trade",
            """
            42 | Broken Trade
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 00 00 00 03 15 | match number 789
            """,
            .itch(19),
            ITCH.BrokenTrade(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                matchNumber: 789
            ),
            decode: { bytes throws(WireError) in try ITCH.BrokenTrade(ITCH.BrokenTradeView(bytes)) }
        ),
        MessageCase(
            "Net Order Imbalance",
            """
            49 | Net Order Imbalance
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 00 00 00 01 00 | 256 paired
            00 00 00 00 00 00 02 00 | 512 imbalance
            42 | buy side
            41 41 50 4C 20 20 20 20 | AAPL
            00 16 ED 88 | far 150.2600
            00 16 EC C0 | near 150.2400
            00 16 ED 24 | 150.2500
            43 | closing
            4C | variation
            """,
            .itch(50),
            ITCH.NOII(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                pairedShares: shares(256),
                imbalanceShares: shares(512),
                imbalanceDirection: letter("B"),
                stock: symbol("AAPL"),
                farPrice: price(1_502_600),
                nearPrice: price(1_502_400),
                referencePrice: price(1_502_500),
                crossType: letter("C"),
                variationIndicator: letter("L")
            ),
            decode: { bytes throws(WireError) in try ITCH.NOII(ITCH.NOIIView(bytes)) }
        ),
        MessageCase(
            "Retail Interest",
            """
            4E | Retail Interest
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            41 41 50 4C 20 20 20 20 | AAPL
            41 | both sides
            """,
            .itch(20),
            ITCH.RetailInterest(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                stock: symbol("AAPL"),
                interestFlag: letter("A")
            ),
            decode: { bytes throws(WireError) in
                try ITCH.RetailInterest(ITCH.RetailInterestView(bytes))
            }
        ),
        MessageCase(
            "Direct Listing",
            """
            4F | Direct Listing
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            41 41 50 4C 20 20 20 20 | AAPL
            59 | eligible
            00 16 EC C0 | minimum 150.2400
            00 16 ED 88 | maximum 150.2600
            00 16 ED 24 | 150.2500
            00 00 1F 1A CE D9 F0 7B | near execution time
            00 16 EC 5C | lower collar 150.2300
            00 16 ED EC | upper collar 150.2700
            """,
            .itch(48),
            ITCH.DirectListing(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                stock: symbol("AAPL"),
                openEligibility: letter("Y"),
                minimumPrice: price(1_502_400),
                maximumPrice: price(1_502_600),
                nearExecutionPrice: price(1_502_500),
                nearExecutionTime: 34_200_000_000_123,
                lowerCollarPrice: price(1_502_300),
                upperCollarPrice: price(1_502_700)
            ),
            decode: { bytes throws(WireError) in
                try ITCH.DirectListing(ITCH.DirectListingView(bytes))
            }
        ),
    ]
}
