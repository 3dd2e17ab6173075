public import Vocabulary

/// One droppable fact: a public trade, or the hops of one decision. One 128-byte slot.
@frozen
public struct TelemetryRecord: BitwiseCopyable, Sendable {
    @frozen
    public enum Kind: UInt8, BitwiseCopyable, Sendable {
        case none = 0
        case trade = 1
        case hops = 2
        /// `value` records were dropped since the last one written.
        case gap = 3
    }

    public var commit: UInt64 = 0
    public var kind: Kind = .none
    public var venue: UInt8 = 0xFF
    public var instrument: UInt16 = 0xFFFF
    public var reserved: UInt32 = 0
    public var t: Int64 = 0
    public var px: Price = .zero
    public var qty: OrderQty = .zero
    public var match: UInt64 = 0
    public var value: UInt64 = 0
    public var orderID: ClOrdID = .none
    /// TSC stamps: received, decoded, decided, recorded, submitted.
    public var tscReceived: UInt64 = 0
    public var tscDecoded: UInt64 = 0
    public var tscDecided: UInt64 = 0
    public var tscRecorded: UInt64 = 0
    public var tscSubmitted: UInt64 = 0
    public var pad0: UInt64 = 0
    public var pad1: UInt64 = 0
    public var pad2: UInt64 = 0

    @inlinable public init() {}
}
