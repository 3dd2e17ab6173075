extension OUCH.Appendage {
    /// Reads the elements behind the u16 at `offset`; the caller proved that length.
    @inlinable
    public init(parsing bytes: RawSpan, lengthAt offset: Int) throws(WireError) {
        self.init()
        var position = offset + 2
        let end = position + Int(bytes.big(at: offset) as UInt16)
        while position < end {
            let count = Int(bytes.byte(at: position))
            guard count >= 1 else { try refuse(.appendageElementEmpty(offset: position)) }
            guard position + 1 + count <= end else {
                try refuse(
                    .appendageElementOverrun(
                        offset: position,
                        declared: count,
                        available: end - position - 1
                    )
                )
            }
            try take(tag: bytes.byte(at: position + 1), bytes, at: position + 2, count: count - 1)
            position += 1 + count
        }
    }

    @inlinable
    mutating func take(
        tag raw: UInt8,
        _ bytes: RawSpan,
        at offset: Int,
        count: Int
    ) throws(WireError) {
        guard let tag = OUCH.Tag(rawValue: raw) else {
            unknownCount &+= 1
            return
        }
        guard count == tag.valueLength else {
            try refuse(
                .appendageValueLength(tag: raw, expected: tag.valueLength, actual: count)
            )
        }
        switch tag {
        case .secondaryOrderReferenceNumber:
            secondaryOrderReferenceNumberRaw = bytes.big(at: offset)
        case .firm: firmRaw = bytes.alpha4(at: offset)
        case .minQty: minQtyRaw = bytes.big(at: offset)
        case .customerType: customerTypeRaw = bytes.byte(at: offset)
        case .maxFloor: maxFloorRaw = bytes.big(at: offset)
        case .priceType: priceTypeRaw = bytes.byte(at: offset)
        case .pegOffset: pegOffsetRaw = bytes.big(at: offset)
        case .discretionPrice: discretionPriceRaw = bytes.big(at: offset)
        case .discretionPriceType: discretionPriceTypeRaw = bytes.byte(at: offset)
        case .discretionPegOffset: discretionPegOffsetRaw = bytes.big(at: offset)
        case .postOnly: postOnlyRaw = bytes.byte(at: offset)
        case .randomReserves: randomReservesRaw = bytes.big(at: offset)
        case .route: routeRaw = bytes.alpha4(at: offset)
        case .expireTimeSeconds: expireTimeSecondsRaw = bytes.big(at: offset)
        case .tradeNow: tradeNowRaw = bytes.byte(at: offset)
        case .handleInst: handleInstRaw = bytes.byte(at: offset)
        case .bboWeightIndicator: bboWeightIndicatorRaw = bytes.byte(at: offset)
        case .displayQuantity: displayQuantityRaw = bytes.big(at: offset)
        case .displayPrice: displayPriceRaw = bytes.big(at: offset)
        case .groupID: groupIDRaw = bytes.big(at: offset)
        case .sharesLocated: sharesLocatedRaw = bytes.byte(at: offset)
        case .locateBroker: locateBrokerRaw = bytes.alpha4(at: offset)
        case .side: sideRaw = bytes.byte(at: offset)
        case .userRefIdx: userRefIdxRaw = bytes.byte(at: offset)
        case .aiqStrategy: aiqStrategyRaw = bytes.byte(at: offset)
        case .aiqGroup: aiqGroupRaw = bytes.alpha2(at: offset)
        }
        mark(tag, true)
    }

    /// Writes the u16 length and the elements.
    /// - Returns: offset just behind the last byte, from `target`.
    @inlinable
    public func write(to target: UnsafeMutableRawPointer, lengthAt offset: Int) -> Int {
        var position = offset + 2
        var rest = presence
        while rest != 0 {
            let raw = UInt8(truncatingIfNeeded: rest.trailingZeroBitCount)
            rest &= rest &- 1
            guard let tag = OUCH.Tag(rawValue: raw) else { continue }
            let count = tag.valueLength
            unsafe target.storeByte(UInt8(truncatingIfNeeded: count + 1), at: position)
            unsafe target.storeByte(raw, at: position + 1)
            unsafe put(tag, to: target, at: position + 2)
            position += 2 + count
        }
        unsafe target.storeBig(UInt16(truncatingIfNeeded: position - offset - 2), at: offset)
        return position
    }

    /// The conditional form: no length at all when `form` is `.absent` and there is no element.
    @inlinable
    public func write(
        to target: UnsafeMutableRawPointer,
        lengthAt offset: Int,
        form: OUCH.AppendageForm
    ) -> Int {
        guard form == .present || !isEmpty else { return offset }
        return unsafe write(to: target, lengthAt: offset)
    }

    @inlinable
    func put(_ tag: OUCH.Tag, to target: UnsafeMutableRawPointer, at offset: Int) {
        switch tag {
        case .secondaryOrderReferenceNumber:
            unsafe target.storeBig(secondaryOrderReferenceNumberRaw, at: offset)
        case .firm:
            unsafe target.storeAlpha(firmRaw, at: offset)
        case .minQty:
            unsafe target.storeBig(minQtyRaw, at: offset)
        case .customerType:
            unsafe target.storeByte(customerTypeRaw, at: offset)
        case .maxFloor:
            unsafe target.storeBig(maxFloorRaw, at: offset)
        case .priceType:
            unsafe target.storeByte(priceTypeRaw, at: offset)
        case .pegOffset:
            unsafe target.storeBig(pegOffsetRaw, at: offset)
        case .discretionPrice:
            unsafe target.storeBig(discretionPriceRaw, at: offset)
        case .discretionPriceType:
            unsafe target.storeByte(discretionPriceTypeRaw, at: offset)
        case .discretionPegOffset:
            unsafe target.storeBig(discretionPegOffsetRaw, at: offset)
        case .postOnly:
            unsafe target.storeByte(postOnlyRaw, at: offset)
        case .randomReserves:
            unsafe target.storeBig(randomReservesRaw, at: offset)
        case .route:
            unsafe target.storeAlpha(routeRaw, at: offset)
        case .expireTimeSeconds:
            unsafe target.storeBig(expireTimeSecondsRaw, at: offset)
        case .tradeNow:
            unsafe target.storeByte(tradeNowRaw, at: offset)
        case .handleInst:
            unsafe target.storeByte(handleInstRaw, at: offset)
        case .bboWeightIndicator:
            unsafe target.storeByte(bboWeightIndicatorRaw, at: offset)
        case .displayQuantity:
            unsafe target.storeBig(displayQuantityRaw, at: offset)
        case .displayPrice:
            unsafe target.storeBig(displayPriceRaw, at: offset)
        case .groupID:
            unsafe target.storeBig(groupIDRaw, at: offset)
        case .sharesLocated:
            unsafe target.storeByte(sharesLocatedRaw, at: offset)
        case .locateBroker:
            unsafe target.storeAlpha(locateBrokerRaw, at: offset)
        case .side:
            unsafe target.storeByte(sideRaw, at: offset)
        case .userRefIdx:
            unsafe target.storeByte(userRefIdxRaw, at: offset)
        case .aiqStrategy:
            unsafe target.storeByte(aiqStrategyRaw, at: offset)
        case .aiqGroup:
            unsafe target.storeAlpha(aiqGroupRaw, at: offset)
        }
    }
}
