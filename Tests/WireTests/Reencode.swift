import Wire

/// Bytes → view → value → bytes, by the type letter. `nil`: a letter the table does not have.
enum Reencode {
    static func itch(_ bytes: [UInt8]) throws(WireError) -> [UInt8]? {
        guard let first = bytes.first, let type = ITCH.MessageType(rawValue: first) else {
            return nil
        }
        return try withSpan(bytes) { span throws(WireError) in try itch(type, span) }
    }

    static func inbound(_ bytes: [UInt8]) throws(WireError) -> [UInt8]? {
        guard let first = bytes.first, let type = OUCH.InboundType(rawValue: first) else {
            return nil
        }
        return try withSpan(bytes) { span throws(WireError) in try inbound(type, span) }
    }

    static func outbound(_ bytes: [UInt8]) throws(WireError) -> [UInt8]? {
        guard let first = bytes.first, let type = OUCH.OutboundType(rawValue: first) else {
            return nil
        }
        return try withSpan(bytes) { span throws(WireError) in try outbound(type, span) }
    }

    private static func itch(
        _ type: ITCH.MessageType,
        _ span: RawSpan
    ) throws(WireError) -> [UInt8] {
        switch type {
        case .systemEvent: encode(ITCH.SystemEvent(try ITCH.SystemEventView(span)))
        case .stockDirectory: encode(ITCH.StockDirectory(try ITCH.StockDirectoryView(span)))
        case .tradingAction: encode(ITCH.TradingAction(try ITCH.TradingActionView(span)))
        case .regSHO: encode(ITCH.RegSHO(try ITCH.RegSHOView(span)))
        case .participantPosition:
            encode(ITCH.ParticipantPosition(try ITCH.ParticipantPositionView(span)))
        case .mwcbDeclineLevel:
            encode(ITCH.MWCBDeclineLevel(try ITCH.MWCBDeclineLevelView(span)))
        case .mwcbStatus: encode(ITCH.MWCBStatus(try ITCH.MWCBStatusView(span)))
        case .ipoQuotingPeriod:
            encode(ITCH.IPOQuotingPeriod(try ITCH.IPOQuotingPeriodView(span)))
        case .luldAuctionCollar:
            encode(ITCH.LULDAuctionCollar(try ITCH.LULDAuctionCollarView(span)))
        case .operationalHalt: encode(ITCH.OperationalHalt(try ITCH.OperationalHaltView(span)))
        case .addOrder: encode(ITCH.AddOrder(try ITCH.AddOrderView(span)))
        case .addOrderMPID: encode(ITCH.AddOrderMPID(try ITCH.AddOrderMPIDView(span)))
        case .orderExecuted: encode(ITCH.OrderExecuted(try ITCH.OrderExecutedView(span)))
        case .orderExecutedWithPrice:
            encode(ITCH.OrderExecutedWithPrice(try ITCH.OrderExecutedWithPriceView(span)))
        case .orderCancel: encode(ITCH.OrderCancel(try ITCH.OrderCancelView(span)))
        case .orderDelete: encode(ITCH.OrderDelete(try ITCH.OrderDeleteView(span)))
        case .orderReplace: encode(ITCH.OrderReplace(try ITCH.OrderReplaceView(span)))
        case .trade: encode(ITCH.Trade(try ITCH.TradeView(span)))
        case .crossTrade: encode(ITCH.CrossTrade(try ITCH.CrossTradeView(span)))
        case .brokenTrade: encode(ITCH.BrokenTrade(try ITCH.BrokenTradeView(span)))
        case .noii: encode(ITCH.NOII(try ITCH.NOIIView(span)))
        case .retailInterest: encode(ITCH.RetailInterest(try ITCH.RetailInterestView(span)))
        case .directListing: encode(ITCH.DirectListing(try ITCH.DirectListingView(span)))
        }
    }

    private static func inbound(
        _ type: OUCH.InboundType,
        _ span: RawSpan
    ) throws(WireError) -> [UInt8] {
        switch type {
        case .enterOrder: encode(try OUCH.EnterOrder(OUCH.EnterOrderView(span)))
        case .replaceOrder: encode(try OUCH.ReplaceOrder(OUCH.ReplaceOrderView(span)))
        case .cancelOrder: encode(try OUCH.CancelOrder(OUCH.CancelOrderView(span)))
        case .modifyOrder: encode(try OUCH.ModifyOrder(OUCH.ModifyOrderView(span)))
        case .massCancel: encode(try OUCH.MassCancel(OUCH.MassCancelView(span)))
        case .disable: encode(try OUCH.Disable(OUCH.DisableView(span)))
        case .enable: encode(try OUCH.Enable(OUCH.EnableView(span)))
        case .accountQuery: encode(try OUCH.AccountQuery(OUCH.AccountQueryView(span)))
        }
    }

    private static func outbound(
        _ type: OUCH.OutboundType,
        _ span: RawSpan
    ) throws(WireError) -> [UInt8] {
        switch type {
        case .systemEvent: encode(OUCH.SystemEvent(try OUCH.SystemEventView(span)))
        case .accepted: encode(try OUCH.Accepted(OUCH.AcceptedView(span)))
        case .replaced: encode(try OUCH.Replaced(OUCH.ReplacedView(span)))
        case .canceled: encode(try OUCH.Canceled(OUCH.CanceledView(span)))
        case .aiqCanceled: encode(try OUCH.AIQCanceled(OUCH.AIQCanceledView(span)))
        case .executed: encode(try OUCH.Executed(OUCH.ExecutedView(span)))
        case .brokenTrade: encode(try OUCH.BrokenTrade(OUCH.BrokenTradeView(span)))
        case .rejected: encode(try OUCH.Rejected(OUCH.RejectedView(span)))
        case .cancelPending: encode(try OUCH.CancelPending(OUCH.CancelPendingView(span)))
        case .cancelReject: encode(try OUCH.CancelReject(OUCH.CancelRejectView(span)))
        case .priorityUpdate: encode(try OUCH.PriorityUpdate(OUCH.PriorityUpdateView(span)))
        case .modified: encode(try OUCH.Modified(OUCH.ModifiedView(span)))
        case .restated: encode(try OUCH.Restated(OUCH.RestatedView(span)))
        case .massCancelResponse:
            encode(try OUCH.MassCancelResponse(OUCH.MassCancelResponseView(span)))
        case .disableResponse: encode(try OUCH.DisableResponse(OUCH.DisableResponseView(span)))
        case .enableResponse: encode(try OUCH.EnableResponse(OUCH.EnableResponseView(span)))
        case .accountQueryResponse:
            encode(try OUCH.AccountQueryResponse(OUCH.AccountQueryResponseView(span)))
        }
    }
}
