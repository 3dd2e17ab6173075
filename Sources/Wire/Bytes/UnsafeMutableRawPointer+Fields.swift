public import Vocabulary

// Field writers. The caller owns at least `maxLength` bytes behind the pointer; every offset is a
// constant of the message.
extension UnsafeMutableRawPointer {
    @inlinable @inline(__always)
    func storeByte(_ value: UInt8, at offset: Int) {
        unsafe storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
    }

    @inlinable @inline(__always)
    func storeBig<Field: FixedWidthInteger & BitwiseCopyable>(_ value: Field, at offset: Int) {
        unsafe storeBytes(of: value.bigEndian, toByteOffset: offset, as: Field.self)
    }

    /// The low 48 bits; a time of day has 47.
    @inlinable @inline(__always)
    func storeBig48(_ value: UInt64, at offset: Int) {
        unsafe storeBig(UInt16(truncatingIfNeeded: value >> 32), at: offset)
        unsafe storeBig(UInt32(truncatingIfNeeded: value), at: offset + 2)
    }

    @inlinable @inline(__always)
    func storeNative<Field: FixedWidthInteger & BitwiseCopyable>(_ value: Field, at offset: Int) {
        unsafe storeBytes(of: value, toByteOffset: offset, as: Field.self)
    }

    @inlinable @inline(__always)
    func storeSymbol(_ value: Symbol, at offset: Int) {
        unsafe storeNative(value.raw, at: offset)
    }

    @inlinable @inline(__always)
    func storeAlpha(_ value: Alpha2, at offset: Int) { unsafe storeNative(value.raw, at: offset) }

    @inlinable @inline(__always)
    func storeAlpha(_ value: Alpha4, at offset: Int) { unsafe storeNative(value.raw, at: offset) }

    @inlinable @inline(__always)
    func storeAlpha(_ value: Alpha10, at offset: Int) {
        unsafe storeNative(value.low, at: offset)
        unsafe storeNative(value.high, at: offset + 8)
    }

    @inlinable @inline(__always)
    func storeClOrdIDField(_ value: ClOrdIDField, at offset: Int) {
        unsafe storeNative(value.low, at: offset)
        unsafe storeNative(value.middle, at: offset + 8)
        unsafe storeNative(value.high, at: offset + 12)
    }

    @inlinable @inline(__always)
    func storeQuantity32(_ value: OrderQty, at offset: Int) {
        unsafe storeBig(wireQuantity32(value), at: offset)
    }

    @inlinable @inline(__always)
    func storeQuantity64(_ value: OrderQty, at offset: Int) {
        unsafe storeBig(UInt64(bitPattern: value.units), at: offset)
    }

    @inlinable @inline(__always)
    func storePrice32(_ value: Price, at offset: Int) {
        unsafe storeBig(wirePrice32(value), at: offset)
    }

    @inlinable @inline(__always)
    func storePrice64(_ value: Price, at offset: Int) {
        unsafe storeBig(UInt64(bitPattern: value.units), at: offset)
    }
}

// Narrowing. Cutting a quantity or a price to its low bits would put a wrong order on the wire,
// so this is a law of ours; the gate and the simulator check ranges long before.
@inlinable @inline(__always)
func wireQuantity32(_ value: OrderQty) -> UInt32 {
    invariant(value.units >= 0, "a quantity on the wire is not negative")
    invariant(value.units <= Int64(UInt32.max), "a quantity on the wire fits four bytes")
    return UInt32(truncatingIfNeeded: value.units)
}

@inlinable @inline(__always)
func wirePrice32(_ value: Price) -> UInt32 {
    invariant(value.units >= 0, "a four-byte price on the wire is not negative")
    invariant(value.units <= Int64(UInt32.max), "a four-byte price on the wire fits four bytes")
    return UInt32(truncatingIfNeeded: value.units)
}

/// A peg or discretion offset: four bytes, signed, as the bit pattern.
@inlinable @inline(__always)
func wireOffset32(_ value: Price) -> Int32 {
    invariant(value.units >= Int64(Int32.min), "an offset on the wire fits four bytes")
    invariant(value.units <= Int64(Int32.max), "an offset on the wire fits four bytes")
    return Int32(truncatingIfNeeded: value.units)
}
