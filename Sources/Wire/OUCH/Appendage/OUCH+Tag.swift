extension OUCH {
    /// The elements an appendage may hold. Spec: docs/protocols/ouch-5.0.md, Tags.
    @frozen
    public enum Tag: UInt8, BitwiseCopyable, Sendable, CaseIterable {
        case secondaryOrderReferenceNumber = 1
        case firm = 2
        case minQty = 3
        case customerType = 4
        case maxFloor = 5
        case priceType = 6
        case pegOffset = 7
        case discretionPrice = 9
        case discretionPriceType = 10
        case discretionPegOffset = 11
        case postOnly = 12
        case randomReserves = 13
        case route = 14
        case expireTimeSeconds = 15
        case tradeNow = 16
        case handleInst = 17
        case bboWeightIndicator = 18
        case displayQuantity = 22
        case displayPrice = 23
        case groupID = 24
        case sharesLocated = 25
        case locateBroker = 26
        case side = 27
        case userRefIdx = 28
        case aiqStrategy = 29
        case aiqGroup = 30

        /// Bytes of the value, the two header bytes not counted.
        @inlinable public var valueLength: Int {
            switch self {
            case .secondaryOrderReferenceNumber,
                .discretionPrice,
                .displayPrice:
                8
            case .firm,
                .minQty,
                .maxFloor,
                .pegOffset,
                .discretionPegOffset,
                .randomReserves,
                .route,
                .expireTimeSeconds,
                .displayQuantity,
                .locateBroker:
                4
            case .groupID,
                .aiqGroup:
                2
            default: 1
            }
        }
    }
}
