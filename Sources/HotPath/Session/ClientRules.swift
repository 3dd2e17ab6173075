import Crossing
import Vocabulary
import Wire

/// What a client may ask for in OUCH, before the gate: anything else is refused with 212, never
/// silently forwarded (semantics.md §5.6).
enum ClientRules {
    /// Tags a client may set: Firm (checked), MinQty, CustomerType, MaxFloor, PriceType, PegOffset,
    /// the three of discretion, PostOnly, RandomReserves, ExpireTime, GroupID, SharesLocated,
    /// LocateBroker.
    @inline(__always)
    static var allowedTags: UInt32 {
        bit(2) | bit(3) | bit(4) | bit(5) | bit(6) | bit(7) | bit(9) | bit(10) | bit(11) | bit(12)
            | bit(13) | bit(15) | bit(24) | bit(25) | bit(26)
    }

    /// GroupID and Side narrow a mass cancel.
    @inline(__always)
    static var massCancelTags: UInt32 { bit(24) | bit(27) }

    /// A Modify says again where its shares were located, and nothing else.
    @inline(__always)
    static func supportsModify(_ appendage: OUCH.Appendage, _ entry: ImageClient) -> Bool {
        let tags = bit(25) | bit(26)
        guard isOwnBroker(appendage, entry) else { return false }
        guard appendage.unknownCount == 0, appendage.tags & ~tags == 0 else { return false }
        return appendage.sharesLocated.map(isFlag) ?? true
    }

    @inline(__always) private static func bit(_ tag: UInt32) -> UInt32 { 1 << tag }

    @inline(__always)
    static func supports(
        _ view: borrowing OUCH.EnterOrderView,
        _ appendage: OUCH.Appendage,
        _ entry: ImageClient
    ) -> Bool {
        guard view.capacity == entry.capacity, knows(appendage, entry),
            let time = TimeInForce(rawValue: view.timeInForce),
            time != .afterHours, view.crossType == UInt8(ascii: "N"), isFlag(view.interMarketSweep)
        else { return false }
        // Good till a time, and a time it is good till: one does not come without the other.
        let hasTime = appendage.expireTimeSeconds.map { $0 < 86_400 }
        guard hasTime == (time == .goodTillTime ? true : nil) else { return false }
        let isMarket = view.price >= .ouchMarket && !appendage.isPegged
        if isMarket && appendage.hasDiscretion { return false }
        let form = Form(
            qty: view.quantity,
            isImmediate: isMarket || time == .immediateOrCancel,
            display: view.display
        )
        return holds(form, appendage)
    }

    /// The same law for an order by hand, whose terms come in a command.
    @inline(__always)
    static func supports(_ command: Command, _ appendage: OUCH.Appendage) -> Bool {
        guard let time = TimeInForce(rawValue: command.timeInForce), time != .afterHours else {
            return false
        }
        let hasTime = appendage.expireTimeSeconds.map { $0 < 86_400 }
        guard hasTime == (time == .goodTillTime ? true : nil) else { return false }
        let isMarket = command.ordType == OrdType.market.rawValue
        let form = Form(
            qty: command.qty,
            isImmediate: isMarket || time == .immediateOrCancel,
            display: command.display
        )
        return holds(form, appendage)
    }

    /// Tags of an order by hand: MinQty, MaxFloor, PostOnly, ExpireTime.
    @inline(__always)
    static func appendage(of command: Command) -> OUCH.Appendage {
        var appendage = OUCH.Appendage()
        if command.minQty > 0 { appendage.minQty = OrderQty(units: command.minQty) }
        if command.maxFloor > 0 { appendage.maxFloor = OrderQty(units: command.maxFloor) }
        if command.postOnly { appendage.postOnly = UInt8(ascii: "P") }
        if command.timeInForce == TimeInForce.goodTillTime.rawValue {
            appendage.expireTimeSeconds = command.expireSeconds
        }
        return appendage
    }

