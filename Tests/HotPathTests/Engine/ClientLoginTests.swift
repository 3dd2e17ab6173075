import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// Logins that fail, seen from the client.
@Suite("The engine, when a client's login is refused")
struct ClientLoginTests {
    /// The timer that closes refused connections is due in the very turn of the refusal.
    @Test(
        "says so before it closes",
        arguments: [PortConfig.Transport.sockets, .ioUring]
    )
    func refusalArrives(transport: PortConfig.Transport) throws {
        let rig = try EngineRig(transport: transport)
        let client = logIn(rig, 0, "beta", "guess")
        rig.turns(15)
        #expect(client.packets().map(\.type) == [UInt8(ascii: "J")])
    }

    @Test("makes the next attempt wait 100 ms, which attempts while it lasts do not prolong")
    func waits() throws {
        let rig = try EngineRig()
        _ = logIn(rig, 0, "alpha", "guess")
        rig.turns(30)
        let early = logIn(rig, 1, "alpha", "secret")
        rig.turns(30)
        #expect(early.packets().map(\.type) == [UInt8(ascii: "J")])
        let late = logIn(rig, 2, "alpha", "secret")
        rig.turns(30)
        #expect(late.packets().map(\.type) == [UInt8(ascii: "J")])
        rig.turns(10)
        let next = logIn(rig, 3, "alpha", "secret")
        rig.turns(2)
        #expect(next.packets().first?.type == UInt8(ascii: "A"))
    }

    @Test("reads nothing more on that connection")
    func oneAttempt() throws {
        let rig = try EngineRig()
        let client = rig.connect(slot: SlotMap.firstClient)
        send(client, "alpha", "guess")
        send(client, "beta", "secret")
        rig.turns(15)
        #expect(client.packets().map(\.type) == [UInt8(ascii: "J")])
        let logins = rig.records().filter { $0.kind == .session && $0.client != 0xFFFF }
        #expect(logins.map(\.client) == [0])
    }

    private func logIn(
        _ rig: EngineRig,
        _ connection: Int,
        _ user: String,
        _ password: String
    ) -> PeerSocket {
        let client = rig.connect(slot: SlotMap.firstClient + connection)
        send(client, user, password)
        return client
    }

    private func send(_ client: PeerSocket, _ user: String, _ password: String) {
        client.send(
            Soup.LoginRequest(
                username: Name(user) ?? .blank,
                password: Name(password) ?? .blank,
                requestedSequenceNumber: 1
            )
        )
    }
}
