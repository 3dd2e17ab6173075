// What a view proves at the door. Spec: docs/protocols, the "Reading" section of each protocol.

/// A fixed part, and possibly more behind it: a venue may lengthen a message, and the known
/// prefix stays true.
@inlinable @inline(__always)
func proveAtLeast(_ length: Int, type: UInt8, _ bytes: RawSpan) throws(WireError) {
    guard bytes.byteCount >= length else {
        try refuse(.wrongLength(expected: length, actual: bytes.byteCount))
    }
    guard bytes.byte(at: 0) == type else {
        try refuse(.wrongType(expected: type, actual: bytes.byte(at: 0)))
    }
}

/// A fixed part ending in the appendage length at `offset`, and the appendage whole.
///
/// `exact`: nothing may follow it. Clients are held to that; what follows in a venue's message is
/// ignored, because an execution must not be lost to a byte nobody understands.
@inlinable @inline(__always)
func proveAppendage(
    lengthAt offset: Int,
    type: UInt8,
    exact: Bool,
    _ bytes: RawSpan
) throws(WireError) {
    try proveAtLeast(offset + 2, type: type, bytes)
    let declared = Int(bytes.big(at: offset) as UInt16)
    let available = bytes.byteCount - offset - 2
    guard declared <= available else {
        try refuse(.appendageOverrun(declared: declared, available: available))
    }
    guard !exact || declared == available else {
        try refuse(.wrongLength(expected: offset + 2 + declared, actual: bytes.byteCount))
    }
}

/// As ``proveAppendage(lengthAt:type:exact:_:)``, but a message that ends at `offset` is whole too:
/// the framed length tells which form it is.
@inlinable @inline(__always)
func proveConditionalAppendage(
    lengthAt offset: Int,
    type: UInt8,
    exact: Bool,
    _ bytes: RawSpan
) throws(WireError) {
    if bytes.byteCount == offset {
        try proveAtLeast(offset, type: type, bytes)
    } else if bytes.byteCount < offset {
        try refuse(.wrongLength(expected: offset, actual: bytes.byteCount))
    } else {
        try proveAppendage(lengthAt: offset, type: type, exact: exact, bytes)
    }
}

/// Throws. Out of line, so that a proof costs its caller one predictable branch and no code.
@inline(never) @usableFromInline
func refuse(_ error: WireError) throws(WireError) -> Never { throw error }
