import CShims
import Crossing
import Vocabulary
import Wire

/// The server side of SoupBinTCP: to its clients Apus is a venue.
extension Engine {
    mutating func clientConnected(_ connection: Int) {
        unsafe connectionBuffers[connection].reset()
        var fresh = ClientConnection()
        fresh.isOpen = true
        fresh.openedNs = nowNs
        fresh.lastReceivedNs = nowNs
        fresh.lastSentNs = nowNs
        fresh.lastProgressNs = nowNs
        unsafe connections[connection] = fresh
        // Nothing it asked could be recorded, so nothing could be answered.
        if overrun.isOn { cut(connection, .ringFull) }
    }

    @inline(__always)
    mutating func clientBytes(_ connection: Int, _ bytes: UnsafeRawPointer, _ count: Int) {
        guard unsafe connections[connection].isOpen else { return }
        unsafe connections[connection].lastReceivedNs = nowNs
        guard unsafe connectionBuffers[connection].append(bytes, count: count) else {
            // More than a buffer ahead of what its turns allow: a flood. Its orders are canceled
            // like those of any client that drops.
            dropClient(connection, .flood, length: count)
            return
        }
    }

    /// One client's turn: at most eight messages, then the others, the venues and the kill word.
    @inline(__always)
    mutating func serveClient(_ connection: Int) {
        var left = EngineConfig.clientMessagesPerTurn
        while left > 0, unsafe connections[connection].isOpen,
            unsafe !connections[connection].closing
        {
            switch unsafe connectionBuffers[connection].next() {
            case .needMore: return
            case .malformed: return dropMalformed(connection)
            case .packet(let type, let payload, let length):
                if unsafe connections[connection].staleBytes != 0 {
                    noteStaleBytes(connection, 2 + 1 + length)
                }
                unsafe clientPacket(connection, type, payload, length)
                stall.isServingStale = false
            }
            left -= 1
        }
    }

    /// The packet about to be served waited through a stall.
    private mutating func noteStaleBytes(_ connection: Int, _ bytes: Int) {
        stall.isServingStale = true
        let stale = unsafe connections[connection].staleBytes
        guard stale != ClientConnection.allStale else { return }
        unsafe connections[connection].staleBytes = max(0, stale - bytes)
    }

    /// The length in front of what waits is none that a packet can have: where the next packet
    /// begins is not known any more.
    private mutating func dropMalformed(_ connection: Int) {
        let declared = unsafe connectionBuffers[connection].declaredLength
        let bytes = unsafe connectionBuffers[connection].pending
        let count = unsafe connectionBuffers[connection].pendingCount
        unsafe dropClient(
            connection,
            .packetLength,
            type: 0,
            length: declared,
            bytes: bytes,
            count: count
        )
    }

    @inline(__always)
    private mutating func clientPacket(
        _ connection: Int,
        _ type: UInt8,
        _ payload: UnsafeRawPointer,
        _ count: Int
    ) {
        let login = unsafe connections[connection].login
        switch Soup.PacketType(rawValue: type) {
        case .unsequencedData:
            guard login != noIndex16 else {
                return dropClient(connection, .dataBeforeLogin, type: type, length: count)
            }
            counters.add(.clientMessages, 1)
            unsafe clientMessage(Int(login), payload, count)
        case .loginRequest:
            guard login == noIndex16 else {
                return dropClient(connection, .secondLogin, type: type, length: count)
            }
            unsafe clientLogin(connection, payload, count)
        case .clientHeartbeat, .debug: break
        case .logoutRequest: dropClient(connection, .loggedOut)
        default: dropClient(connection, .packetType, type: type, length: count)
        }
    }

    private mutating func clientLogin(
        _ connection: Int,
        _ payload: UnsafeRawPointer,
        _ count: Int
    ) {
        let span = unsafe RawSpan(_unsafeStart: payload, byteCount: count)
        let request: Soup.LoginRequest
        do throws(WireError) {
            request = Soup.LoginRequest(try Soup.LoginRequestView(span))
        } catch {
            return rejectLogin(connection, .notAuthorized, login: noIndex16)
        }
        let login = findLogin(request.username)
        guard login != noIndex16 else {
            return rejectLogin(connection, .notAuthorized, login: login)
        }
        // Nobody looks at the password while a failed attempt's wait lasts. So it tells a guesser
        // nothing, and must not prolong the wait: who tries on with the right one gets in.
        guard nowNs >= (unsafe logins[Int(login)].lockedUntilNs) else {
            return rejectLogin(connection, .notAuthorized, login: login, isGuess: false)
        }
        guard Soup.sameCredential(image.client(Int(login)).password, request.password) else {
            return rejectLogin(connection, .notAuthorized, login: login)
        }

        let index = Int(login)
        let next = unsafe stores[index].count + 1
        let wanted = request.requestedSequenceNumber
        let session = clientSessionName(index)
        guard request.requestedSession == .blank || request.requestedSession == session,
            wanted <= next
        else { return rejectLogin(connection, .sessionNotAvailable, login: login) }

        // The right password on a second connection takes the session over; the half-open one is
        // cut without canceling anything (semantics.md §2.11).
        let former = unsafe logins[index].connection
        if former >= 0 { cut(Int(former), .connectionLost) }
        unsafe logins[index].connection = Int32(connection)
        unsafe logins[index].cursor = wanted == 0 ? next : wanted
        unsafe logins[index].failedLogins = 0
        unsafe logins[index].everLoggedIn = true
        unsafe logins[index].graceUntilNs = 0
        unsafe connections[connection].login = login
        mailbox.setAdmitted(slot: SlotMap.firstClient + connection, true)
        let answer = Soup.LoginAccepted(
            session: session,
            sequenceNumber: unsafe logins[index].cursor
        )
        unsafe writeToClient(connection, 33) { unsafe answer.write(to: $0) }
        recordClient(login, .loggedIn, value: Int64(unsafe logins[index].cursor))
    }

