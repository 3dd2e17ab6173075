import CShims
package import Crossing
package import Vocabulary

/// A socket on its way from the admin thread to the engine.
package struct SocketHandover: BitwiseCopyable, Sendable {
    package var slot: UInt16
    package var isDatagram: Bool
    package var fd: Int32

    package init(slot: UInt16, isDatagram: Bool, fd: Int32) {
        self.slot = slot
        self.isDatagram = isDatagram
        self.fd = fd
    }
}

/// A slot on its way back: the port has closed it, or never took it.
package struct SocketRelease: BitwiseCopyable, Sendable {
    /// What the admin thread does about it, beyond closing the descriptor.
    package enum Reason: UInt8, BitwiseCopyable, Sendable {
        /// The peer went, or the link broke: `error` says how.
        case lost = 0
        /// Both sides said goodbye: closed without RST, so that the last message arrives.
        case orderly = 1
        /// The login was refused: its address waits before it is accepted again.
        case loginFailed = 2
        /// Did not read, flooded or stayed silent: closed by RST.
        case expelled = 3
        /// The engine is stopping: do not dial again.
        case stopping = 4
        /// A venue logged us in and then answered neither fence nor query.
        case unreconciled = 5
    }

    package var slot: UInt16
    package var reason: Reason
    package var error: Int32

    package init(slot: UInt16, reason: Reason, error: Int32 = 0) {
        self.slot = slot
        self.reason = reason
        self.error = error
    }
}

/// One live order, as the engine tells the admin thread when asked for a list: a `ping` command
/// whose `detail` is ``Mailbox/pingList``.
package struct OrderLine: BitwiseCopyable, Sendable {
    /// The command's id.
    package var id: UInt64 = 0
    package var orderID: ClOrdID = .none
    package var px: Price = .zero
    package var qty: OrderQty = .zero
    package var leavesQty: OrderQty = .zero
    package var cumQty: OrderQty = .zero
    package var instrument: UInt16 = noIndex16
    package var account: UInt16 = noIndex16
    package var strategy: UInt16 = noIndex16
    package var side: UInt8 = 0
    package var status: UInt8 = 0
    package var venue: UInt8 = noIndex8
    package var timeInForce: UInt8 = 0
    package var ordType: UInt8 = 0
    /// 1 on the line behind the last order; it carries no order.
    package var isEnd: UInt8 = 0

    package init() {}
}

