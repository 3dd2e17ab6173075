import CShims

/// Whether the kernel believes its own clock (semantics.md §7): somebody steers it, and the error it
/// may have stays below a bound.
package struct ClockTrust: Equatable {
    /// A clock further off than this cannot order our events against a venue's.
    package static var errorMaxUs: Int { 10_000 }

    package var isSynchronised: Bool
    /// The kernel's own bound of its error, microseconds.
    package var errorUs: Int

    package var isGood: Bool { isSynchronised && errorUs <= Self.errorMaxUs }

    /// Asks the kernel; changes nothing.
    package static func read() -> ClockTrust {
        let errorUs = shim_clock_error_us()
        return ClockTrust(isSynchronised: errorUs >= 0, errorUs: max(0, errorUs))
    }
}

extension ClockTrust: CustomStringConvertible {
    package var description: String {
        isSynchronised
            ? "synchronised, error at most \(errorUs) us"
            : "nobody synchronises it (chrony or ntpd would)"
    }
}
