/// Best bid and offer of every subscribed symbol at every venue: one sequence-locked line each.
@safe @frozen
public struct QuotesPage: @unchecked Sendable {
    // Sendable: lines are accessed through their sequence locks; the engine writes.
    @usableFromInline let base: UnsafeMutableRawPointer
    public let instruments: Int
    public let venues: Int

    /// `base`: `128 × instruments × venues` bytes.
    @inlinable public init(at base: UnsafeMutableRawPointer, instruments: Int, venues: Int) {
        unsafe self.base = base
        self.instruments = instruments
        self.venues = venues
    }

    @inlinable public static var lineBytes: Int { 128 }

    /// Engine thread only. An index outside the page is ignored: it has no line.
    @inlinable
    public func write(_ line: QuoteLine, instrument: Int, venue: Int) {
        guard let lock = lock(instrument, venue) else { return }
        unsafe withUnsafeBytes(of: line) { bytes in
            if let source = bytes.baseAddress { unsafe lock.write(source, words: 15) }
        }
    }

    /// The line as it stood at one moment; `nil` when never written or no quiet moment was found.
    @inlinable
    public func read(instrument: Int, venue: Int) -> QuoteLine? {
        guard let lock = lock(instrument, venue), lock.sequence > 1 else { return nil }
        var line = QuoteLine()
        let whole = unsafe withUnsafeMutableBytes(of: &line) { bytes in
            guard let target = bytes.baseAddress else { return false }
            return unsafe lock.read(into: target, words: 15)
        }
        return whole ? line : nil
    }

    @inlinable @inline(__always)
    func lock(_ instrument: Int, _ venue: Int) -> SequenceLock? {
        guard instrument >= 0, instrument < instruments, venue >= 0, venue < venues else {
            return nil
        }
        let index = instrument &* venues &+ venue
        return unsafe SequenceLock(at: base + index &* Self.lineBytes, words: 15)
    }
}
