import Vocabulary
import Wire

// Bytes written by hand from docs/protocols/itch-5.0.md, S R H Y L V W K J h.
extension MessageCase {
    static let itchAdministrative: [MessageCase] = [
        MessageCase(
            "System Event",
            """
            53 | System Event
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            51 | start of market hours
            """,
            .itch(12),
            ITCH.SystemEvent(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                event: letter("Q")
            ),
            decode: { bytes throws(WireError) in try ITCH.SystemEvent(ITCH.SystemEventView(bytes)) }
        ),
        MessageCase(
            "Stock Directory",
            """
            52 | Stock Directory
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            41 41 50 4C 20 20 20 20 | AAPL
            51 | Global Select
            4E | normal
            00 00 00 64 | round lot 100
            4E | any lot
            43 | common stock
            5A 20 | sub-type
            50 | live
            4E | no threshold
            4E | no IPO
            31 | LULD tier 1
            4E | no ETP
            00 00 00 03 | leverage 3
            4E | not inverse
            """,
            .itch(39),
            ITCH.StockDirectory(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                stock: symbol("AAPL"),
                marketCategory: letter("Q"),
                financialStatus: letter("N"),
                roundLotSize: 100,
                roundLotsOnly: letter("N"),
                issueClassification: letter("C"),
                issueSubType: alpha2("Z"),
                authenticity: letter("P"),
                shortSaleThreshold: letter("N"),
                ipoFlag: letter("N"),
                luldTier: letter("1"),
                etpFlag: letter("N"),
                etpLeverage: 3,
                inverse: letter("N")
            ),
            decode: { bytes throws(WireError) in
                try ITCH.StockDirectory(ITCH.StockDirectoryView(bytes))
            }
        ),
        MessageCase(
            "Trading Action",
            """
            48 | Trading Action
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            41 41 50 4C 20 20 20 20 | AAPL
            54 | trading
            20 | reserved
            54 31 20 20 | reason
            """,
            .itch(25),
            ITCH.TradingAction(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                stock: symbol("AAPL"),
                tradingState: letter("T"),
                reserved: letter(" "),
                reason: alpha4("T1")
            ),
            decode: { bytes throws(WireError) in
                try ITCH.TradingAction(ITCH.TradingActionView(bytes))
            }
        ),
        MessageCase(
            "Reg SHO",
            """
            59 | Reg SHO
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            41 41 50 4C 20 20 20 20 | AAPL
            32 | still in effect
            """,
            .itch(20),
            ITCH.RegSHO(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                stock: symbol("AAPL"),
                action: letter("2")
            ),
            decode: { bytes throws(WireError) in try ITCH.RegSHO(ITCH.RegSHOView(bytes)) }
        ),
        MessageCase(
            "Participant Position",
            """
            4C | Participant Position
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            41 50 55 53 | MPID
            41 41 50 4C 20 20 20 20 | AAPL
            59 | primary
            4E | normal
            41 | active
            """,
            .itch(26),
            ITCH.ParticipantPosition(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                mpid: alpha4("APUS"),
                stock: symbol("AAPL"),
                primaryMarketMaker: letter("Y"),
                marketMakerMode: letter("N"),
                participantState: letter("A")
            ),
            decode: { bytes throws(WireError) in
                try ITCH.ParticipantPosition(ITCH.ParticipantPositionView(bytes))
            }
        ),
        MessageCase(
            "MWCB Decline Level",
            """
            56 | MWCB Decline Level
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            00 00 00 5A F3 10 7A 40 | 3906.25000000
            00 00 00 51 7D A0 2C 00 | 3500.00000000
            FF FF FF FF FF FF FF FF | the largest
            """,
            .itch(35),
            ITCH.MWCBDeclineLevel(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                level1: 390_625_000_000,
                level2: 350_000_000_000,
                level3: .max
            ),
            decode: { bytes throws(WireError) in
                try ITCH.MWCBDeclineLevel(ITCH.MWCBDeclineLevelView(bytes))
            }
        ),
        MessageCase(
            "MWCB Status",
            """
            57 | MWCB Status
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            32 | level 2
            """,
            .itch(12),
            ITCH.MWCBStatus(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                breachedLevel: letter("2")
            ),
            decode: { bytes throws(WireError) in try ITCH.MWCBStatus(ITCH.MWCBStatusView(bytes)) }
        ),
        MessageCase(
            "IPO Quoting Period",
            """
            4B | IPO Quoting Period
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            41 41 50 4C 20 20 20 20 | AAPL
            00 00 88 B8 | 35000 s
            41 | anticipated
            00 16 ED 24 | 150.2500
            """,
            .itch(28),
            ITCH.IPOQuotingPeriod(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                stock: symbol("AAPL"),
                releaseTimeSeconds: 35_000,
                releaseQualifier: letter("A"),
                price: price(1_502_500)
            ),
            decode: { bytes throws(WireError) in
                try ITCH.IPOQuotingPeriod(ITCH.IPOQuotingPeriodView(bytes))
            }
        ),
        MessageCase(
            "LULD Auction Collar",
            """
            4A | LULD Auction Collar
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            41 41 50 4C 20 20 20 20 | AAPL
            00 16 ED 24 | 150.2500
            00 16 ED 88 | upper 150.2600
            00 16 EC C0 | lower 150.2400
            00 00 00 01 | extension 1
            """,
            .itch(35),
            ITCH.LULDAuctionCollar(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                stock: symbol("AAPL"),
                referencePrice: price(1_502_500),
                upperPrice: price(1_502_600),
                lowerPrice: price(1_502_400),
                collarExtension: 1
            ),
            decode: { bytes throws(WireError) in
                try ITCH.LULDAuctionCollar(ITCH.LULDAuctionCollarView(bytes))
            }
        ),
        MessageCase(
            "Operational Halt",
            """
            68 | Operational Halt
            00 0D | locate 13
            02 03 | tracking number 515
            1F 1A CE D9 F0 7B | timestamp, 09:30:00.000000123
            41 41 50 4C 20 20 20 20 | AAPL
            51 | Nasdaq
            48 | halted
            """,
            .itch(21),
            ITCH.OperationalHalt(
                stockLocate: 13,
                trackingNumber: 515,
                timestampNs: 34_200_000_000_123,
                stock: symbol("AAPL"),
                market: letter("Q"),
                action: letter("H")
            ),
            decode: { bytes throws(WireError) in
                try ITCH.OperationalHalt(ITCH.OperationalHaltView(bytes))
            }
        ),
    ]
}
