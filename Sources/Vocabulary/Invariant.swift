/// States a law of the system. If it is broken the process stops, in release builds too.
///
/// Use it where carrying on could send a wrong order. `precondition` also stops a release build
/// but drops its message there: the operator would see an illegal instruction and no reason.
/// An invariant is for our own mistakes; what the outside can cause is an error value.
@inlinable @inline(__always)
public func invariant(
    _ holds: Bool,
    _ law: StaticString,
    file: StaticString = #fileID,
    line: UInt = #line
) {
    if !holds { invariantBroken(law, file, line) }
}

// Kept out of line, so that the check costs the caller one predictable branch.
@inline(never) @usableFromInline
func invariantBroken(_ law: StaticString, _ file: StaticString, _ line: UInt) -> Never {
    fatalError("invariant broken: \(law)", file: file, line: line)
}
