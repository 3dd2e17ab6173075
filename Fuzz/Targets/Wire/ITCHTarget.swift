import Wire

extension FuzzTarget {
    /// One ITCH message, as a feed brings it: any of the 23 types, longer than known, cut, unknown.
    static let itch = FuzzTarget("itch", lengthMax: 64, seeds: itchSeeds) { bytes in
        guard let first = bytes.first, let type = ITCH.MessageType(rawValue: first) else { return }
        try? roundTripITCH(type, bytes)
    }

    /// A message of each type from the real captures, and zeros of each type's length.
    @Sendable static func itchSeeds() -> [[UInt8]] {
        ITCH.MessageType.allCases.map { type in
            [type.rawValue] + [UInt8](repeating: 0, count: type.length - 1)
        } + Captures.itchMessages()
    }
}

/// Whether `bytes` were read; `type` is their first byte.
func roundTripITCH(_ type: ITCH.MessageType, _ bytes: UnsafeRawBufferPointer) throws(WireError) {
    switch type {
    case .systemEvent:
        try roundTrip(bytes) { s throws(WireError) in try ITCH.SystemEvent(ITCH.SystemEventView(s))
        }
    case .stockDirectory:
        try roundTrip(bytes) { s throws(WireError) in
            try ITCH.StockDirectory(ITCH.StockDirectoryView(s))
        }
    case .tradingAction:
        try roundTrip(bytes) { s throws(WireError) in
            try ITCH.TradingAction(ITCH.TradingActionView(s))
        }
    case .regSHO:
        try roundTrip(bytes) { s throws(WireError) in try ITCH.RegSHO(ITCH.RegSHOView(s)) }
    case .participantPosition:
        try roundTrip(bytes) { s throws(WireError) in
            try ITCH.ParticipantPosition(ITCH.ParticipantPositionView(s))
        }
    case .mwcbDeclineLevel:
        try roundTrip(bytes) { s throws(WireError) in
            try ITCH.MWCBDeclineLevel(ITCH.MWCBDeclineLevelView(s))
        }
    case .mwcbStatus:
        try roundTrip(bytes) { s throws(WireError) in try ITCH.MWCBStatus(ITCH.MWCBStatusView(s)) }
    case .ipoQuotingPeriod:
        try roundTrip(bytes) { s throws(WireError) in
            try ITCH.IPOQuotingPeriod(ITCH.IPOQuotingPeriodView(s))
        }
    case .luldAuctionCollar:
        try roundTrip(bytes) { s throws(WireError) in
            try ITCH.LULDAuctionCollar(ITCH.LULDAuctionCollarView(s))
        }
    case .operationalHalt:
        try roundTrip(bytes) { s throws(WireError) in
            try ITCH.OperationalHalt(ITCH.OperationalHaltView(s))
        }
    case .addOrder:
        try roundTrip(bytes) { s throws(WireError) in try ITCH.AddOrder(ITCH.AddOrderView(s)) }
    case .addOrderMPID:
        try roundTrip(bytes) { s throws(WireError) in
            try ITCH.AddOrderMPID(ITCH.AddOrderMPIDView(s))
        }
    case .orderExecuted:
        try roundTrip(bytes) { s throws(WireError) in
            try ITCH.OrderExecuted(ITCH.OrderExecutedView(s))
        }
    case .orderExecutedWithPrice:
        try roundTrip(bytes) { s throws(WireError) in
            try ITCH.OrderExecutedWithPrice(ITCH.OrderExecutedWithPriceView(s))
        }
    case .orderCancel:
        try roundTrip(bytes) { s throws(WireError) in try ITCH.OrderCancel(ITCH.OrderCancelView(s))
        }
    case .orderDelete:
        try roundTrip(bytes) { s throws(WireError) in try ITCH.OrderDelete(ITCH.OrderDeleteView(s))
        }
    case .orderReplace:
        try roundTrip(bytes) { s throws(WireError) in
            try ITCH.OrderReplace(ITCH.OrderReplaceView(s))
        }
    case .trade: try roundTrip(bytes) { s throws(WireError) in try ITCH.Trade(ITCH.TradeView(s)) }
    case .crossTrade:
        try roundTrip(bytes) { s throws(WireError) in try ITCH.CrossTrade(ITCH.CrossTradeView(s)) }
    case .brokenTrade:
        try roundTrip(bytes) { s throws(WireError) in try ITCH.BrokenTrade(ITCH.BrokenTradeView(s))
        }
    case .noii: try roundTrip(bytes) { s throws(WireError) in try ITCH.NOII(ITCH.NOIIView(s)) }
    case .retailInterest:
        try roundTrip(bytes) { s throws(WireError) in
            try ITCH.RetailInterest(ITCH.RetailInterestView(s))
        }
    case .directListing:
        try roundTrip(bytes) { s throws(WireError) in
            try ITCH.DirectListing(ITCH.DirectListingView(s))
        }
    }
}
