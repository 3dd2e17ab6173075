import ExchangeSimulator
import Glibc
import HotPath
import Vocabulary
import Wire

/// What goes wrong with a session at one of its messages.
enum SessionFault: Int, CaseIterable, Sendable {
    case drop, takeover, endOfSession, sessionUnknown, otherName, sequenceAhead, sequenceBehind
    case replayCutTwice, rolledWhileDown, flap

    /// After it only a person opens the session again.
    var losesSession: Bool {
        switch self {
        case .sessionUnknown, .otherName, .sequenceAhead, .sequenceBehind, .rolledWhileDown: true
        case .drop, .takeover, .endOfSession, .replayCutTwice, .flap: false
        }
    }
}

/// The real simulated exchange at the other end of the rig's socket, with a hand on the cable.
final class BridgedVenue {
    private let rig: EngineRig
    private(set) var venue: Venue
    private var peer: PeerSocket
    private var connection: ConnectionID?
    private var isOff = false
    private let maker: ConnectionID
    private var makerNumber: UInt32 = 0

    /// UserRefNums of Enter and Replace seen on the wire, in order.
    private(set) var sentNumbers: [UInt32] = []
    /// New orders and replaces read from the socket are thrown away: never received.
    var losesOrders = false
    private(set) var ordersLost = 0

    /// Sequenced packets brought to the engine so far.
    private(set) var delivered = 0
    private var fault: (at: Int, fault: SessionFault, half: Bool)?
    private(set) var hasFired = false
    private var loginFault: SessionFault?
    /// At the next logins: cut after so many sequenced packets.
    private var cutsAfter: [Int] = []
    private var cutIn: Int?

    init(
        _ rig: EngineRig,
        fault: (at: Int, fault: SessionFault, half: Bool)? = nil,
        cancelsOnDisconnect: Bool = true
    ) {
        self.rig = rig
        self.fault = fault
        venue = Self.venue("RIGDAY", rig.nowNs, cancelsOnDisconnect)
        maker = venue.opened(.orderEntry, now: rig.nowNs)
        peer = rig.connect(slot: 0)
        connection = venue.opened(.orderEntry, now: rig.nowNs)
        venue.received(Self.login("maker"), on: maker, now: rig.nowNs)
        turns(10)
    }

    private static func venue(_ session: String, _ now: Int64, _ cancels: Bool) -> Venue {
        let ports = [
            PortConfiguration(
                user: Name("apus")!,
                password: Name("secret")!,
                firm: Alpha4("TEST")!,
                session: session,
                cancelsOnDisconnect: cancels
            ),
            PortConfiguration(
                user: Name("maker")!,
                password: Name("secret")!,
                firm: Alpha4("MAKE")!,
                session: "MAKER"
            ),
        ]
        let configuration = VenueConfiguration(
            name: "SIM",
            clock: DayClock(midnightNs: 1_699_938_000 * 1_000_000_000),
            ports: ports,
            symbols: [Symbol("AAPL")!, Symbol("MSFT")!],
            feedSession: Alpha10("FEED")!
        )
        return Venue(configuration, now: now)
    }

    private static func bytes(_ write: (UnsafeMutableRawPointer) -> Int) -> [UInt8] {
        withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { room in
            let count = write(room.baseAddress!)
            return Array(UnsafeRawBufferPointer(rebasing: room[0..<count]))
        }
    }

    private static func login(_ user: String) -> [UInt8] {
        bytes { target in
            Soup.LoginRequest(
                username: Name(user)!,
                password: Name("secret")!,
                requestedSequenceNumber: 1
            ).write(to: target)
        }
    }

    /// The maker rests a sell order of 1 000 shares.
    func rest(px: Int64) {
        makerNumber += 1
        let number = makerNumber
        let message = Self.bytes { target in
            let count = OUCH.EnterOrder(
                userRefNum: number,
                side: Side.sell.rawValue,
                quantity: OrderQty(units: 1_000),
                symbol: Symbol("AAPL")!,
                price: Price(units: px),
                timeInForce: TimeInForce.day.rawValue,
                display: UInt8(ascii: "Y"),
                capacity: UInt8(ascii: "P"),
                interMarketSweep: UInt8(ascii: "N"),
                crossType: UInt8(ascii: "N"),
                clOrdID: ClOrdIDField("MAKER")!
            ).write(to: target + 3)
            return Soup.writeHeader(.unsequencedData, payloadLength: count, to: target) + count
        }
        venue.received(message, on: maker, now: rig.nowNs)
    }

    /// Σ of what the exchange says it executed for us, buys less sells.
    var executedShares: Int64 {
        let store = venue.floor.ports[0].store
        var sides: [UInt32: Int64] = [:]
        var shares: Int64 = 0
        for sequence in 1..<store.nextSequence {
            let message = Array(store.message(sequence))
            let packet = PeerSocket.Packet(type: 0, payload: message)
            switch message[0] {
            case UInt8(ascii: "A"): sides[packet.big32(at: 9)] = message[13] == 0x42 ? 1 : -1
            case UInt8(ascii: "U"):
                sides[packet.big32(at: 13)] = sides[packet.big32(at: 9)] ?? 0
            case UInt8(ascii: "E"):
                shares += (sides[packet.big32(at: 9)] ?? 0) * Int64(packet.big32(at: 13))
            default: break
            }
        }
        return shares
    }