    /// Tags a Replace leaves out keep the original's value (docs/protocols/ouch-5.0.md).
    @inline(__always)
    static func supportsReplace(
        _ view: borrowing OUCH.ReplaceOrderView,
        _ appendage: OUCH.Appendage,
        of order: Order,
        _ entry: ImageClient
    ) -> Bool {
        guard knows(appendage, entry), let time = TimeInForce(rawValue: view.timeInForce),
            time != .afterHours, isFlag(view.interMarketSweep)
        else { return false }
        if let seconds = appendage.expireTimeSeconds {
            guard time == .goodTillTime, seconds < 86_400 else { return false }
        } else if time == .goodTillTime {
            guard order.timeInForce == TimeInForce.goodTillTime.rawValue else { return false }
        }
        // A limit stays a limit and a peg a peg: what it is valued at hangs on it.
        let wasPegged = order.ordType == OrdType.pegged.rawValue
        if appendage.priceType != nil && appendage.isPegged != wasPegged { return false }
        if view.price >= .ouchMarket && !wasPegged { return false }
        let form = Form(
            qty: view.quantity,
            isImmediate: time == .immediateOrCancel,
            display: view.display
        )
        return holds(form, appendage, wasPegged: wasPegged)
    }

    /// An inter-market sweep goes past other markets' prices; who may is configured (106).
    @inline(__always)
    static func permits(sweep: UInt8, _ entry: ImageClient) -> Bool {
        sweep != UInt8(ascii: "Y") || entry.mayISO != 0
    }

    /// Price at or above 200 000.0000 is a market order; a peg's price is its cap, and one without
    /// can trade at any (semantics.md §5.6).
    @inline(__always)
    static func setPrice(_ intent: inout OrderIntent, _ price: Price, _ appendage: OUCH.Appendage) {
        intent.px = price >= .ouchMarket ? .zero : price
        if appendage.isPegged {
            intent.ordType = OrdType.pegged.rawValue
        } else {
            intent.ordType = (price >= .ouchMarket ? OrdType.market : .limit).rawValue
        }
        if appendage.hasDiscretion { intent.discretionPx = discretionPx(appendage) }
    }

    /// The same for a replace: type and discretion are the original's unless it names its own.
    @inline(__always)
    static func setReplacePrice(
        _ intent: inout OrderIntent,
        _ price: Price,
        _ appendage: OUCH.Appendage
    ) {
        intent.px = price >= .ouchMarket ? .zero : price
        if appendage.discretionPrice != nil {
            intent.discretionPx = appendage.hasDiscretion ? discretionPx(appendage) : .zero
        } else if appendage.hasDiscretion && intent.discretionPx == .zero {
            intent.discretionPx = .ouchMarket
        }
    }

    /// Discretion by an offset alone follows the market: no price bounds it.
    @inline(__always)
    private static func discretionPx(_ appendage: OUCH.Appendage) -> Price {
        guard let px = appendage.discretionPrice, px != .zero else { return .ouchMarket }
        return px
    }

    /// Routed mode: whether parts of it may go to several venues. What must stay in one piece, or
    /// rests by rules of one venue's own, goes whole to one.
    @inline(__always)
    static func maySplit(_ intent: OrderIntent, _ appendage: OUCH.Appendage) -> Bool {
        intent.ordType != OrdType.pegged.rawValue && intent.discretionPx == .zero
            && (appendage.minQty ?? .zero) == .zero && (appendage.maxFloor ?? .zero) == .zero
            && appendage.postOnly != UInt8(ascii: "P")
    }

    @inline(__always)
    private static func knows(_ appendage: OUCH.Appendage, _ entry: ImageClient) -> Bool {
        guard appendage.unknownCount == 0, appendage.tags & ~allowedTags == 0 else { return false }
        if let given = appendage.firm, given.raw != entry.firm { return false }
        return isOwnBroker(appendage, entry)
    }

    /// Firm, capacity and locate broker are the configuration's (semantics.md §5.1): a client may
    /// say them again, never otherwise.
    @inline(__always)
    private static func isOwnBroker(_ appendage: OUCH.Appendage, _ entry: ImageClient) -> Bool {
        guard let given = appendage.locateBroker else { return true }
        return given.raw == entry.locateBroker
    }

