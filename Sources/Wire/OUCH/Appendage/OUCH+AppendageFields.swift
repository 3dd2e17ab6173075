public import Vocabulary

// One optional a tag; absent is nil, and an absent field keeps zero, so that equality means equal.
extension OUCH.Appendage {
    /// Tag 1.
    @inlinable public var secondaryOrderReferenceNumber: UInt64? {
        get { has(.secondaryOrderReferenceNumber) ? secondaryOrderReferenceNumberRaw : nil }
        set {
            secondaryOrderReferenceNumberRaw = newValue ?? 0
            mark(.secondaryOrderReferenceNumber, newValue != nil)
        }
    }
    /// Tag 2.
    @inlinable public var firm: Alpha4? {
        get { has(.firm) ? firmRaw : nil }
        set {
            firmRaw = newValue ?? Alpha4(raw: 0)
            mark(.firm, newValue != nil)
        }
    }
    /// Tag 3.
    @inlinable public var minQty: OrderQty? {
        get { has(.minQty) ? OrderQty(units: Int64(minQtyRaw)) : nil }
        set {
            minQtyRaw = newValue.map(wireQuantity32) ?? 0
            mark(.minQty, newValue != nil)
        }
    }
    /// Tag 4, `R N` space.
    @inlinable public var customerType: UInt8? {
        get { has(.customerType) ? customerTypeRaw : nil }
        set {
            customerTypeRaw = newValue ?? 0
            mark(.customerType, newValue != nil)
        }
    }
    /// Tag 5.
    @inlinable public var maxFloor: OrderQty? {
        get { has(.maxFloor) ? OrderQty(units: Int64(maxFloorRaw)) : nil }
        set {
            maxFloorRaw = newValue.map(wireQuantity32) ?? 0
            mark(.maxFloor, newValue != nil)
        }
    }
    /// Tag 6, `L P M R Q m`.
    @inlinable public var priceType: UInt8? {
        get { has(.priceType) ? priceTypeRaw : nil }
        set {
            priceTypeRaw = newValue ?? 0
            mark(.priceType, newValue != nil)
        }
    }
    /// Tag 7, signed.
    @inlinable public var pegOffset: Price? {
        get { has(.pegOffset) ? Price(units: Int64(pegOffsetRaw)) : nil }
        set {
            pegOffsetRaw = newValue.map(wireOffset32) ?? 0
            mark(.pegOffset, newValue != nil)
        }
    }
    /// Tag 9.
    @inlinable public var discretionPrice: Price? {
        get { has(.discretionPrice) ? Price(units: Int64(bitPattern: discretionPriceRaw)) : nil }
        set {
            discretionPriceRaw = newValue.map { UInt64(bitPattern: $0.units) } ?? 0
            mark(.discretionPrice, newValue != nil)
        }
    }
    /// Tag 10, `L P M R`.
    @inlinable public var discretionPriceType: UInt8? {
        get { has(.discretionPriceType) ? discretionPriceTypeRaw : nil }
        set {
            discretionPriceTypeRaw = newValue ?? 0
            mark(.discretionPriceType, newValue != nil)
        }
    }
    /// Tag 11, signed.
    @inlinable public var discretionPegOffset: Price? {
        get { has(.discretionPegOffset) ? Price(units: Int64(discretionPegOffsetRaw)) : nil }
        set {
            discretionPegOffsetRaw = newValue.map(wireOffset32) ?? 0
            mark(.discretionPegOffset, newValue != nil)
        }
    }
    /// Tag 12, `P N`.
    @inlinable public var postOnly: UInt8? {
        get { has(.postOnly) ? postOnlyRaw : nil }
        set {
            postOnlyRaw = newValue ?? 0
            mark(.postOnly, newValue != nil)
        }
    }
    /// Tag 13.
    @inlinable public var randomReserves: OrderQty? {
        get { has(.randomReserves) ? OrderQty(units: Int64(randomReservesRaw)) : nil }
        set {
            randomReservesRaw = newValue.map(wireQuantity32) ?? 0
            mark(.randomReserves, newValue != nil)
        }
    }
    /// Tag 14.
    @inlinable public var route: Alpha4? {
        get { has(.route) ? routeRaw : nil }
        set {
            routeRaw = newValue ?? Alpha4(raw: 0)
            mark(.route, newValue != nil)
        }
    }
    /// Tag 15, seconds of day.
    @inlinable public var expireTimeSeconds: UInt32? {
        get { has(.expireTimeSeconds) ? expireTimeSecondsRaw : nil }
        set {
            expireTimeSecondsRaw = newValue ?? 0
            mark(.expireTimeSeconds, newValue != nil)
        }
    }
    /// Tag 16, `Y N` space.
    @inlinable public var tradeNow: UInt8? {
        get { has(.tradeNow) ? tradeNowRaw : nil }
        set {
            tradeNowRaw = newValue ?? 0
            mark(.tradeNow, newValue != nil)
        }
    }
    /// Tag 17.
    @inlinable public var handleInst: UInt8? {
        get { has(.handleInst) ? handleInstRaw : nil }
        set {
            handleInstRaw = newValue ?? 0
            mark(.handleInst, newValue != nil)
        }
    }
    /// Tag 18.
    @inlinable public var bboWeightIndicator: UInt8? {
        get { has(.bboWeightIndicator) ? bboWeightIndicatorRaw : nil }
        set {
            bboWeightIndicatorRaw = newValue ?? 0
            mark(.bboWeightIndicator, newValue != nil)
        }
    }
    /// Tag 22.
    @inlinable public var displayQuantity: OrderQty? {
        get { has(.displayQuantity) ? OrderQty(units: Int64(displayQuantityRaw)) : nil }
        set {
            displayQuantityRaw = newValue.map(wireQuantity32) ?? 0
            mark(.displayQuantity, newValue != nil)
        }
    }
    /// Tag 23.
    @inlinable public var displayPrice: Price? {
        get { has(.displayPrice) ? Price(units: Int64(bitPattern: displayPriceRaw)) : nil }
        set {
            displayPriceRaw = newValue.map { UInt64(bitPattern: $0.units) } ?? 0
            mark(.displayPrice, newValue != nil)
        }
    }
    /// Tag 24.
    @inlinable public var groupID: UInt16? {
        get { has(.groupID) ? groupIDRaw : nil }
        set {
            groupIDRaw = newValue ?? 0
            mark(.groupID, newValue != nil)
        }
    }
    /// Tag 25, `Y N`.
    @inlinable public var sharesLocated: UInt8? {
        get { has(.sharesLocated) ? sharesLocatedRaw : nil }
        set {
            sharesLocatedRaw = newValue ?? 0
            mark(.sharesLocated, newValue != nil)
        }
    }
    /// Tag 26.
    @inlinable public var locateBroker: Alpha4? {
        get { has(.locateBroker) ? locateBrokerRaw : nil }
        set {
            locateBrokerRaw = newValue ?? Alpha4(raw: 0)
            mark(.locateBroker, newValue != nil)
        }
    }
    /// Tag 27.
    @inlinable public var side: UInt8? {
        get { has(.side) ? sideRaw : nil }
        set {
            sideRaw = newValue ?? 0
            mark(.side, newValue != nil)
        }
    }
    /// Tag 28.
    @inlinable public var userRefIdx: UInt8? {
        get { has(.userRefIdx) ? userRefIdxRaw : nil }
        set {
            userRefIdxRaw = newValue ?? 0
            mark(.userRefIdx, newValue != nil)
        }
    }
    /// Tag 29.
    @inlinable public var aiqStrategy: UInt8? {
        get { has(.aiqStrategy) ? aiqStrategyRaw : nil }
        set {
            aiqStrategyRaw = newValue ?? 0
            mark(.aiqStrategy, newValue != nil)
        }
    }
    /// Tag 30.
    @inlinable public var aiqGroup: Alpha2? {
        get { has(.aiqGroup) ? aiqGroupRaw : nil }
        set {
            aiqGroupRaw = newValue ?? Alpha2(raw: 0)
            mark(.aiqGroup, newValue != nil)
        }
    }
}
