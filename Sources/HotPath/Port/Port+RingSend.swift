import CShims
import Glibc
import Vocabulary

/// io_uring: sending. At most one SEND a socket is with the kernel; a second one could pass a
/// first that waits for room, and the stream would be torn.
extension Port {
    mutating func flushRing() {
        var slot = gathering.next(from: 0)
        while slot >= 0 {
            gathering.remove(slot)
            unsafe slots[slot].swapBuffers()
            unsafe slots[slot].sending = true
            postSend(slot)
            slot = gathering.next(from: slot + 1)
        }
        guard unsafe shim_ring_queued(ring) > 0 else { return }
        enter()
        reapSends()
    }

    private mutating func postSend(_ slot: Int) {
        let entry = unsafe slots[slot]
        let tag = Completion.send(slot, entry)
        let bytes = unsafe entry.inFlight + entry.sentBytes
        let count = entry.inFlightBytes - entry.sentBytes
        if unsafe shim_ring_send(ring, Int32(slot), bytes, count, tag) { return }
        enter()
        let posted = unsafe shim_ring_send(ring, Int32(slot), bytes, count, tag)
        invariant(posted, "an enter makes room in the submission queue")
    }

    /// Looks for finished sends among the completions nobody has drained yet, so that `canSend`
    /// tells the truth in the same turn.
    private mutating func reapSends() {
        let head = unsafe shim_ring_head(ring)
        let tail = unsafe shim_ring_tail(ring)
        // Positions wrap; a distance beyond the unread part means they were drained meanwhile.
        var position = reapedUpTo &- head <= tail &- head ? reapedUpTo : head
        while position != tail {
            let completion = unsafe shim_ring_completion(ring, position)
            if Completion.kind(completion.user_data) == Completion.kindSend {
                unsafe shim_ring_forget(ring, position)
                sent(completion)
            }
            position = position &+ 1
        }
        reapedUpTo = tail
    }

    /// One SEND is over.
    mutating func sent(_ completion: shim_completion) {
        let slot = Completion.slot(completion.user_data)
        guard isCurrent(completion.user_data, slot) else { return }
        let entry = unsafe slots + slot
        if completion.res >= 0 {
            unsafe entry.pointee.sentBytes += Int(completion.res)
            let isWhole = unsafe entry.pointee.sentBytes >= entry.pointee.inFlightBytes
            if unsafe !isWhole && entry.pointee.phase == .open && completion.res > 0 {
                // Cut short in spite of MSG_WAITALL: the rest goes next, or says why it cannot.
                postSend(slot)
                return
            }
        }
        unsafe entry.pointee.sending = false
        if unsafe entry.pointee.phase == .ending && completion.res < 0 {
            // The receive ended first; a reset is told to whichever call asks next, so the send
            // may be the one that knows why.
            let isOurCancel = completion.res == -ECANCELED
            if unsafe !isOurCancel && entry.pointee.error == 0 {
                unsafe entry.pointee.error = -completion.res
            }
        }
        guard unsafe entry.pointee.phase == .open else { return }
        if completion.res < 0 {
            sendFailed(slot, -completion.res)
        } else if unsafe entry.pointee.filledBytes > 0 {
            gathering.insert(slot)
        }
    }

    /// A stream that cannot be written ends, after what it received is delivered; a datagram that
    /// nobody takes is only counted.
    mutating func sendFailed(_ slot: Int, _ error: Int32) {
        let isDatagram = unsafe slots[slot].isDatagram
        if isDatagram && error != EBADF && error != ENOTSOCK {
            datagramErrors &+= 1
            if unsafe slots[slot].filledBytes > 0 { gathering.insert(slot) }
            return
        }
        unsafe slots[slot].phase = .ending
        unsafe slots[slot].error = error
        end(slot)
    }
}
