import CShims
import HotPath

/// Whether the time in our records is UTC (semantics.md §7): the kernel believes its own clock
/// (somebody steers it, and the error it may have stays below a bound), and ours, which is bent and
/// never set, shows the same.
package struct ClockTrust: Equatable {
    /// A clock further off than this cannot order our events against a venue's.
    package static var errorMaxUs: Int { 10_000 }

    package var isSynchronised: Bool
    /// The kernel's own bound of its error, microseconds.
    package var errorUs: Int
    /// How far the machine's clock is ahead of the engine's, ns.
    package var offsetNs: Int64

    package init(isSynchronised: Bool, errorUs: Int, offsetNs: Int64) {
        self.isSynchronised = isSynchronised
        self.errorUs = errorUs
        self.offsetNs = offsetNs
    }

    package var isGood: Bool { isSynchronised && errorUs <= Self.errorMaxUs && !wasSet }

    /// The machine's clock was set while the engine ran, and the engine's has not caught up: it
    /// takes 2 000 s for each second.
    package var wasSet: Bool { offsetNs.magnitude > UInt64(Self.errorMaxUs) * 1_000 }

    /// Asks the kernel; changes nothing.
    package static func read(_ engine: EngineTime) -> ClockTrust {
        let errorUs = shim_clock_error_us()
        return ClockTrust(
            isSynchronised: errorUs >= 0,
            errorUs: max(0, errorUs),
            offsetNs: engine.offsetNs(at: .now())
        )
    }
}

extension ClockTrust: CustomStringConvertible {
    package var description: String {
        guard !wasSet else {
            let ms = Int64(clamping: offsetNs.magnitude / 1_000_000)
            let next =
                offsetNs > 0
                ? "set it right, or, if it is right now, start hot again"
                : "set it right; a hot that starts again waits until it has passed the time shown"
            return "the machine's clock was set \(ms) ms \(offsetNs > 0 ? "on" : "back") while hot "
                + "ran; hot's own gives way by 500 ppm only: \(next)"
        }
        return isSynchronised
            ? "synchronised, error at most \(errorUs) us"
            : "nobody synchronises it (chrony or ntpd would)"
    }
}
