/// Why the journal could not be opened, read or written. Every case names file and place.
package enum JournalError: Error, Equatable, Sendable {
    case system(path: String, call: String, errno: Int32)
    /// Nothing recorded for that date.
    case noJournal(path: String)
    /// ENOSPC, EDQUOT or a file size limit: nothing of what is pending is lost; try again later.
    case noSpace(path: String, errno: Int32)
    /// The disk refused a sync once: what is on it is unknown, so this writer never writes again.
    case failed(path: String, errno: Int32)
    /// The writer's buffer is full: sync before appending more.
    case backlog(bytes: Int)
    case header(path: String, reason: String)
    case version(path: String, found: UInt32)
    /// Damage to an entry that had been durable.
    case corrupt(path: String, offset: Int, reason: String)
    /// A segment number is missing, or the chain or sequence does not continue in it.
    case broken(path: String, reason: String)
    /// A record handed in that cannot be one.
    case badRecord(epoch: UInt64, slot: UInt64)
    /// A record of an epoch before the last one written.
    case staleEpoch(found: UInt64, last: UInt64)
    /// Another writer has the date open.
    case locked(path: String, pid: Int32)
}
