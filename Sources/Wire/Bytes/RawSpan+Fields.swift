public import Vocabulary

// Field readers. None checks a bound: a view's `init` proved the length once, and every offset
// in a view is a constant below it. That is what makes each `unsafe` here sound.
extension RawSpan {
    @inlinable @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// Big-endian, as everything from Nasdaq.
    @inlinable @inline(__always)
    func big<Field: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Field {
        Field(bigEndian: native(at: offset))
    }

    @inlinable @inline(__always)
    func big48(at offset: Int) -> UInt64 {
        UInt64(big(at: offset) as UInt16) << 32 | UInt64(big(at: offset + 2) as UInt32)
    }

    /// Memory order: text fields keep their bytes where they are.
    @inlinable @inline(__always)
    func native<Field: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Field {
        unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Field.self)
    }

    @inlinable @inline(__always)
    func symbol(at offset: Int) -> Symbol { Symbol(raw: native(at: offset)) }

    @inlinable @inline(__always)
    func alpha2(at offset: Int) -> Alpha2 { Alpha2(raw: native(at: offset)) }

    @inlinable @inline(__always)
    func alpha4(at offset: Int) -> Alpha4 { Alpha4(raw: native(at: offset)) }

    @inlinable @inline(__always)
    func alpha10(at offset: Int) -> Alpha10 {
        Alpha10(low: native(at: offset), high: native(at: offset + 8))
    }

    @inlinable @inline(__always)
    func clOrdIDField(at offset: Int) -> ClOrdIDField {
        ClOrdIDField(
            low: native(at: offset),
            middle: native(at: offset + 8),
            high: native(at: offset + 12)
        )
    }

    @inlinable @inline(__always)
    func quantity32(at offset: Int) -> OrderQty {
        OrderQty(units: Int64(big(at: offset) as UInt32))
    }

    /// The bit pattern: a value above Int64.max comes out negative, never as a trap, and the
    /// gate refuses what is not above 0.
    @inlinable @inline(__always)
    func quantity64(at offset: Int) -> OrderQty {
        OrderQty(units: Int64(bitPattern: big(at: offset)))
    }

    @inlinable @inline(__always)
    func price32(at offset: Int) -> Price {
        Price(units: Int64(big(at: offset) as UInt32))
    }

    /// The bit pattern, as ``quantity64(at:)``.
    @inlinable @inline(__always)
    func price64(at offset: Int) -> Price {
        Price(units: Int64(bitPattern: big(at: offset)))
    }
}
