/// Price × quantity in price units × quantity units. A sum that would overflow is an answer (`nil`,
/// code 210), never a trap: an absurd price can come from outside.
@inlinable @inline(__always)
public func notional(_ price: Price, _ qty: OrderQty) -> Int64? {
    let (product, overflow) = price.units.multipliedReportingOverflow(by: qty.units)
    return overflow ? nil : product
}
