import Crossing
import HotPath
import Vocabulary
import Wire

/// Opens the engine's sessions the way the world does: sockets handed over, logins answered.
extension EngineBench {
    /// Hands the engine `subject` at `slot`.
    func hand(_ slot: Int, _ pair: Loopback, datagram: Bool = false) {
        sockets.append(pair)
        let handover = SocketHandover(slot: UInt16(slot), isDatagram: datagram, fd: pair.subject)
        _ = mailbox.handovers.push(handover)
    }

    /// A venue that has let us log in, answered fence and query, and is open. Engine running.
    func openVenue() throws(BenchError) -> Int32 {
        let pair = try Loopback.stream()
        hand(0, pair)
        let peer = SoupPeer(pair.driver)
        guard try peer.next("login to the venue").type == UInt8(ascii: "L") else {
            throw .engine("the venue's first packet is no login")
        }
        let accepted = Soup.LoginAccepted(session: Alpha10("BENCHDAY") ?? .blank, sequenceNumber: 1)
        try peer.send { accepted.write(to: $0) }
        var answered = 0
        while answered < 2 {
            let packet = try peer.next("fence and query")
            if try answerSession(packet, peer) { answered += 1 }
        }
        try wait("venue open") { $0.mailbox.status(.venuesUp) == 1 }
        return pair.driver
    }

    private func answerSession(
        _ packet: SoupPeer.Packet,
        _ peer: SoupPeer
    ) throws(BenchError) -> Bool {
        switch packet.payload.first {
        case UInt8(ascii: "C"):
            let answer = OUCH.MassCancelResponse(
                timestampNs: 1,
                userRefNum: packet.big32(at: 1),
                firm: Alpha4("APUS") ?? .blank,
                symbol: .blank
            )
            try peer.sendData(.sequencedData) { answer.write(to: $0) }
        case UInt8(ascii: "Q"):
            let answer = OUCH.AccountQueryResponse(timestampNs: 1, nextUserRefNum: 2)
            try peer.sendData(.sequencedData) { answer.write(to: $0) }
        default: return false
        }
        return true
    }

    /// Feed line A of the venue.
    func openFeed() throws(BenchError) -> Int32 {
        let pair = try Loopback.datagram()
        hand(SlotMap.feedA, pair, datagram: true)
        return pair.driver
    }

    /// A logged-in client.
    func openClient() throws(BenchError) -> Int32 {
        let pair = try Loopback.stream()
        hand(SlotMap.firstClient, pair)
        let peer = SoupPeer(pair.driver)
        let login = Soup.LoginRequest(
            username: Name("bench") ?? .blank,
            password: Name("secret") ?? .blank,
            requestedSequenceNumber: 1
        )
        try peer.send { login.write(to: $0) }
        guard try peer.next("client login").type == UInt8(ascii: "A") else {
            throw .engine("the client's login was refused")
        }
        return pair.driver
    }

    /// The one trigger: buy whatever is offered at `limit` or below, for ever.
    func setTrigger(limit: Price) throws(BenchError) {
        var command = Command()
        command.kind = .trigger
        command.id = 1
        command.side = Side.buy.rawValue
        command.instrument = 0
        command.account = 0
        command.strategy = 0
        command.px = limit
        command.qty = OrderQty(units: 1 << 50)
        _ = mailbox.commands.push(command)
        var reply: CommandReply?
        try wait("trigger set") {
            reply = $0.mailbox.nextReply()
            return reply != nil
        }
        guard reply?.code == 0 else { throw .engine("trigger refused, code \(reply?.code ?? 0)") }
    }

    func wait(
        _ what: String,
        until holds: (EngineBench) -> Bool
    ) throws(BenchError) {
        let deadline = Deadline()
        while !holds(self) {
            try drain()
            if deadline.isOver { throw .stuck(what) }
        }
    }
}