    /// What a short sale says of its locate though its owner did not.
    @inline(__always)
    static func addBroker(_ appendage: inout OUCH.Appendage, side: UInt8, _ broker: UInt32) {
        guard Side(rawValue: side)?.isShort == true, appendage.locateBroker == nil,
            broker != 0x2020_2020
        else { return }
        appendage.locateBroker = Alpha4(raw: broker)
    }

    /// The tags that go on to the venue: GroupID chose the strategy here, and the firm is ours.
    @inline(__always)
    static func forwarded(_ appendage: OUCH.Appendage) -> OUCH.Appendage {
        var kept = appendage
        kept.groupID = nil
        kept.firm = nil
        return kept
    }

    /// A Replace carries no CustomerType: the original's stays.
    @inline(__always)
    static func forwardedOnReplace(_ appendage: OUCH.Appendage) -> OUCH.Appendage {
        var kept = forwarded(appendage)
        kept.customerType = nil
        return kept
    }
}

// What goes with what, in an order a venue can take.
extension ClientRules {
    private struct Form: BitwiseCopyable {
        var qty: OrderQty
        var isImmediate: Bool
        var display: UInt8
    }

    @inline(__always)
    private static func holds(
        _ form: Form,
        _ appendage: OUCH.Appendage,
        wasPegged: Bool = false
    ) -> Bool {
        let isShown = form.display == UInt8(ascii: "Y") || form.display == UInt8(ascii: "A")
        guard isShown || form.display == UInt8(ascii: "N") else { return false }
        if let minQty = appendage.minQty, minQty > .zero {
            guard form.isImmediate, minQty <= form.qty else { return false }
        }
        let floor = appendage.maxFloor ?? .zero
        if floor > .zero { guard isShown, floor <= form.qty else { return false } }
        // A part to draw at random is a part of what is shown.
        if let random = appendage.randomReserves, random > floor { return false }
        if let postOnly = appendage.postOnly {
            guard
                postOnly == UInt8(ascii: "P") && !form.isImmediate || postOnly == UInt8(ascii: "N")
            else { return false }
        }
        if let located = appendage.sharesLocated { guard isFlag(located) else { return false } }
        if let customer = appendage.customerType {
            guard customer == UInt8(ascii: "R") || customer == UInt8(ascii: "N") || customer == 0x20
            else { return false }
        }
        return holdsPrices(appendage, wasPegged: wasPegged)
    }

    @inline(__always)
    private static func holdsPrices(_ appendage: OUCH.Appendage, wasPegged: Bool) -> Bool {
        if let type = appendage.priceType {
            guard type == UInt8(ascii: "L") || appendage.isPegged else { return false }
        }
        if let offset = appendage.pegOffset, offset != .zero {
            guard appendage.isPegged || wasPegged else { return false }
        }
        if let type = appendage.discretionPriceType {
            switch type {
            case UInt8(ascii: "L"), UInt8(ascii: "P"), UInt8(ascii: "M"), UInt8(ascii: "R"): break
            default: return false
            }
        }
        return true
    }

    @inline(__always)
    private static func isFlag(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "Y") || byte == UInt8(ascii: "N")
    }
}

extension OUCH.Appendage {
    /// Market, midpoint or primary peg; the market maker's is not taken (212).
    @inline(__always)
    fileprivate var isPegged: Bool {
        switch priceType {
        case UInt8(ascii: "P"), UInt8(ascii: "M"), UInt8(ascii: "R"), UInt8(ascii: "m"): true
        default: false
        }
    }

    @inline(__always)
    fileprivate var hasDiscretion: Bool {
        if let px = discretionPrice, px != .zero { return true }
        if let offset = discretionPegOffset, offset != .zero { return true }
        guard let type = discretionPriceType else { return false }
        return type != UInt8(ascii: "L")
    }
}
