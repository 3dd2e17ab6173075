import Vocabulary
package import Wire

// What is missing, who is asked for it, and when it is given up.
extension FeedSession {
    /// Once a turn: notices silence, asks the re-request server, gives up what nobody answers for.
    ///
    /// - Parameter nowNs: ns UTC.
    /// - Returns: the request to send now, if one is due. After a call, pull ``next()``.
    package mutating func timer(nowNs: Int64) -> Mold.Request? {
        noticeSilence(nowNs: nowNs)
        noticePeace(nowNs: nowNs)
        guard gapIsOpen, !cursor.isActive, !isHolding, nowNs >= requestDueNs else { return nil }
        guard requestsUnanswered < config.requestsMax else {
            giveUp(nowNs: nowNs)
            return nil
        }
        requestsUnanswered += 1
        requestDueNs = nowNs + config.retryNs
        counters.requests += 1
        let wanted = min(missing, UInt64(config.requestMessagesMax), UInt64(Mold.messageCountMax))
        return Mold.Request(
            session: session,
            sequenceNumber: nextSeq,
            messageCount: UInt16(truncatingIfNeeded: wanted)
        )
    }

    /// Messages up to the first that is held, or up to the last anything told of.
    private var missing: UInt64 {
        let upTo = hold.first?.first ?? knownNext
        return upTo > nextSeq ? upTo - nextSeq : 0
    }

    /// Called when nothing can be delivered: is something missing now, still, or no more?
    mutating func settle() {
        guard nextSeq < knownNext else {
            if gapIsOpen {
                gapIsOpen = false
                tell(.gapRecovered, seq: nextSeq, missing: 0)
            }
            if hasEnded && !endTold {
                endTold = true
                tell(.sessionEnded, seq: nextSeq, missing: 0)
            }
            return
        }
        if !gapIsOpen {
            gapIsOpen = true
            counters.gaps += 1
            tell(.gapBegan, seq: nextSeq, missing: missing)
        } else if nextSeq == gapSeq {
            return
        }
        // A new gap, or something came and more is missing. The server has just answered: it may
        // be asked for the rest at once. Otherwise the other line gets its chance first.
        let serverAnswered = receivedLine == .request
        requestDueNs = receivedNs + (serverAnswered ? 0 : config.requestDelayNs)
        requestsUnanswered = 0
        gapSeq = nextSeq
    }

    private mutating func giveUp(nowNs: Int64) {
        receivedNs = nowNs
        let lost = missing
        tell(.gapLost, seq: nextSeq, missing: lost)
        counters.messagesLost += lost
        nextSeq += lost
        gapIsOpen = false
        hasLost = true
    }

    mutating func contest(nowNs: Int64) {
        contestedNs = nowNs
        guard !isContested else { return }
        isContested = true
        tell(.contested, seq: nextSeq, missing: 0)
    }

    private mutating func noticePeace(nowNs: Int64) {
        guard isContested, nowNs - contestedNs > config.silenceNs else { return }
        receivedNs = nowNs
        isContested = false
        if !isSilent && !hasEnded { tell(.alive, seq: nextSeq, missing: 0) }
    }

    private mutating func noticeSilence(nowNs: Int64) {
        guard hasJoined, !hasEnded, !isSilent else { return }
        guard nowNs - lastCurrentNs > config.silenceNs else { return }
        receivedNs = nowNs
        isSilent = true
        tell(.silent, seq: nextSeq, missing: 0)
    }
}
