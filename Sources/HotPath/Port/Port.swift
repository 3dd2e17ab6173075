import CShims
import Glibc
import Vocabulary

/// Moves bytes between sockets and the engine, and nothing else.
///
/// One concrete type with both transports inside: io_uring where the kernel grants it, spinning
/// non-blocking sockets elsewhere (also under Onload and VMA). Sockets are opened, connected and
/// closed by the admin thread and handed over, so the only system calls here are the ring's, or
/// recv, send and epoll. Engine thread only, from `init` on: the ring belongs to its creator.
@safe
package struct Port: ~Copyable {
    package let config: PortConfig
    /// Which transport and mode won at start.
    package internal(set) var activeTransport: PortMode = .sockets
    /// Every system call the port ever made.
    package internal(set) var systemCallCount: UInt64 = 0
    /// Times the kernel found no receive buffer, and errors of datagram sockets that were let pass.
    package internal(set) var bufferShortages: UInt64 = 0
    package internal(set) var datagramErrors: UInt64 = 0

    /// In the memory transport, what stands where the kernel would.
    let wire: MemoryWire?
    let slots: UnsafeMutablePointer<PortSlot>
    let sendMemory: PageArena
    var streams: ReceiveBuffers
    var datagrams: ReceiveBuffers
    /// Slots with gathered bytes and nothing in flight.
    let gathering: SlotSet
    /// Sockets: slots whose send the kernel cut short. Ring: slots whose receive must be posted.
    let retrying: SlotSet
    /// Slots that owe their `.closed`.
    let ending: SlotSet
    /// Sockets: slots to receive from.
    let listening: SlotSet

    let ring: UnsafeMutablePointer<io_uring>
    var ringIsUp = false
    /// Completions before this one were already searched for finished sends.
    var reapedUpTo: UInt32 = 0
    var epoll: Int32 = -1
    /// Sockets: where the next round of receiving begins, so that nobody is always last.
    var firstSlot = 0
    var emptyPolls = 0

    /// Allocates and writes everything the port will ever use, and probes the kernel.
    ///
    /// `wire`: what the memory transport moves bytes over; no other looks at it.
    package init(_ config: PortConfig, wire: MemoryWire? = nil) throws(PortError) {
        invariant(config.slots > 0 && config.slots <= 16_384, "a port has 1 to 16 384 slots")
        self.config = config
        self.wire = config.transport == .memory ? wire : nil
        sendMemory = PageArena(bytes: config.sendBytes)
        streams = ReceiveBuffers(
            group: 0,
            count: config.streamBuffers,
            bufferBytes: config.streamBufferBytes
        )
        datagrams = ReceiveBuffers(
            group: 1,
            count: config.datagramBuffers,
            bufferBytes: config.datagramBufferBytes
        )
        gathering = SlotSet(slots: config.slots)
        retrying = SlotSet(slots: config.slots)
        ending = SlotSet(slots: config.slots)
        listening = SlotSet(slots: config.slots)
        unsafe slots = .allocate(capacity: config.slots)
        var next = unsafe sendMemory.base
        for slot in 0..<config.slots {
            let bytes = config.sendCapacity(slot: slot)
            unsafe (slots + slot).initialize(to: PortSlot(buffers: next, capacityBytes: bytes))
            unsafe next += 2 * bytes
        }
        unsafe ring = .allocate(capacity: 1)
        unsafe ring.initialize(to: io_uring())
        try open()
    }

    deinit {
        if ringIsUp { unsafe io_uring_queue_exit(ring) }
        if epoll >= 0 { close(epoll) }
        unsafe ring.deallocate()
        unsafe slots.deallocate()
    }

    private mutating func open() throws(PortError) {
        for failure in [sendMemory.failure, streams.failure, datagrams.failure] where failure != 0 {
            throw .memoryFailed(errno: failure, bytes: config.memoryBytes)
        }
        if config.transport == .memory {
            guard wire != nil else { throw .noWire }
            activeTransport = .memory
            return
        }
        if config.transport != .sockets {
            let failure = openRing()
            if failure == 0 { return }
            guard config.transport == .automatic else {
                throw .ringSetupFailed(errno: failure, entries: config.submissionEntries)
            }
        }
        activeTransport = .sockets
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .epollFailed(errno: errno) }
    }

    // MARK: Sockets in and out

    /// Takes a connected, non-blocking socket over and listens to it.
    ///
    /// - Returns: false when the slot is still in use or the kernel refuses the descriptor; the
    ///   caller gives the descriptor back as if it had been closed.
    package mutating func adopt(slot: Int, fd: Int32, datagram: Bool) -> Bool {
        guard slot >= 0, slot < config.slots, fd >= 0 else { return false }
        guard unsafe slots[slot].phase == .vacant else { return false }
        return ringIsUp
            ? adoptInRing(slot, fd, datagram) : adoptInSockets(slot, fd, datagram)
    }

    /// Lets a socket go. What is gathered and unsent is dropped, what still arrives is thrown away;
    /// `.closed` follows from a later `poll`, and only then may the descriptor be closed.
    package mutating func release(slot: Int) {
        guard slot >= 0, slot < config.slots else { return }
        let phase = unsafe slots[slot].phase
        guard phase == .open || phase == .ending else { return }
        unsafe slots[slot].phase = .released
        listening.remove(slot)
        end(slot)
    }

    /// Whether `slot` holds a socket that can still be written to.
    @inline(__always)
    package func isOpen(slot: Int) -> Bool {
        unsafe slots[slot].phase == .open
    }

    /// Marks a slot as owing its `.closed`; the transport lets go of what the kernel still holds.
    mutating func end(_ slot: Int) {
        gathering.remove(slot)
        ending.insert(slot)
        if ringIsUp { cancelInRing(slot) }
    }

    // MARK: Receiving

    /// Fills `events` with what arrived, at most `max`; the bytes of the previous call are gone.
    ///
    /// `mayWait` says that the engine has nothing else to do: with ``PortConfig/Idle/yield`` the
    /// thread then sleeps up to 1 ms once enough polls came back empty. O(max + slots); at most
    /// five system calls in io_uring mode, usually none.
    @inline(__always)
    package mutating func poll(
        into events: UnsafeMutablePointer<PortEvent>,
        max: Int,
        mayWait: Bool
    ) -> Int {
        ringIsUp
            ? unsafe pollRing(into: events, max: max, mayWait: mayWait)
            : unsafe pollSockets(into: events, max: max, mayWait: mayWait)
    }

    // MARK: Sending

    /// No SEND outstanding: what is gathered now goes to the kernel with the next `flush`.
    @inline(__always)
    package func canSend(slot: Int) -> Bool {
        let entry = unsafe slots + slot
        return unsafe entry.pointee.phase == .open && !entry.pointee.sending
    }

    /// Bytes that wait in user space: gathered, or given to a SEND that has not completed.
    @inline(__always)
    package func unsentBytes(slot: Int) -> Int {
        let entry = unsafe slots[slot]
        return entry.filledBytes + (entry.sending ? entry.inFlightBytes - entry.sentBytes : 0)
    }

    /// Room for `bytes` in the slot's fixed buffer; nil when it is full or the socket is gone.
    /// A datagram slot holds one datagram at a time.
    @inline(__always)
    package mutating func gather(slot: Int, bytes: Int) -> UnsafeMutableRawPointer? {
        let entry = unsafe slots + slot
        guard unsafe entry.pointee.phase == .open else { return nil }
        let filled = unsafe entry.pointee.filledBytes
        guard unsafe bytes <= entry.pointee.capacityBytes - filled else { return nil }
        if unsafe entry.pointee.isDatagram && filled > 0 { return nil }
        return unsafe entry.pointee.filling + filled
    }

    /// `bytes` of the room lent by `gather` were written.
    @inline(__always)
    package mutating func gathered(slot: Int, bytes: Int) {
        let entry = unsafe slots + slot
        invariant(
            unsafe bytes >= 0 && entry.pointee.filledBytes + bytes <= entry.pointee.capacityBytes,
            "what is gathered fits the slot's buffer"
        )
        unsafe entry.pointee.filledBytes += bytes
        if unsafe !entry.pointee.sending && entry.pointee.filledBytes > 0 {
            gathering.insert(slot)
        }
    }

    /// Hands what is gathered to the kernel: one SEND a slot, one system call in io_uring mode.
    @inline(__always)
    package mutating func flush() {
        if ringIsUp { flushRing() } else { flushSockets() }
    }

    /// Touches every page the port will use and makes the kernel walk its paths once.
    package mutating func prefault() {
        sendMemory.touch()
        streams.touch()
        datagrams.touch()
        if ringIsUp { enter() }
    }
}

extension PortConfig {
    func sendCapacity(slot: Int) -> Int {
        slot >= Self.venueSlots && slot < Self.clientSlotsStart
            ? datagramSendBytes : streamSendBytes
    }

    var memoryBytes: Int {
        sendBytes + streamBuffers * streamBufferBytes + datagramBuffers * datagramBufferBytes
    }

    /// Two gather buffers a slot.
    var sendBytes: Int {
        var bytes = 0
        for slot in 0..<slots { bytes += 2 * sendCapacity(slot: slot) }
        return bytes
    }
}