    /// The session is gone for good, here too: another one, from 1.
    func beginNewSession() {
        if let connection { venue.closed(connection, now: rig.nowNs) }
        connection = nil
        loginFault = nil
        venue = Self.venue("RIGDAY2", rig.nowNs, true)
    }

    /// The process at our end died; its sockets are gone.
    func engineDied() {
        if let connection { venue.closed(connection, now: rig.nowNs) }
        connection = nil
    }

    func turns(_ count: Int) { for _ in 0..<count { turn() } }

    func turn() {
        for release in rig.takeReleases() where release.slot == 0 {
            engineDied()
            // As the admin thread: a lost session is not dialled again until a person rolls it.
            isOff = release.reason == .stopping
        }
        if rig.peers[0] == nil, !isOff { dial() }
        for packet in peer.packets() { take(packet) }
        venue.advance(to: rig.nowNs)
        let output = venue.takeOutput(now: rig.nowNs)
        for write in output.writes where write.connection == connection { deliver(write.bytes) }
        if let connection, output.closes.contains(connection) {
            self.connection = nil
            peer.hangUp()
        }
        rig.turn()
    }

    private func dial() {
        peer = rig.connect(slot: 0)
        connection = venue.opened(.orderEntry, now: rig.nowNs)
        cutIn = cutsAfter.isEmpty ? nil : cutsAfter.removeFirst()
    }

    // MARK: From the engine

    private func take(_ packet: PeerSocket.Packet) {
        guard let connection else { return }
        if packet.type == UInt8(ascii: "L"), let loginFault {
            return answerLogin(packet, loginFault)
        }
        if packet.type == UInt8(ascii: "U"), let number = orderNumber(packet) {
            sentNumbers.append(number)
            if losesOrders {
                ordersLost += 1
                return
            }
        }
        let length = packet.payload.count + 1
        let header = [UInt8(length >> 8), UInt8(length & 255), packet.type]
        venue.received(header + packet.payload, on: connection, now: rig.nowNs)
        if packet.type == UInt8(ascii: "L"), cutIn == 0 { cut() }
    }

    private func orderNumber(_ packet: PeerSocket.Packet) -> UInt32? {
        switch packet.payload[0] {
        case UInt8(ascii: "O"): packet.big32(at: 1)
        case UInt8(ascii: "U"): packet.big32(at: 5)
        default: nil
        }
    }

    private func answerLogin(_ packet: PeerSocket.Packet, _ fault: SessionFault) {
        let text = String(decoding: packet.payload[26..<46], as: UTF8.self)
        let asked = UInt64(text.filter { $0 != " " }) ?? 0
        let named = Alpha10("RIGDAY")!
        switch fault {
        case .otherName:
            peer.send(Soup.LoginAccepted(session: Alpha10("OTHER")!, sequenceNumber: asked))
        case .sequenceAhead:
            peer.send(Soup.LoginAccepted(session: named, sequenceNumber: asked + 1))
        case .sequenceBehind:
            peer.send(Soup.LoginAccepted(session: named, sequenceNumber: asked - 1))
        default: peer.reject(.sessionNotAvailable)
        }
    }

    // MARK: To the engine

    private func deliver(_ bytes: [UInt8]) {
        var start = 0
        while start + 2 <= bytes.count, connection != nil {
            let end = start + 2 + (Int(bytes[start]) << 8 | Int(bytes[start + 1]))
            let packet = Array(bytes[start..<end])
            start = end
            guard packet[2] == UInt8(ascii: "S") else {
                peer.send(bytes: packet)
                continue
            }
            if let fault, !hasFired, fault.at == delivered {
                hasFired = true
                fire(fault.fault, fault.half ? Array(packet.prefix(packet.count / 2)) : [])
                return
            }
            if let left = cutIn {
                if left == 0 { return cut() }
                cutIn = left - 1
            }
            delivered += 1
            peer.send(bytes: packet)
        }
    }

    private func fire(_ fault: SessionFault, _ half: [UInt8]) {
        if fault == .endOfSession {
            peer.send(bytes: [0, 1, UInt8(ascii: "Z")])
        } else if !half.isEmpty {
            peer.send(bytes: half)
        }
        switch fault {
        case .takeover:
            // Somebody with our password: the venue drops us, and cancels nothing for it.
            let other = venue.opened(.orderEntry, now: rig.nowNs)
            venue.received(Self.login("apus"), on: other, now: rig.nowNs)
            _ = venue.takeOutput(now: rig.nowNs)
            connection = nil
            peer.hangUp()
            venue.closed(other, now: rig.nowNs)
            return
        case .drop, .endOfSession: break
        case .replayCutTwice: cutsAfter = [1, 1]
        case .flap: cutsAfter = [0, 0, 0, 0, 0]
        case .sessionUnknown, .otherName, .sequenceAhead, .sequenceBehind, .rolledWhileDown:
            loginFault = fault
        }
        cut()
    }

    private func cut() {
        if let connection { venue.closed(connection, now: rig.nowNs) }
        connection = nil
        peer.hangUp()
    }
}
