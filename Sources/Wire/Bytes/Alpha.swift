/// Two ASCII characters, in memory order (`an` 2): a pair is one load, one store, one compare.
@frozen
public struct Alpha2: Equatable, Hashable, BitwiseCopyable, Sendable {
    public var raw: UInt16
    @inlinable public init(raw: UInt16) { self.raw = raw }
    @inlinable public static var blank: Alpha2 { Alpha2(raw: 0x2020) }
}

/// Four ASCII characters, in memory order (`an` 4): firms, MPIDs, routes, halt reasons.
@frozen
public struct Alpha4: Equatable, Hashable, BitwiseCopyable, Sendable {
    public var raw: UInt32
    @inlinable public init(raw: UInt32) { self.raw = raw }
    @inlinable public static var blank: Alpha4 { Alpha4(raw: 0x2020_2020) }
}

/// Ten ASCII characters, in memory order (`an` 10): sessions.
@frozen
public struct Alpha10: Equatable, Hashable, BitwiseCopyable, Sendable {
    public var low: UInt64
    public var high: UInt16

    @inlinable
    public init(low: UInt64, high: UInt16) {
        self.low = low
        self.high = high
    }

    @inlinable public static var blank: Alpha10 {
        Alpha10(low: 0x2020_2020_2020_2020, high: 0x2020)
    }
}
