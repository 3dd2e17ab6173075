import Wire

/// What every value of Wire offers.
protocol WireValue {
    static var maxLength: Int { get }
    func write(to target: UnsafeMutableRawPointer) -> Int
    /// Bytes at the end that may stand in another order than they came: appendage and its length.
    var reorderedCount: Int { get }
}

extension WireValue {
    var reorderedCount: Int { 0 }
}

protocol AppendedValue: WireValue {
    var appendage: OUCH.Appendage { get }
}

extension AppendedValue {
    var reorderedCount: Int { appendage.encodedLength + 2 }
}

/// Bytes → value → bytes → value → bytes.
///
/// What was refused was refused. What was read comes back: nothing is written outside the message,
/// the fixed part is the one that came in, and the second time round nothing changes any more.
func roundTrip<Value: WireValue>(
    _ bytes: UnsafeRawBufferPointer,
    _ decode: (RawSpan) throws(WireError) -> Value
) throws(WireError) {
    let value = try decode(bytes.bytes)
    withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { room in
        let (once, twice) = (room.baseAddress!, room.baseAddress! + 512)
        (once + Value.maxLength).storeBytes(of: 0xA5A5_A5A5_A5A5_A5A5, as: UInt64.self)
        let count = value.write(to: once)
        law(count <= Value.maxLength, "\(value) wrote \(count) bytes")
        let behind = (once + Value.maxLength).loadUnaligned(as: UInt64.self)
        law(behind == 0xA5A5_A5A5_A5A5_A5A5, "\(value) wrote behind its longest form")
        let same = min(bytes.count, count - value.reorderedCount)
        law(equal(once, bytes.baseAddress!, same), "\(value) is not what came in")
        let written = UnsafeRawBufferPointer(start: once, count: count)
        guard let again = try? decode(written.bytes) else {
            law(false, "\(value) is refused once written")
            return
        }
        law(again.write(to: twice) == count, "\(value) changes its length")
        law(equal(once, twice, count), "\(value) is not stable")
    }
}

private func equal(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int) -> Bool {
    for index in 0..<max(0, count)
    where left.load(fromByteOffset: index, as: UInt8.self)
        != right.load(fromByteOffset: index, as: UInt8.self)
    {
        return false
    }
    return true
}
