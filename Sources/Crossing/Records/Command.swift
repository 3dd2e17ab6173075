public import Vocabulary

/// What cold or an operator asks of the engine. Two 128-byte slots in the command ring (cold) or
/// the in-process ring of the admin thread (operators); the engine copies it out once, then checks
/// every field: nothing in it is believed.
@frozen
public struct Command: BitwiseCopyable, Sendable {
    @frozen
    public enum Kind: UInt8, BitwiseCopyable, Sendable, CaseIterable {
        case none = 0
        case new = 1
        case cancel = 2
        case replace = 3
        case kill = 4
        case arm = 5
        case limit = 6
        /// Sets the one trigger of an instrument: take displayed size when the opposite best
        /// crosses `px`.
        case trigger = 7
        case clearTrigger = 8
        /// Cancels everything in scope without latching a kill.
        case massCancel = 9
        case resolve = 10
        case adjust = 11
        case sessionRoll = 12
        /// Stop new orders, cancel, wait for answers, log out, end.
        case stop = 13
        /// Test hook, only when the image allows it: the engine spins and hears nothing.
        case hang = 14
        /// Parent opened, changed or ended; recorded so that the journal tells the algo's story.
        case algo = 15
        /// Excludes a venue by name so that the firm may arm without it.
        case exclude = 16
        /// Answers with the engine's state; changes nothing.
        case ping = 17
        /// An operator's refused request, recorded all the same.
        case refused = 18
        /// Leave for one order past a hard block, or for what needs two persons: asked, and given.
        case overrideAsk = 19
        case overrideConfirm = 20
    }

    // First slot.

    /// Commit word in the ring (absolute slot number + 1).
    public var commit: UInt64 = 0
    public var kind: Kind = .none
    public var side: UInt8 = 0
    public var timeInForce: UInt8 = 0x30
    public var ordType: UInt8 = 0x32
    /// Venue index; 0xFF lets the router choose.
    public var venue: UInt8 = 0xFF
    public var display: UInt8 = 0x59
    /// KillScope for kill, arm and massCancel.
    public var scope: UInt8 = 0
    /// Bytes in `text`, 0…127.
    public var textLength: UInt8 = 0
    public var id: UInt64 = 0
    /// ns UTC after which what trades or changes is refused with 508; 0 means no expiry. Cancels never
    /// expire.
    public var validUntilNs: Int64 = 0
    public var coldEpoch: UInt32 = 0
    public var instrument: UInt16 = 0xFFFF
    public var account: UInt16 = 0xFFFF
    public var strategy: UInt16 = 0xFFFF
    public var owner: UInt16 = 0
    public var uid: UInt32 = 0xFFFF_FFFF
    public var px: Price = .zero
    public var qty: OrderQty = .zero
    /// The order to cancel, replace or resolve.
    public var orderID: ClOrdID = .none
    public var parent: UInt64 = 0
    public var parentQty: OrderQty = .zero
    /// Limit field, resolve outcome, session…, by kind.
    public var detail: UInt32 = 0
    public var gid: UInt32 = 0xFFFF_FFFF
    public var value: Int64 = 0
    public var pid: UInt32 = 0
    public var reserved: UInt32 = 0
    public var pad0: UInt64 = 0
    public var pad1: UInt64 = 0

    // Second slot: who and why, in words.

    public var text: CommandText = CommandText()

    @inlinable public init() {}

    @inlinable public static var slotBytes: Int { 256 }

    /// Of an `algo`: lets a parent trade (start, resume). What stops one is recorded at any age and
    /// whatever is latched.
    @inlinable public var letsTrade: Bool {
        get { kind == .algo && detail != 0 }
        set { detail = newValue ? 1 : 0 }
    }

    // A New's terms, in fields that only other kinds use otherwise.

    /// Shares that must execute at once, or none do; 0 any.
    @inlinable public var minQty: Int64 {
        get { Int64(detail) }
        set { detail = UInt32(clamping: newValue) }
    }
    /// Shares shown of a reserve order; 0 all.
    @inlinable public var maxFloor: Int64 {
        get { value }
        set { value = newValue }
    }
    /// Good till then: seconds of the Eastern day.
    @inlinable public var expireSeconds: UInt32 {
        get { reserved }
        set { reserved = newValue }
    }
    /// Never takes: canceled rather.
    @inlinable public var postOnly: Bool {
        get { scope != 0 }
        set { scope = newValue ? 1 : 0 }
    }
}

/// 128 bytes of text inside a ``Command``: reason, evidence, algo detail.
@frozen
public struct CommandText: BitwiseCopyable, Sendable {
    public var w0: UInt64 = 0, w1: UInt64 = 0, w2: UInt64 = 0, w3: UInt64 = 0
    public var w4: UInt64 = 0, w5: UInt64 = 0, w6: UInt64 = 0, w7: UInt64 = 0
    public var w8: UInt64 = 0, w9: UInt64 = 0, w10: UInt64 = 0, w11: UInt64 = 0
    public var w12: UInt64 = 0, w13: UInt64 = 0, w14: UInt64 = 0, w15: UInt64 = 0

    @inlinable public init() {}

    /// First 127 bytes of `text` as UTF-8; the count to store beside it.
    public static func make(_ text: String) -> (text: CommandText, length: UInt8) {
        var result = CommandText()
        var bytes = Array(text.utf8)
        if bytes.count > 127 {
            // Whole words, and a sign that there was more.
            let head = bytes.prefix(124)
            bytes = Array(head.prefix(head.lastIndex(of: 0x20) ?? 124)) + Array("…".utf8)
        }
        unsafe withUnsafeMutableBytes(of: &result) { target in
            unsafe target.copyBytes(from: bytes)
        }
        return (result, UInt8(bytes.count))
    }

    public func string(length: UInt8) -> String {
        var copy = self
        return unsafe withUnsafeBytes(of: &copy) { bytes in
            unsafe String(decoding: bytes.prefix(min(Int(length), 127)), as: UTF8.self)
        }
    }
}

/// What a kill, arm or mass cancel covers.
@frozen
public enum KillScope: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case firm = 0
    case account = 1
    case strategy = 2
    case symbol = 3
    case venue = 4
}

/// The engine's answer to one command of an operator.
@frozen
public struct CommandReply: BitwiseCopyable, Sendable {
    public var commit: UInt64 = 0
    public var id: UInt64 = 0
    /// RiskCode of a refusal, 0 when done.
    public var code: UInt16 = 0
    public var status: OrdStatus = .vacant
    public var venue: UInt8 = 0xFF
    /// Bytes of new orders still in the kernel's send queues when a kill was obeyed.
    public var unsentBytes: UInt32 = 0
    public var orderID: ClOrdID = .none
    public var killEpoch: UInt64 = 0
    public var liveOrders: UInt32 = 0
    public var canceled: UInt32 = 0
    public var value: Int64 = 0
    public var recordSeq: UInt64 = 0

    @inlinable public init() {}

    /// Of a kill or a mass cancel, which name no record of a limit.
    @inlinable public var triggersEnded: UInt64 {
        get { recordSeq }
        set { recordSeq = newValue }
    }

    /// `value` when nothing was done yet: another person must say the same within a minute.
    @inlinable public static var awaitsSecondPerson: Int64 { Int64.min }
}
