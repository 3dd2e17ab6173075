import ExchangeSimulator
import Testing
import Vocabulary
import Wire

@Suite("A Soup session")
struct SessionTests {
    private let desk = Desk()

    @Test("opens to user and password in any case, and says where it stands")
    func login() throws {
        let heard = try desk.logIn("HOT", password: "SeCrEt").heard
        #expect(heard == [.loggedIn(session: "NAS0000001", next: 1), .systemEvent("S")])
    }

    @Test("refuses a wrong password with A, an unknown session or a number too high with S")
    func refusals() throws {
        #expect(try desk.logIn(password: "wrong").heard == [.loginRefused("A"), .closed])
        #expect(try desk.logIn("nobody").heard == [.loginRefused("A"), .closed])
        #expect(try desk.logIn(session: "OTHER").heard == [.loginRefused("S"), .closed])
        #expect(try desk.logIn(next: 3).heard == [.loginRefused("S"), .closed])
        #expect(
            try desk.logIn(session: "NAS0000001", next: 2).heard == [
                .loggedIn(session: "NAS0000001", next: 2)
            ]
        )
    }

    @Test("replays from any number and goes on without a seam")
    func replay() throws {
        let first = try desk.client()
        for ref in UInt32(1)...5 { try desk.send(Desk.enter(ref, at: 990_000), on: first) }
        desk.close(first)
        // 1 system event, 5 accepted, 5 canceled on disconnect.
        for next in UInt64(1)...12 {
            let (_, heard) = try desk.logIn(session: "NAS0000001", next: next)
            #expect(heard.first == .loggedIn(session: "NAS0000001", next: next))
            #expect(heard.count == 1 + 12 - Int(next))
        }
        let (id, heard) = try desk.logIn(next: 12)
        #expect(heard.count == 1)
        #expect(try desk.send(Desk.enter(6), on: id).count == 1)
    }

    @Test("with 0 begins at the most recent message")
    func newest() throws {
        let first = try desk.client()
        try desk.send(Desk.enter(1), on: first)
        let (_, heard) = try desk.logIn(next: 0)
        #expect(
            heard == [
                .loggedIn(session: "NAS0000001", next: 2),
                .accepted(1, qty: 100, px: 1_000_000, state: "L"),
            ]
        )
    }

    @Test("takes packets in any pieces")
    func pieces() throws {
        let id = try desk.client()
        let bytes =
            Desk.packet("R") + Desk.packet("U", Desk.enter(1).bytes) + Desk.packet("+", [65])
        for byte in bytes.dropLast() { #expect(try desk.exchange([byte], on: id).count <= 1) }
        try desk.send(Desk.enter(2), on: id)
        #expect(desk.venue.floor.ports[0].live.count == 1)
    }

    @Test("a second login with the right password drops the first and cancels nothing")
    func takeover() throws {
        let first = try desk.client()
        try desk.send(Desk.enter(1), on: first)
        let second = try desk.logIn(next: 3).id
        #expect(try desk.heard(on: first) == [.closed])
        desk.close(first)
        #expect(desk.displayed(isBuy: true).count == 1)
        #expect(try desk.send(Desk.cancel(1), on: second) == [.canceled(1, by: 100, "U")])
    }

    @Test("a second login with a wrong password changes nothing")
    func noTakeover() throws {
        let first = try desk.client()
        _ = try desk.logIn(password: "wrong")
        #expect(try desk.send(Desk.enter(1), on: first).count == 1)
    }

    @Test(
        "lost without a logout cancels what is live, if the port says so",
        arguments: [true, false]
    )
    func cancelOnDisconnect(cancels: Bool) throws {
        let desk = Desk(ports: [Desk.port("hot", onDisconnect: cancels, onLogout: !cancels)])
        let id = try desk.client()
        try desk.send(Desk.enter(1), on: id)
        desk.close(id)
        #expect(desk.displayed(isBuy: true).isEmpty == cancels)
        #expect(desk.events().contains("crash"))
    }

    @Test("a logout cancels what is live, if the port says so", arguments: [true, false])
    func cancelOnLogout(cancels: Bool) throws {
        let desk = Desk(ports: [Desk.port("hot", onDisconnect: !cancels, onLogout: cancels)])
        let id = try desk.client()
        try desk.send(Desk.enter(1), on: id)
        #expect(try desk.exchange(Desk.packet("O"), on: id).last == .closed)
        desk.close(id)
        #expect(desk.displayed(isBuy: true).isEmpty == cancels)
        #expect(desk.events().contains("logout"))
        #expect(!desk.events().contains("crash"))
    }

    @Test("beats after a second without a word, and not before")
    func heartbeat() throws {
        let id = try desk.client()
        desk.wait(999_999_999)
        #expect(try desk.heard(on: id) == [])
        desk.wait(1)
        #expect(try desk.heard(on: id) == [.heartbeat])
    }

    @Test("is dead after 15 s without a word from the client; a heartbeat is one")
    func silence() throws {
        let id = try desk.client()
        try desk.send(Desk.enter(1), on: id)
        desk.wait(14 * Desk.second)
        _ = try desk.exchange(Desk.packet("R"), on: id)
        desk.wait(14 * Desk.second)
        #expect(!desk.closedConnections.contains(id))
        desk.wait(1 * Desk.second)
        #expect(desk.closedConnections.contains(id))
        #expect(desk.displayed(isBuy: true).isEmpty)
    }

    @Test("a connection that does not log in is closed after 30 s; one that talks first, at once")
    func noLogin() throws {
        let silent = desk.connect()
        let rude = desk.connect()
        #expect(try desk.exchange(Desk.packet("R"), on: rude) == [.closed])
        desk.wait(30 * Desk.second)
        #expect(desk.closedConnections.contains(silent))
    }

    @Test("a packet of length 0 ends the connection")
    func zeroLength() throws {
        let id = try desk.client()
        #expect(try desk.exchange([0, 0], on: id) == [.closed])
    }

    @Test("ends with the day: live orders closed, E, Z, and no new login")
    func endOfDay() throws {
        let id = try desk.client()
        try desk.send(Desk.enter(1), on: id)
        desk.venue.end(now: desk.now)
        #expect(
            try desk.heard(on: id) == [
                .canceled(1, by: 100, "E"), .systemEvent("E"), .endOfSession, .closed,
            ]
        )
        #expect(try desk.logIn().heard == [.loginRefused("S"), .closed])
    }

    @Test("on the drop-copy port hears what every port of the firm was told, and may not trade")
    func dropCopy() throws {
        let (hot, maker) = (try desk.client(), try desk.client("maker"))
        try desk.send(Desk.enter(1, "S"), on: maker)
        let (copy, heard) = try desk.logIn(door: .dropCopy)
        #expect(heard.suffix(1) == [.accepted(1, qty: 100, px: 1_000_000, state: "L")])
        try desk.send(Desk.enter(1, "B"), on: hot)
        #expect(try desk.heard(on: copy).count == 3)
        #expect(try desk.send(Desk.enter(9), on: copy) == [])
        #expect(!desk.closedConnections.contains(hot))
    }

    @Test("to a client that does not read waits, and goes on when it does")
    func notWritable() throws {
        let id = try desk.client()
        desk.venue.writable(false, id, now: desk.now)
        #expect(try desk.send(Desk.enter(1), on: id) == [])
        desk.venue.writable(true, id, now: desk.now)
        #expect(try desk.heard(on: id).count == 1)
    }
}
