public import CShims

/// Everything one client login was ever sent in its session, in order: its replay.
///
/// Append-only, written before the send in the same step as the record (semantics.md §5.7).
/// Sequence numbers begin at 1, as SoupBinTCP counts.
///
///     0 messages max   8 bytes max   16 count   24 session name (10 bytes)
///     128… index: one word a message, end offset of its bytes   then the bytes
@safe @frozen
public struct ClientStore: @unchecked Sendable {
    // Sendable: the engine writes; readers look at messages below the published count only.
    @usableFromInline let base: UnsafeMutableRawPointer
    public let messagesMax: Int
    public let bytesMax: Int

    /// The store in `bytes` bytes of memory, at least 128, that another process may have written.
    /// One whose head claims more than there is holds nothing and takes nothing.
    @inlinable public init(at base: UnsafeMutableRawPointer, bytes: Int) {
        unsafe self.base = base
        let room = UInt64(bytes - 128)
        let messages = unsafe shim_load_relaxed(base)
        let storeBytes = unsafe shim_load_relaxed(base + 8)
        let fits = messages <= room / 8 && storeBytes <= room - messages * 8
        messagesMax = fits ? Int(messages) : 0
        bytesMax = fits ? Int(storeBytes) : 0
    }

    /// A store over memory of the caller's: ``bytes(storeBytes:messages:)`` bytes, zeroed.
    public init(formatting base: UnsafeMutableRawPointer, storeBytes: Int, messages: Int) {
        unsafe Self.format(at: base, storeBytes: storeBytes, messages: messages)
        unsafe self.init(
            at: base,
            bytes: Self.bytes(storeBytes: storeBytes, messages: messages)
        )
    }

    @inlinable public static func bytes(storeBytes: Int, messages: Int) -> Int {
        (128 + messages * 8 + storeBytes + 127) / 128 * 128
    }

    /// A head and nothing behind it.
    @inlinable public static var bytesMin: Int { 128 }

    /// Bytes ``hasRoom(reserve:)`` counts for one message: OUCH's longest answer with appendage.
    @inlinable public static var messageBytesMax: Int { 128 }

    static func format(at base: UnsafeMutableRawPointer, storeBytes: Int, messages: Int) {
        unsafe shim_store_relaxed(base, UInt64(messages))
        unsafe shim_store_relaxed(base + 8, UInt64(storeBytes))
        unsafe (base + 24).initializeMemory(as: UInt8.self, repeating: 0x20, count: 10)
        unsafe shim_store_release(base + 16, 0)
    }

    /// Messages stored; also the sequence number of the last.
    @inlinable public var count: UInt64 { unsafe shim_load_acquire(base + 16) }

    @inlinable public var usedBytes: Int { end(of: count) }

    /// Stores one message; its sequence number, or `nil` when it does not fit.
    @inlinable
    public func append(_ message: UnsafeRawPointer, count bytes: Int) -> UInt64? {
        let sequence = count &+ 1
        let start = end(of: sequence &- 1)
        guard sequence <= UInt64(messagesMax), bytes >= 0, bytes <= bytesMax &- start else {
            return nil
        }
        unsafe (data + start).copyMemory(from: message, byteCount: bytes)
        unsafe shim_store_relaxed(index(sequence), UInt64(start &+ bytes))
        unsafe shim_store_release(base + 16, sequence)
        return sequence
    }

    /// The message numbered `sequence`, in place; `nil` when there is none.
    @inlinable
    public func message(_ sequence: UInt64) -> (bytes: UnsafeRawPointer, count: Int)? {
        guard sequence > 0, sequence <= count, sequence <= UInt64(messagesMax) else { return nil }
        let start = end(of: sequence &- 1)
        let end = end(of: sequence)
        guard start <= end, end <= bytesMax else { return nil }
        return unsafe (UnsafeRawPointer(data + start), end &- start)
    }

    /// Room left for `reserve` messages behind the next one: false means that orders of this
    /// client are refused so that venue events still fit.
    @inlinable
    public func hasRoom(reserve: Int) -> Bool {
        let wanted = reserve &+ 1
        return Int(truncatingIfNeeded: count) &+ wanted <= messagesMax
            && usedBytes &+ wanted &* Self.messageBytesMax <= bytesMax
    }

    /// Forgets every message above `sequence`: stored, never recorded, so never sent.
    public func truncate(to sequence: UInt64) {
        if sequence < count { unsafe shim_store_release(base + 16, sequence) }
    }

    /// Begins a new session: no messages, and a name of 10 characters.
    public func reset(sessionName: UnsafeRawPointer) {
        unsafe shim_store_release(base + 16, 0)
        unsafe (base + 24).copyMemory(from: sessionName, byteCount: 10)
    }

    /// The session's name, 10 bytes; spaces before the first ``reset(sessionName:)``.
    @inlinable public var sessionName: UnsafeRawPointer { unsafe UnsafeRawPointer(base + 24) }

    @inlinable @inline(__always)
    func index(_ sequence: UInt64) -> UnsafeMutableRawPointer {
        unsafe base + 128 + Int(truncatingIfNeeded: sequence &- 1) &* 8
    }

    @inlinable @inline(__always)
    func end(of sequence: UInt64) -> Int {
        guard sequence > 0, sequence <= UInt64(messagesMax) else { return 0 }
        // An end that no append wrote stays inside all the same.
        return unsafe Int(min(shim_load_relaxed(index(sequence)), UInt64(bytesMax)))
    }

    @inlinable var data: UnsafeMutableRawPointer { unsafe base + 128 + messagesMax &* 8 }
}