/// All that the two threads of hot share. Made before either starts, freed by
/// ``deallocate()`` when both have ended.
///
/// Each ring has one writer and one reader, each word one writer; all words are 128 bytes apart.
@safe
package struct Mailbox: @unchecked Sendable {
    /// `Command.detail` of a ping that asks for every live order as ``OrderLine``s.
    package static var pingList: UInt32 { 1 }
    /// `Command.detail` of a ping that asks for the limit in force: `value` is its ``LimitField``,
    /// the row is named as in a `limit` command; the reply's `value` answers.
    package static var pingLimit: UInt32 { 2 }
    /// `Command.detail` of a ping that asks for the first latch behind the one `value` names, as
    /// ``Ledger/nextLatch(after:)``; the reply's `value` answers.
    package static var pingLatch: UInt32 { 3 }

    /// `Command.detail` of a ping that asks for every trigger that stands, from the instrument `value`
    /// names on, as ``OrderLine``s; the end mark's instrument is where to go on, or `noIndex16`.
    package static var pingTriggers: UInt32 { 4 }

    // Sendable: pointers and rings whose every word is atomic and has one writer.

    /// Admin → engine: what operators ask.
    package let commands: InProcessRing<Command>
    /// Engine → admin: one reply a command.
    package let replies: InProcessRing<CommandReply>
    /// Engine → admin: live orders, when asked. Engine fills what fits, goes on next turn.
    package let orderLines: InProcessRing<OrderLine>
    /// Admin → engine: connected sockets.
    package let handovers: InProcessRing<SocketHandover>
    /// Engine → admin: slots whose descriptor may be closed.
    package let releases: InProcessRing<SocketRelease>
    /// Engine → admin: what clients did wrong, for the log. Lossy: full means already told enough.
    package let complaints: InProcessRing<ClientComplaint>
    /// Admin → engine: UTC as the system clock has it, for recalibration.
    package let clockSamples: InProcessRing<ClockSample>

    package let slots: Int
    private let words: UnsafeMutableRawPointer
    private let sockets: UnsafeMutableRawPointer
    private let admitted: UnsafeMutableRawPointer

    /// - Parameter slots: as many as the port has; a slot is handed over or released at most once
    ///   at a time, so rings of that size never fill.
    package init(slots: Int) {
        self.slots = slots
        var ringSlots = 64
        while ringSlots < 2 * slots { ringSlots *= 2 }
        commands = InProcessRing(capacity: 1_024)
        replies = InProcessRing(capacity: 2_048)
        orderLines = InProcessRing(capacity: 1_024)
        handovers = InProcessRing(capacity: ringSlots)
        releases = InProcessRing(capacity: ringSlots)
        complaints = InProcessRing(capacity: 256)
        clockSamples = InProcessRing(capacity: 16)
        let wordBytes = Word.allCases.count * 128
        unsafe words = .allocate(byteCount: wordBytes, alignment: 128)
        unsafe words.initializeMemory(as: UInt64.self, repeating: 0, count: wordBytes / 8)
        unsafe sockets = .allocate(byteCount: slots * 8, alignment: 128)
        unsafe sockets.initializeMemory(as: UInt64.self, repeating: 0, count: slots)
        unsafe admitted = .allocate(byteCount: slots * 8, alignment: 128)
        unsafe admitted.initializeMemory(as: UInt64.self, repeating: 0, count: slots)
    }

    /// Neither thread touches it any more.
    package func deallocate() {
        commands.deallocate()
        replies.deallocate()
        orderLines.deallocate()
        handovers.deallocate()
        releases.deallocate()
        complaints.deallocate()
        clockSamples.deallocate()
        unsafe words.deallocate()
        unsafe sockets.deallocate()
        unsafe admitted.deallocate()
    }

    // MARK: The next of each ring, nil when there is none

    @inline(__always)
    package func nextCommand() -> Command? { next(commands, Command()) }
    @inline(__always)
    package func nextReply() -> CommandReply? { next(replies, CommandReply()) }
    @inline(__always)
    package func nextOrderLine() -> OrderLine? { next(orderLines, OrderLine()) }
    @inline(__always)
    package func nextHandover() -> SocketHandover? {
        next(handovers, SocketHandover(slot: 0, isDatagram: false, fd: -1))
    }
    @inline(__always)
    package func nextRelease() -> SocketRelease? {
        next(releases, SocketRelease(slot: 0, reason: .lost))
    }
    @inline(__always)
    package func nextComplaint() -> ClientComplaint? { next(complaints, ClientComplaint()) }
    @inline(__always)
    package func nextClockSample() -> ClockSample? { next(clockSamples, ClockSample()) }

    @inline(__always)
    private func next<Slot: BitwiseCopyable>(_ ring: InProcessRing<Slot>, _ room: Slot) -> Slot? {
        var slot = room
        return unsafe ring.pop(into: &slot) ? slot : nil
    }

    // MARK: Words

    /// Who writes it is in the comment; everybody may read it.
    private enum Word: Int, CaseIterable {
        /// Admin: the kill epoch wanted. Rises by one with each kill.
        case killWanted
        /// Engine: the kill epoch obeyed; no order byte was encoded after it that it forbids.
        case killObeyed
        /// Engine: TSC at the start of its latest turn. Cycles, so that a clock that is set does
        /// not make a living engine look dead.
        case heartbeat
        /// Engine: what its clock showed then, ns UTC.
        case engineNs
        /// Admin: the engine is to end after its current turn.
        case stop
        /// Admin, test hook: the engine spins and hears nothing until this is 0 again.
        case hang
        /// Engine: it has left its loop.
        case ended
        case clockBad
        /// Engine: status words, 16 by ``StatusField``; one line of 128 bytes holds them all.
        case status
    }

    @inline(__always)
    private func word(_ word: Word) -> UnsafeMutableRawPointer {
        unsafe words + word.rawValue * 128
    }

    /// Sampled by the engine before it encodes any order.
    @inline(__always)
    package var killWanted: UInt64 { unsafe shim_load_acquire(word(.killWanted)) }

    /// Admin thread: wants one more kill; returns its epoch.
    package func wantKill() -> UInt64 {
        let epoch = killWanted + 1
        unsafe shim_store_release(word(.killWanted), epoch)
        return epoch
    }

    @inline(__always)
    package var killObeyed: UInt64 { unsafe shim_load_acquire(word(.killObeyed)) }
    @inline(__always)
    package func obeyKill(epoch: UInt64) { unsafe shim_store_release(word(.killObeyed), epoch) }

    /// Engine thread, once a turn.
    @inline(__always)
    package func beat(_ shown: ClockSample) {
        unsafe shim_store_release(word(.heartbeat), shown.tsc)
        unsafe shim_store_release(word(.engineNs), UInt64(bitPattern: shown.utcNs))
    }
    /// TSC of the engine's latest turn, 0 before its first.
    package var heartbeatTsc: UInt64 { unsafe shim_load_acquire(word(.heartbeat)) }
    /// The engine's clock at its latest turn; `nil` before its first.
    ///
    /// Time first, as it is written last: a turn between the two reads makes it older than it is and
    /// never newer.
    package var engineClock: ClockSample? {
        let shown = unsafe shim_load_acquire(word(.engineNs))
        guard shown != 0 else { return nil }
        return ClockSample(tsc: heartbeatTsc, utcNs: Int64(truncatingIfNeeded: shown))
    }

    @inline(__always)
    package var isStopWanted: Bool { unsafe shim_load_acquire(word(.stop)) != 0 }
    /// Admin thread. Taken back only by who runs the loop again: the harness between its blocks.
    package func wantStop(_ wanted: Bool = true) {
        unsafe shim_store_release(word(.stop), wanted ? 1 : 0)
    }

    @inline(__always)
    package var isHangWanted: Bool { unsafe shim_load_acquire(word(.hang)) != 0 }
    package func wantHang(_ wanted: Bool) {
        unsafe shim_store_release(word(.hang), wanted ? 1 : 0)
    }

    /// The kernel's clock is not to be trusted: new orders are refused with 117. Paper trading
    /// warns instead, so the admin thread never sets it there.
    @inline(__always)
    package var isClockBad: Bool { unsafe shim_load_acquire(word(.clockBad)) != 0 }
    package func trustClock(_ trusted: Bool) {
        unsafe shim_store_release(word(.clockBad), trusted ? 0 : 1)
    }

    package var hasEnded: Bool { unsafe shim_load_acquire(word(.ended)) != 0 }
    package func end() { unsafe shim_store_release(word(.ended), 1) }

    /// Engine thread: one status word, when it changes or once a turn.
    @inline(__always)
    package func publish(_ field: StatusField, _ value: Int64) {
        unsafe shim_store_relaxed(word(.status) + field.rawValue * 8, UInt64(bitPattern: value))
    }

    package func status(_ field: StatusField) -> Int64 {
        unsafe Int64(bitPattern: shim_load_relaxed(word(.status) + field.rawValue * 8))
    }

    // MARK: The socket table, for the shutdown rung

    /// Admin thread: the descriptor at `slot`, or -1.
    package func setSocket(slot: Int, fd: Int32) {
        invariant(slot >= 0 && slot < slots, "a socket has a slot")
        // Stored off by one: zero memory means no socket.
        unsafe shim_store_release(sockets + slot * 8, UInt64(UInt32(bitPattern: fd)) &+ 1)
    }

    package func socket(slot: Int) -> Int32 {
        invariant(slot >= 0 && slot < slots, "a socket has a slot")
        let stored = unsafe shim_load_acquire(sockets + slot * 8)
        return stored == 0 ? -1 : Int32(truncatingIfNeeded: stored &- 1)
    }

    // MARK: Who has logged in, for the door

    /// Engine thread: the client at `slot` gave its password, or left.
    @inline(__always)
    package func setAdmitted(slot: Int, _ isIn: Bool) {
        unsafe shim_store_release(admitted + slot * 8, isIn ? 1 : 0)
    }

    package func isAdmitted(slot: Int) -> Bool {
        unsafe shim_load_acquire(admitted + slot * 8) != 0
    }
}
