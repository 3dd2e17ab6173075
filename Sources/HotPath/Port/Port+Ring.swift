import CShims
import Glibc
import Vocabulary

/// io_uring: set-up, adoption, the poll.
extension Port {
    // MARK: Set-up

    /// Tries the modes best first. 0, or the errno of the last refusal.
    mutating func openRing() -> Int32 {
        var failure = ENOSYS
        for index in 0..<3 {
            let mode: PortMode =
                index == 0 ? .ringDeferTaskrun : index == 1 ? .ringCoopTaskrun : .ringPlain
            if config.deniedModes.contains(PortModes(mode)) {
                failure = EPERM
                continue
            }
            failure = openRing(mode)
            if failure == 0 {
                activeTransport = mode
                ringIsUp = true
                return 0
            }
        }
        return failure
    }

    private mutating func openRing(_ mode: PortMode) -> Int32 {
        // Four completions a receive buffer: an overflow would cost a system call to recover.
        let completions = min(65_536, 4 * (config.streamBuffers + config.datagramBuffers))
        let setup = unsafe shim_ring_setup(
            ring,
            config.submissionEntries,
            UInt32(completions),
            mode.setupFlags
        )
        guard setup == 0 else { return -setup }
        let failure = equipRing()
        if failure != 0 { unsafe io_uring_queue_exit(ring) }
        return failure
    }

    /// Registers the ring itself, the file table and the buffers; then proves that a multishot
    /// receive works here, because an old kernel says so only when asked to do one.
    private mutating func equipRing() -> Int32 {
        let registered = unsafe io_uring_register_ring_fd(ring)
        guard registered == 1 else { return registered < 0 ? -registered : EINVAL }
        let table = unsafe io_uring_register_files_sparse(ring, UInt32(config.slots))
        guard table == 0 else { return -table }
        let first = unsafe streams.register(ring)
        guard first == 0 else { return -first }
        let second = unsafe datagrams.register(ring)
        guard second == 0 else { return -second }
        return proveReceive()
    }

    private mutating func proveReceive() -> Int32 {
        var pair: (Int32, Int32) = (-1, -1)
        let made = unsafe withUnsafeMutableBytes(of: &pair) { raw in
            unsafe socketpair(
                AF_UNIX,
                Int32(SOCK_STREAM.rawValue),
                0,
                raw.baseAddress!.assumingMemoryBound(to: Int32.self)
            )
        }
        guard made == 0 else { return errno }
        defer {
            close(pair.0)
            close(pair.1)
        }
        var byte: UInt8 = 1
        guard unsafe shim_ring_file(ring, 0, pair.0) == 1 else { return EBADF }
        guard unsafe shim_ring_receive(ring, 0, streams.group, Completion.none) else {
            return EBUSY
        }
        guard unsafe write(pair.1, &byte, 1) == 1 else { return EIO }
        _ = unsafe shim_ring_wait(ring, 100_000_000)
        var verdict = ETIME
        // The byte, then (the table entry gone and the peer closed) the end of the request.
        shutdown(pair.1, Int32(SHUT_RDWR))
        for _ in 0..<4 {
            let head = unsafe shim_ring_head(ring)
            guard unsafe head != shim_ring_tail(ring) else {
                _ = unsafe shim_ring_wait(ring, 100_000_000)
                continue
            }
            let completion = unsafe shim_ring_completion(ring, head)
            unsafe shim_ring_seen(ring, head &+ 1)
            if completion.flags & UInt32(shim_cqe_buffer) != 0 {
                streams.lend(UInt16(completion.flags >> UInt32(shim_cqe_buffer_shift)))
            }
            if completion.res == 1 { verdict = 0 }
            if completion.flags & UInt32(shim_cqe_more) == 0 {
                if completion.res < 0 { verdict = -completion.res }
                break
            }
        }
        streams.giveBack()
        _ = unsafe shim_ring_file(ring, 0, -1)
        return verdict
    }

    // MARK: Sockets in and out

    mutating func adoptInRing(_ slot: Int, _ fd: Int32, _ datagram: Bool) -> Bool {
        systemCallCount &+= 1
        guard unsafe shim_ring_file(ring, UInt32(slot), fd) == 1 else { return false }
        unsafe slots[slot].open(fd: fd, isDatagram: datagram)
        postReceive(slot)
        return true
    }

