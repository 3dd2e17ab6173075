import Vocabulary
import Wire

/// What a client may ask for in OUCH, before the gate: anything else is refused with 212, never
/// silently forwarded (semantics.md §5.6).
enum ClientRules {
    /// Tags a client may set: Firm (checked), MinQty, MaxFloor, PostOnly, ExpireTime, GroupID,
    /// CustomerType, SharesLocated, LocateBroker.
    @inline(__always)
    static var allowedTags: UInt32 {
        bit(2) | bit(3) | bit(4) | bit(5) | bit(12) | bit(15) | bit(24) | bit(25) | bit(26)
    }

    @inline(__always) private static func bit(_ tag: UInt32) -> UInt32 { 1 << tag }

    @inline(__always)
    static func supports(
        _ view: borrowing OUCH.EnterOrderView,
        _ appendage: OUCH.Appendage,
        firm: UInt32
    ) -> Bool {
        guard appendage.unknownCount == 0, appendage.tags & ~allowedTags == 0 else {
            return false
        }
        if let given = appendage.firm, given.raw != firm { return false }
        guard supportsTimeInForce(view.timeInForce, appendage) else { return false }
        let display = view.display
        return view.crossType == UInt8(ascii: "N") && view.interMarketSweep == UInt8(ascii: "N")
            && (display == UInt8(ascii: "Y") || display == UInt8(ascii: "N")
                || display == UInt8(ascii: "A"))
    }

    @inline(__always)
    static func supportsReplace(
        _ view: borrowing OUCH.ReplaceOrderView,
        _ appendage: OUCH.Appendage
    ) -> Bool {
        appendage.unknownCount == 0 && appendage.tags & ~allowedTags == 0
            && view.interMarketSweep == UInt8(ascii: "N")
            && supportsTimeInForce(view.timeInForce, appendage)
            && view.price < .ouchMarket
    }

    @inline(__always)
    private static func supportsTimeInForce(_ raw: UInt8, _ appendage: OUCH.Appendage) -> Bool {
        switch TimeInForce(rawValue: raw) {
        case .day, .immediateOrCancel, .extendedHours: true
        case .goodTillTime: (appendage.expireTimeSeconds ?? 86_400) < 86_400
        case .afterHours, nil: false
        }
    }

    /// The tags that go on to the venue: GroupID chose the strategy here, and the firm is ours.
    @inline(__always)
    static func forwarded(_ appendage: OUCH.Appendage) -> OUCH.Appendage {
        var kept = appendage
        kept.groupID = nil
        kept.firm = nil
        return kept
    }
}
