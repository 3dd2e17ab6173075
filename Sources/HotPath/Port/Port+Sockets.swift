import CShims
import Glibc
import Vocabulary

/// Spinning non-blocking sockets: the transport under Onload and VMA, and where there is no ring.
extension Port {
    mutating func adoptInSockets(_ slot: Int, _ fd: Int32, _ datagram: Bool) -> Bool {
        guard watch(fd) else { return false }
        unsafe slots[slot].open(fd: fd, isDatagram: datagram)
        listening.insert(slot)
        return true
    }

    // MARK: The leaves: kernel or wire

    @inline(__always)
    private mutating func watch(_ fd: Int32) -> Bool {
        guard wire == nil else { return true }
        systemCallCount &+= 1
        return shim_epoll_watch(epoll, fd) == 0
    }

    @inline(__always)
    private mutating func forget(_ fd: Int32) {
        guard wire == nil else { return }
        systemCallCount &+= 1
        _ = shim_epoll_forget(epoll, fd)
    }

    @inline(__always)
    private mutating func takeBytes(
        _ fd: Int32,
        _ target: UnsafeMutableRawPointer,
        _ count: Int
    ) -> Int {
        if let wire { return unsafe wire.receive(fd, into: target, count) }
        systemCallCount &+= 1
        return unsafe shim_socket_receive(fd, target, count)
    }

    @inline(__always)
    private mutating func giveBytes(
        _ fd: Int32,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) -> Int {
        if let wire { return unsafe wire.send(fd, bytes, count) }
        systemCallCount &+= 1
        return unsafe shim_socket_send(fd, bytes, count)
    }

    // MARK: The poll

    mutating func pollSockets(
        into events: UnsafeMutablePointer<PortEvent>,
        max: Int,
        mayWait: Bool
    ) -> Int {
        streams.takeAllBack()
        datagrams.takeAllBack()
        sendBacklog()
        var count = unsafe receiveRound(into: events, max: max)
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
        // Readiness only ends the sleep; the round finds out who it was. Whole milliseconds.
        guard shim_epoll_wait(epoll, Int32((config.waitNs + 999_999) / 1_000_000)) > 0 else {
            return 0
        }
        count = unsafe receiveRound(into: events, max: max)
        if count > 0 { emptyPolls = 0 }
        return count
    }

    /// Asks every socket once, beginning where the last full round stopped.
    private mutating func receiveRound(
        into events: UnsafeMutablePointer<PortEvent>,
        max: Int
    ) -> Int {
        var count = 0
        var slot = listening.next(from: firstSlot)
        while slot >= 0 && count < max {
            count = unsafe receive(slot, into: events, count: count, max: max)
            slot = listening.next(from: slot + 1)
        }
        if slot >= 0 {
            firstSlot = slot
        } else {
            let end = firstSlot
            firstSlot = 0
            slot = listening.next(from: 0)
            while slot >= 0 && slot < end && count < max {
                count = unsafe receive(slot, into: events, count: count, max: max)
                slot = listening.next(from: slot + 1)
            }
            if slot >= 0 && slot < end { firstSlot = slot }
        }
        return unsafe closeReleased(into: events, count: count, max: max)
    }

    /// One receive of a stream, up to 32 of a datagram socket: what a turn takes of a feed.
    private mutating func receive(
        _ slot: Int,
        into events: UnsafeMutablePointer<PortEvent>,
        count: Int,
        max: Int
    ) -> Int {
        var count = count
        let isDatagram = unsafe slots[slot].isDatagram
        var left = isDatagram ? 32 : 1
        while left > 0 && count < max {
            left -= 1
            let id = isDatagram ? datagrams.free : streams.free
            guard id >= 0 else { break }
            let buffer = unsafe isDatagram ? datagrams.bytes(id) : streams.bytes(id)
            let size = isDatagram ? datagrams.bufferBytes : streams.bufferBytes
            let got = unsafe takeBytes(slots[slot].fd, buffer, size)
            guard got > 0 else {
                receiveStopped(slot, Int32(truncatingIfNeeded: got))
                // An empty or refused datagram hides no further one.
                if isDatagram && got != Int(-EAGAIN) { continue }
                break
            }
            if isDatagram { datagrams.take() } else { streams.take() }
            unsafe events[count] = PortEvent(
                kind: isDatagram ? .datagram : .data,
                slot: UInt16(slot),
                bytes: buffer,
                count: got
            )
            count += 1
        }
        return count
    }

    private mutating func receiveStopped(_ slot: Int, _ result: Int32) {
        let entry = unsafe slots[slot]
        switch result {
        case -EAGAIN, -EINTR:
            // A stream whose send failed has now delivered all it had received.
            guard entry.phase == .ending else { return }
        case 0 where entry.isDatagram, -ECONNREFUSED where entry.isDatagram,
            -EHOSTUNREACH where entry.isDatagram, -ENETUNREACH where entry.isDatagram:
            if result < 0 { datagramErrors &+= 1 }
            return
        default:
            unsafe slots[slot].phase = .ending
            if entry.error == 0 { unsafe slots[slot].error = -result }
        }
        listening.remove(slot)
        end(slot)
    }

    private mutating func closeReleased(
        into events: UnsafeMutablePointer<PortEvent>,
        count: Int,
        max: Int
    ) -> Int {
        var count = count
        var slot = ending.next(from: 0)
        while slot >= 0 && count < max {
            let entry = unsafe slots[slot]
            // Still listening and not released: received bytes come first.
            if entry.phase == .released || !listening.contains(slot) {
                ending.remove(slot)
                listening.remove(slot)
                retrying.remove(slot)
                forget(entry.fd)
                unsafe slots[slot].phase = .vacant
                unsafe events[count] = closedEvent(slot)
                count += 1
            }
            slot = ending.next(from: slot + 1)
        }
        return count
    }

    // MARK: Sending

    mutating func flushSockets() {
        var slot = gathering.next(from: 0)
        while slot >= 0 {
            gathering.remove(slot)
            unsafe slots[slot].swapBuffers()
            unsafe slots[slot].sending = true
            sendInFlight(slot)
            slot = gathering.next(from: slot + 1)
        }
    }

    /// What the kernel had no room for, tried again each poll.
    private mutating func sendBacklog() {
        var slot = retrying.next(from: 0)
        while slot >= 0 {
            retrying.remove(slot)
            if unsafe slots[slot].phase == .open && slots[slot].sending { sendInFlight(slot) }
            slot = retrying.next(from: slot + 1)
        }
    }

    private mutating func sendInFlight(_ slot: Int) {
        let entry = unsafe slots + slot
        let left = unsafe entry.pointee.inFlightBytes - entry.pointee.sentBytes
        let sent = unsafe giveBytes(
            entry.pointee.fd,
            entry.pointee.inFlight + entry.pointee.sentBytes,
            left
        )
        if sent == Int(-EAGAIN) || sent == Int(-EINTR) || (sent >= 0 && sent < left) {
            if sent > 0 { unsafe entry.pointee.sentBytes += sent }
            retrying.insert(slot)
            return
        }
        unsafe entry.pointee.sending = false
        if sent < 0 {
            sendFailed(slot, Int32(truncatingIfNeeded: -sent))
        } else if unsafe entry.pointee.filledBytes > 0 {
            gathering.insert(slot)
        }
    }
}
