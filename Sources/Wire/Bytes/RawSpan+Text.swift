public import Vocabulary

// Padded text as others write it: spaces or NULs, at either end. Login only, not on the order path.
extension RawSpan {
    /// Up to 16 characters between the padding, moved to the left, padded right with spaces.
    @inlinable
    func strippedName(at offset: Int, count: Int) -> Name {
        let bounds = strippedBounds(at: offset, count: count)
        var name = Name.blank
        var index = 0
        while bounds.start + index < bounds.end, index < 16 {
            let shift = UInt64(index % 8 * 8)
            // A blank byte is 0x20: replacing it is an exclusive or with the difference.
            let change = UInt64(byte(at: bounds.start + index) ^ 0x20) << shift
            if index < 8 { name.low ^= change } else { name.high ^= change }
            index += 1
        }
        return name
    }

    @inlinable
    func strippedAlpha10(at offset: Int) -> Alpha10 {
        let name = strippedName(at: offset, count: 10)
        return Alpha10(low: name.low, high: UInt16(truncatingIfNeeded: name.high))
    }

    /// A decimal number between the padding; throws when there is no digit, when a byte is no
    /// digit, or above 2⁶⁴ − 1.
    @inlinable
    func decimal(at offset: Int, count: Int) throws(WireError) -> UInt64 {
        let bounds = strippedBounds(at: offset, count: count)
        guard bounds.start < bounds.end else { throw .badNumber(offset: offset) }
        var total: UInt64 = 0
        for position in bounds.start..<bounds.end {
            // Below "0" wraps to a large byte, so one compare refuses both sides.
            let digit = byte(at: position) &- 0x30
            let tens = total.multipliedReportingOverflow(by: 10)
            let sum = tens.partialValue.addingReportingOverflow(UInt64(digit))
            guard digit <= 9, !tens.overflow, !sum.overflow else {
                throw .badNumber(offset: offset)
            }
            total = sum.partialValue
        }
        return total
    }

    @inlinable
    func strippedBounds(at offset: Int, count: Int) -> (start: Int, end: Int) {
        var start = offset
        var end = offset + count
        while start < end, isPadding(at: start) { start += 1 }
        while end > start, isPadding(at: end - 1) { end -= 1 }
        return (start, end)
    }

    @inlinable
    func isPadding(at offset: Int) -> Bool { byte(at: offset) == 0x20 || byte(at: offset) == 0 }
}

extension UnsafeMutableRawPointer {
    /// The first `count` characters of `name`, as they are: padded right with spaces.
    @inlinable
    func storeName(_ name: Name, at offset: Int, count: Int) {
        for index in 0..<count {
            let word = index < 8 ? name.low : name.high
            let character = UInt8(truncatingIfNeeded: word >> UInt64(index % 8 * 8))
            unsafe storeByte(character, at: offset + index)
        }
    }

    /// Ten characters, moved to the right: padded left with spaces.
    @inlinable
    func storeRightJustified(_ text: Alpha10, at offset: Int) {
        var count = 10
        while count > 0, text.isPadding(at: count - 1) { count -= 1 }
        for index in 0..<(10 - count) { unsafe storeByte(0x20, at: offset + index) }
        for index in 0..<count {
            unsafe storeByte(text.byte(at: index), at: offset + 10 - count + index)
        }
    }

    /// Decimal digits, moved to the right: padded left with spaces. A number too long for `count`
    /// characters loses its front; 20 hold any.
    @inlinable
    func storeDecimal(_ value: UInt64, at offset: Int, count: Int) {
        var rest = value
        var index = count - 1
        while index >= 0 {
            let blank = rest == 0 && index < count - 1
            let digit = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            unsafe storeByte(blank ? 0x20 : digit, at: offset + index)
            rest /= 10
            index -= 1
        }
    }
}

extension Alpha10 {
    @inlinable
    func byte(at index: Int) -> UInt8 {
        let word = index < 8 ? low : UInt64(high)
        return UInt8(truncatingIfNeeded: word >> UInt64(index % 8 * 8))
    }

    @inlinable
    func isPadding(at index: Int) -> Bool { byte(at: index) == 0x20 || byte(at: index) == 0 }
}
