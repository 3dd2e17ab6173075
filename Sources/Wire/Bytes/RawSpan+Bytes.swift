/// Lends `count` bytes at `base` to `body` as a span: the way from a receive buffer to a view.
///
/// The pointer must stay good for the call; a view made of the span cannot leave it.
@inlinable @inline(__always)
public func withWireBytes<Result, Failure: Error>(
    _ base: UnsafeRawPointer,
    count: Int,
    _ body: (RawSpan) throws(Failure) -> Result
) throws(Failure) -> Result {
    let buffer = unsafe UnsafeRawBufferPointer(start: base, count: count)
    return try body(unsafe buffer.bytes)
}