    /// Asks the kernel to give up what it still holds of an ending slot.
    mutating func cancelInRing(_ slot: Int) {
        let entry = unsafe slots[slot]
        if entry.receiving { postCancel(Completion.receive(slot, entry)) }
        if entry.sending { postCancel(Completion.send(slot, entry)) }
    }

    private mutating func postCancel(_ target: UInt64) {
        if unsafe shim_ring_cancel(ring, target, Completion.none) { return }
        enter()
        _ = unsafe shim_ring_cancel(ring, target, Completion.none)
    }

    mutating func postReceive(_ slot: Int) {
        let entry = unsafe slots[slot]
        let group = entry.isDatagram ? datagrams.group : streams.group
        let tag = Completion.receive(slot, entry)
        if unsafe !shim_ring_receive(ring, Int32(slot), group, tag) {
            enter()
            guard unsafe shim_ring_receive(ring, Int32(slot), group, tag) else {
                retrying.insert(slot)
                return
            }
        }
        unsafe slots[slot].receiving = true
    }

    @inline(__always)
    mutating func enter() {
        systemCallCount &+= 1
        _ = unsafe shim_ring_enter(ring)
    }

    // MARK: The poll

    mutating func pollRing(
        into events: UnsafeMutablePointer<PortEvent>,
        max: Int,
        mayWait: Bool
    ) -> Int {
        streams.giveBack()
        datagrams.giveBack()
        repostReceives()
        // One enter releases about 20 completions; a burst takes a few, never an unbounded number.
        for _ in 0..<4 {
            guard unsafe shim_ring_queued(ring) > 0 || ringNeedsEnter else { break }
            enter()
        }
        var count = unsafe drain(into: events, max: max)
        if count > 0 {
            emptyPolls = 0
            return count
        }
        emptyPolls += 1
        guard mayWait && config.idle == .yield && emptyPolls > config.emptyPollsMax else {
            shim_pause()
            return 0
        }
        systemCallCount &+= 1
        _ = unsafe shim_ring_wait(ring, config.waitNs)
        count = unsafe drain(into: events, max: max)
        if count > 0 { emptyPolls = 0 }
        return count
    }

    @inline(__always)
    private var ringNeedsEnter: Bool {
        unsafe shim_ring_flags(ring) & UInt32(shim_ring_needs_enter) != 0
    }

    private mutating func repostReceives() {
        var slot = retrying.next(from: 0)
        while slot >= 0 {
            retrying.remove(slot)
            if unsafe slots[slot].phase == .open { postReceive(slot) }
            slot = retrying.next(from: slot + 1)
        }
    }

    /// Turns completions into events, then the slots the kernel has let go into `.closed`.
    private mutating func drain(into events: UnsafeMutablePointer<PortEvent>, max: Int) -> Int {
        var count = 0
        var head = unsafe shim_ring_head(ring)
        let tail = unsafe shim_ring_tail(ring)
        while head != tail && count < max {
            let completion = unsafe shim_ring_completion(ring, head)
            head = head &+ 1
            switch Completion.kind(completion.user_data) {
            case Completion.kindStream, Completion.kindDatagram:
                if unsafe received(completion, into: events + count) { count += 1 }
            case Completion.kindSend:
                sent(completion)
            default:
                break
            }
        }
        unsafe shim_ring_seen(ring, head)
        return unsafe closeEnded(into: events, count: count, max: max)
    }

    /// - Returns: whether `event` was written.
    private mutating func received(
        _ completion: shim_completion,
        into event: UnsafeMutablePointer<PortEvent>
    ) -> Bool {
        let isDatagram = Completion.kind(completion.user_data) == Completion.kindDatagram
        var bytes: UnsafeMutableRawPointer? = nil
        if completion.flags & UInt32(shim_cqe_buffer) != 0 {
            let id = UInt16(completion.flags >> UInt32(shim_cqe_buffer_shift))
            if isDatagram { datagrams.lend(id) } else { streams.lend(id) }
            unsafe bytes = isDatagram ? datagrams.bytes(Int(id)) : streams.bytes(Int(id))
        }
        let slot = Completion.slot(completion.user_data)
        guard isCurrent(completion.user_data, slot) else { return false }
        if completion.flags & UInt32(shim_cqe_more) == 0 {
            unsafe slots[slot].receiving = false
            receiveEnded(slot, completion.res)
        }
        guard completion.res > 0, let bytes = unsafe bytes else { return false }
        guard unsafe slots[slot].phase != .released else { return false }
        unsafe event.pointee = PortEvent(
            kind: isDatagram ? .datagram : .data,
            slot: UInt16(slot),
            bytes: bytes,
            count: Int(completion.res)
        )
        return true
    }

