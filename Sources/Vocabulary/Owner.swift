/// Who an order belongs to: the 12 owner bits of a ``ClOrdID``.
public enum Owner {
    /// Orders found at the venue that nobody here can claim (semantics.md §2.1).
    @inlinable public static var house: UInt16 { 0 }
    /// Orders by hand, through the control socket.
    @inlinable public static var `operator`: UInt16 { 1 }
    /// Children of the cold side's algos.
    @inlinable public static var cold: UInt16 { 2 }
    /// Orders fired inside the engine.
    @inlinable public static var trigger: UInt16 { 3 }
    /// Client login `n` is owner `firstClient + n`.
    @inlinable public static var firstClient: UInt16 { 16 }
}

/// No row of that table: where an index into venues, accounts, strategies or clients is absent.
@inlinable public var noIndex8: UInt8 { 0xFF }
@inlinable public var noIndex16: UInt16 { 0xFFFF }
