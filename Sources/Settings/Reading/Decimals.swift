/// Decimal text ⇄ integer units. Exact both ways; no floating point in between.
package enum Decimals {
    /// `"100.0001"` with 4 places is 1 000 001. `nil` for anything but an optional minus, digits, and
    /// at most `places` digits behind one point, and for what does not fit 64 bits.
    package static func units(_ text: some StringProtocol, places: Int) -> Int64? {
        var digits = text.utf8[...]
        let negative = digits.first == 0x2D
        if negative { digits = digits.dropFirst() }
        let parts = digits.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty else { return nil }
        let fraction = parts.count == 2 ? parts[1] : whole.prefix(0)
        guard parts.count == 1 || !fraction.isEmpty, fraction.count <= places else { return nil }

        var total: Int64 = 0
        let padding = repeatElement(UInt8(0x30), count: places - fraction.count)
        for digit in Array(whole) + Array(fraction) + Array(padding) {
            guard (0x30...0x39).contains(digit) else { return nil }
            let (scaled, tooLarge) = total.multipliedReportingOverflow(by: 10)
            let (sum, over) = scaled.addingReportingOverflow(Int64(digit - 0x30))
            guard !tooLarge, !over else { return nil }
            total = sum
        }
        return negative ? -total : total
    }

    /// `1_005_000` with 4 places is "100.50": at least two places, no further trailing zeros.
    package static func text(_ units: Int64, places: Int = 4) -> String {
        let digits = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        var fraction = padded.suffix(places)
        while fraction.count > 2, fraction.last == "0" { fraction = fraction.dropLast() }
        let whole = padded.dropLast(places)
        let sign = units < 0 ? "-" : ""
        return fraction.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(fraction)"
    }
}