    /// A multishot receive is over: post it again, or begin the end of the slot.
    private mutating func receiveEnded(_ slot: Int, _ result: Int32) {
        guard unsafe slots[slot].phase == .open else { return }
        let isDatagram = unsafe slots[slot].isDatagram
        switch result {
        case 1...:
            retrying.insert(slot)
        case -ENOBUFS:
            bufferShortages &+= 1
            retrying.insert(slot)
        case 0 where isDatagram:
            // An empty datagram ends a multishot receive, not the socket.
            retrying.insert(slot)
        case -ECONNREFUSED where isDatagram, -EHOSTUNREACH where isDatagram,
            -ENETUNREACH where isDatagram:
            datagramErrors &+= 1
            retrying.insert(slot)
        default:
            unsafe slots[slot].phase = .ending
            if unsafe slots[slot].error == 0 { unsafe slots[slot].error = -result }
            end(slot)
        }
    }

    private mutating func closeEnded(
        into events: UnsafeMutablePointer<PortEvent>,
        count: Int,
        max: Int
    ) -> Int {
        var count = count
        var slot = ending.next(from: 0)
        while slot >= 0 && count < max {
            let entry = unsafe slots[slot]
            if !entry.receiving && !entry.sending {
                ending.remove(slot)
                retrying.remove(slot)
                systemCallCount &+= 1
                _ = unsafe shim_ring_file(ring, UInt32(slot), -1)
                unsafe slots[slot].phase = .vacant
                unsafe events[count] = closedEvent(slot)
                count += 1
            }
            slot = ending.next(from: slot + 1)
        }
        return count
    }

    @inline(__always)
    func isCurrent(_ tag: UInt64, _ slot: Int) -> Bool {
        guard slot < config.slots else { return false }
        return unsafe slots[slot].generation == Completion.generation(tag)
            && slots[slot].phase != .vacant
    }

    @inline(__always)
    func closedEvent(_ slot: Int) -> PortEvent {
        unsafe PortEvent(
            kind: .closed,
            slot: UInt16(slot),
            error: slots[slot].error,
            bytes: UnsafeRawPointer(sendMemory.base)
        )
    }
}

extension PortMode {
    var setupFlags: UInt32 {
        let common = shim_ring_submit_all
        switch self {
        case .ringDeferTaskrun:
            return UInt32(
                common | shim_ring_single_issuer | shim_ring_defer_taskrun
                    | shim_ring_taskrun_flag
            )
        case .ringCoopTaskrun:
            return UInt32(
                common | shim_ring_coop_taskrun | shim_ring_taskrun_flag
            )
        case .ringPlain, .sockets, .memory:
            return UInt32(common)
        }
    }
}

/// What `user_data` says: kind (8 bits), slot (16), generation (32).
enum Completion {
    @inline(__always) static var none: UInt64 { 0 }
    @inline(__always) static var kindStream: UInt64 { 1 }
    @inline(__always) static var kindDatagram: UInt64 { 2 }
    @inline(__always) static var kindSend: UInt64 { 3 }

    @inline(__always) static func kind(_ tag: UInt64) -> UInt64 { tag >> 56 }
    @inline(__always) static func slot(_ tag: UInt64) -> Int { Int(tag >> 32 & 0xFFFF) }
    @inline(__always) static func generation(_ tag: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: tag)
    }

    @inline(__always) static func receive(_ slot: Int, _ entry: PortSlot) -> UInt64 {
        make(entry.isDatagram ? kindDatagram : kindStream, slot, entry.generation)
    }

    @inline(__always) static func send(_ slot: Int, _ entry: PortSlot) -> UInt64 {
        make(kindSend, slot, entry.generation)
    }

    @inline(__always)
    private static func make(_ kind: UInt64, _ slot: Int, _ generation: UInt32) -> UInt64 {
        kind << 56 | UInt64(slot) << 32 | UInt64(generation)
    }
}
