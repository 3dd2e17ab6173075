extension OUCH {
    /// The optional fields of a message: presence by bit, one field a tag, fixed size, no pointer.
    ///
    /// On the wire a u16 total length, then elements `[u8 n][u8 tag][n - 1 bytes]`. A tag repeated:
    /// the last one counts. Written in rising tag order, whatever the order read. A field set to
    /// `nil` is absent. Spec: docs/protocols/ouch-5.0.md, Tags.
    @frozen
    public struct Appendage: Equatable, BitwiseCopyable, Sendable {
        /// Every tag at once, the two length bytes not counted.
        @inlinable public static var maxLength: Int { 131 }

        @usableFromInline var secondaryOrderReferenceNumberRaw: UInt64
        @usableFromInline var discretionPriceRaw: UInt64
        @usableFromInline var displayPriceRaw: UInt64
        @usableFromInline var firmRaw: Alpha4
        @usableFromInline var minQtyRaw: UInt32
        @usableFromInline var maxFloorRaw: UInt32
        @usableFromInline var pegOffsetRaw: Int32
        @usableFromInline var discretionPegOffsetRaw: Int32
        @usableFromInline var randomReservesRaw: UInt32
        @usableFromInline var routeRaw: Alpha4
        @usableFromInline var expireTimeSecondsRaw: UInt32
        @usableFromInline var displayQuantityRaw: UInt32
        @usableFromInline var locateBrokerRaw: Alpha4
        @usableFromInline var groupIDRaw: UInt16
        @usableFromInline var aiqGroupRaw: Alpha2
        @usableFromInline var customerTypeRaw: UInt8
        @usableFromInline var priceTypeRaw: UInt8
        @usableFromInline var discretionPriceTypeRaw: UInt8
        @usableFromInline var postOnlyRaw: UInt8
        @usableFromInline var tradeNowRaw: UInt8
        @usableFromInline var handleInstRaw: UInt8
        @usableFromInline var bboWeightIndicatorRaw: UInt8
        @usableFromInline var sharesLocatedRaw: UInt8
        @usableFromInline var sideRaw: UInt8
        @usableFromInline var userRefIdxRaw: UInt8
        @usableFromInline var aiqStrategyRaw: UInt8
        @usableFromInline var presence: UInt32
        /// Elements read whose tag is not ours to know; they are skipped and not written again.
        public var unknownCount: UInt32

        /// Empty: no element.
        @inlinable
        public init() {
            secondaryOrderReferenceNumberRaw = 0
            discretionPriceRaw = 0
            displayPriceRaw = 0
            firmRaw = Alpha4(raw: 0)
            minQtyRaw = 0
            maxFloorRaw = 0
            pegOffsetRaw = 0
            discretionPegOffsetRaw = 0
            randomReservesRaw = 0
            routeRaw = Alpha4(raw: 0)
            expireTimeSecondsRaw = 0
            displayQuantityRaw = 0
            locateBrokerRaw = Alpha4(raw: 0)
            groupIDRaw = 0
            aiqGroupRaw = Alpha2(raw: 0)
            customerTypeRaw = 0
            priceTypeRaw = 0
            discretionPriceTypeRaw = 0
            postOnlyRaw = 0
            tradeNowRaw = 0
            handleInstRaw = 0
            bboWeightIndicatorRaw = 0
            sharesLocatedRaw = 0
            sideRaw = 0
            userRefIdxRaw = 0
            aiqStrategyRaw = 0
            presence = 0
            unknownCount = 0
        }

        /// The tags that are present: bit n is tag n.
        @inlinable public var tags: UInt32 { presence }
        @inlinable public var isEmpty: Bool { presence == 0 }

        @inlinable public func has(_ tag: Tag) -> Bool {
            presence & (1 << UInt32(tag.rawValue)) != 0
        }

        /// Bytes the elements take, the two length bytes not counted.
        @inlinable public var encodedLength: Int {
            var total = 0
            var rest = presence
            while rest != 0 {
                let tag = UInt8(truncatingIfNeeded: rest.trailingZeroBitCount)
                if let known = Tag(rawValue: tag) { total += 2 + known.valueLength }
                rest &= rest &- 1
            }
            return total
        }

        @inlinable @inline(__always)
        mutating func mark(_ tag: Tag, _ present: Bool) {
            let bit = UInt32(1) << UInt32(tag.rawValue)
            presence = present ? presence | bit : presence & ~bit
        }
    }
}
