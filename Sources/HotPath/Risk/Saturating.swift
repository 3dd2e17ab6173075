// Sums of shares and of times that bytes from outside can drive to the edge: a fill at an absurd price must move the
// position and must not stop the process. At the edge they stay there; an incident is raised by
// whoever let the number in.

@inline(__always)
func sum(_ left: Int64, _ right: Int64) -> Int64 {
    let (total, overflow) = left.addingReportingOverflow(right)
    return overflow ? (right < 0 ? Int64.min : Int64.max) : total
}

@inline(__always)
func difference(_ left: Int64, _ right: Int64) -> Int64 {
    let (total, overflow) = left.subtractingReportingOverflow(right)
    return overflow ? (right > 0 ? Int64.min : Int64.max) : total
}

/// From zero.
@inline(__always)
func distance(_ value: Int64) -> Int64 { value < 0 ? difference(0, value) : value }

@inline(__always)
func product(_ left: Int64, _ right: Int64) -> Int64 {
    let (total, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow ? ((left < 0) == (right < 0) ? Int64.max : Int64.min) : total
}

/// Exact: no product of two 64-bit numbers is beyond 128.
@inline(__always)
func wide(_ left: Int64, _ right: Int64) -> Int128 { Int128(left) &* Int128(right) }