    private mutating func rejectLogin(
        _ connection: Int,
        _ reason: Soup.LoginRejectReason,
        login: UInt16,
        isGuess: Bool = true
    ) {
        if isGuess, login != noIndex16, reason == .notAuthorized {
            unsafe logins[Int(login)].failedLogins += 1
            let failed = min(unsafe logins[Int(login)].failedLogins, 6)
            // 100 ms doubling to 3.2 s: a guesser is slowed, a mistyped password is not locked out.
            unsafe logins[Int(login)].lockedUntilNs = nowNs + 50_000_000 << Int64(failed)
        }
        let answer = Soup.LoginRejected(reason: reason)
        unsafe writeToClient(connection, 4) { unsafe answer.write(to: $0) }
        unsafe connections[connection].closing = true
        unsafe connections[connection].parting =
            isGuess && reason == .notAuthorized ? .loginRefused : .connectionLost
        recordClient(login, .loginRejected, value: Int64(reason.rawValue))
    }

    /// Writes a few bytes straight to a connection, past the store: only session packets.
    @inline(__always)
    mutating func writeToClient(
        _ connection: Int,
        _ bytes: Int,
        _ write: (UnsafeMutableRawPointer) -> Int
    ) {
        let slot = SlotMap.firstClient + connection
        guard let target = unsafe port.gather(slot: slot, bytes: bytes) else { return }
        port.gathered(slot: slot, bytes: unsafe write(target))
        unsafe connections[connection].lastSentNs = nowNs
    }

    @inline(__always)
    private func findLogin(_ user: Name) -> UInt16 {
        for index in 0..<config.clientCount {
            let known = image.client(index).user
            let name = Name(low: known.raw, high: Name.blank.high)
            if Soup.sameCredential(name, user) { return UInt16(index) }
        }
        return noIndex16
    }

    /// Date and epoch, so that a lost region answers the old name with `J` `S` (semantics §5.7).
    func clientSessionName(_ login: Int) -> Alpha10 {
        var name = Alpha10.blank
        let date = UInt64(config.tradingDate % 1_000_000)
        let number = date * 10_000 + UInt64(config.epoch % 10_000)
        unsafe withUnsafeMutableBytes(of: &name) { bytes in
            var rest = number
            for index in stride(from: 9, through: 0, by: -1) {
                unsafe bytes[index] = 0x30 + UInt8(rest % 10)
                rest /= 10
            }
        }
        return name
    }

    /// Writes stored messages a client has not been sent yet; one SEND a turn.
    @inline(__always)
    mutating func pumpClient(_ connection: Int) {
        let login = unsafe connections[connection].login
        let slot = SlotMap.firstClient + connection
        guard login != noIndex16, port.canSend(slot: slot) else { return }
        let index = Int(login)
        let count = unsafe stores[index].count
        var cursor = unsafe logins[index].cursor
        guard cursor <= count else {
            unsafe connections[connection].lastProgressNs = nowNs
            return
        }
        // Bounded by the gather buffer: when it is full the rest waits for the next turn.
        while cursor <= count {
            guard let message = unsafe stores[index].message(cursor) else { break }
            let length = unsafe message.count
            guard let target = unsafe port.gather(slot: slot, bytes: 3 + length) else { break }
            let header = unsafe Soup.writeHeader(.sequencedData, payloadLength: length, to: target)
            unsafe (target + header).copyMemory(from: message.bytes, byteCount: length)
            port.gathered(slot: slot, bytes: header + length)
            cursor += 1
        }
        unsafe logins[index].cursor = cursor
        unsafe connections[connection].lastSentNs = nowNs
        unsafe connections[connection].lastProgressNs = nowNs
    }

    /// Closes a connection and nothing more; `parting` is what the admin thread is told.
    mutating func cut(_ connection: Int, _ parting: ClientFault) {
        guard unsafe connections[connection].isOpen else { return }
        let login = unsafe connections[connection].login
        if login != noIndex16, unsafe logins[Int(login)].connection == Int32(connection) {
            unsafe logins[Int(login)].connection = -1
        }
        unsafe connections[connection] = ClientConnection()
        unsafe connections[connection].parting = parting
        port.release(slot: SlotMap.firstClient + connection)
    }

    mutating func recordClient(_ login: UInt16, _ event: SessionEvent, value: Int64) {
        begin(.session)
        unsafe scratch.pointee.client = login
        unsafe scratch.pointee.detail = event.rawValue
        unsafe scratch.pointee.value = value
        unsafe commit(nil, 0)
    }
}
