/// A consumer's absolute position and the epoch it speaks of, in the consumer's own file.
@frozen
public struct ConsumerCursor: Sendable {
    public let cursor: SharedWord
    public let epoch: SharedWord

    @inlinable public init(cursor: SharedWord, epoch: SharedWord) {
        self.cursor = cursor
        self.epoch = epoch
    }

    /// The position, or `nil` when it is about another epoch or just being moved to one.
    @inlinable @inline(__always)
    public func load(epoch wanted: UInt64) -> UInt64? {
        guard epoch.load() == wanted else { return nil }
        let position = cursor.load()
        return epoch.load() == wanted ? position : nil
    }
}
