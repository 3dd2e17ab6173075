import ExchangeSimulator
import Glibc
import Testing
import VenueServer
import Wire

@Suite("A venue on real sockets")
struct VenueServerTests {
    @Test("takes a login and an order, answers, matches, cancels; the log has it all")
    func trades() throws {
        let venue = try RunningVenue()
        let client = try venue.client()
        client.send("U", enterOrder(1, "B", 100))
        #expect(try client.message("A").count == 64)
        client.send("U", enterOrder(2, "S", 60))
        let passive = try client.message("E")
        #expect(passive[9..<17] == [0, 0, 0, 1, 0, 0, 0, 60])
        let active = try client.message("E")
        #expect(active[9..<17] == [0, 0, 0, 2, 0, 0, 0, 60])
        client.send("U", Array("X".utf8) + [0, 0, 0, 1, 0, 0, 0, 0])
        let canceled = try client.message("C")
        #expect(canceled[9...] == [0, 0, 0, 1, 0, 0, 0, 40, 0x55])

        let log = venue.read("log")
        let events = ["login", "enter", "accepted", "executed", "cancel", "canceled"]
        for event in events { #expect(log.contains("\"ev\":\"\(event)\"")) }
    }

    @Test("has written to its log what a client hears, before the client hears it")
    func logFirst() throws {
        let venue = try RunningVenue()
        let client = try venue.client()
        for ref in UInt8(1)...50 {
            client.send("U", enterOrder(ref))
            _ = try client.message("A")
            let accepted = venue.read("log").components("\"ev\":\"accepted\",\"ref\":\(ref),")
            #expect(accepted == 1)
        }
    }

    @Test("publishes the ports it got")
    func portsFile() throws {
        let venue = try RunningVenue { $0.name = "BX" }
        let ports = venue.server.ports
        #expect(
            venue.read("ports") == """
                {"name":"BX","pid":\(getpid()),"ouch":\(ports.orderEntry),\
                "dropCopy":\(ports.dropCopy),"request":\(ports.request),"feed":\(ports.feed)}

                """
        )
    }

    @Test("sends its feed to who joins, not to who left, and again to who asks")
    func feed() throws {
        let venue = try RunningVenue()
        let (joined, left) = (try TinyReceiver(), try TinyReceiver())
        left.send("JOIN B", to: venue.server.ports.feed)
        // Told at once how far the stream is: S O, S S, S Q, R, H are out.
        #expect(try left.receive().suffix(10) == [0, 0, 0, 0, 0, 0, 0, 6, 0, 0])
        left.send("LEAVE", to: venue.server.ports.feed)
        joined.send("JOIN A", to: venue.server.ports.feed)
        let hello = try joined.receive()
        #expect(hello.suffix(10) == [0, 0, 0, 0, 0, 0, 0, 6, 0, 0])

        let client = try venue.client()
        client.send("U", enterOrder(1))
        _ = try client.message("A")
        let packet = try joined.receiveData()
        #expect(packet[10..<20] == [0, 0, 0, 0, 0, 0, 0, 6, 0, 1])
        #expect(packet[20..<23] == [0, 36, 0x41])
        #expect(!left.hasSomething)

        joined.send(
            Array(hello[0..<10]) + [0, 0, 0, 0, 0, 0, 0, 4, 0, 9],
            to: venue.server.ports.request
        )
        let again = try joined.receiveData()
        #expect(again[10..<20] == [0, 0, 0, 0, 0, 0, 0, 4, 0, 3])
        #expect(again.suffix(36) == packet.suffix(36))
    }

    @Test("sends its feed to a fixed destination, too")
    func fixedDestination() throws {
        let receiver = try TinyReceiver()
        let venue = try RunningVenue { $0.feedTo = ["127.0.0.1:\(receiver.port)"] }
        #expect(try receiver.receiveData()[10..<20] == [0, 0, 0, 0, 0, 0, 0, 1, 0, 5])
        venue.stop()
    }

    @Test("sends its feed to a multicast group by the interface named")
    func multicast() throws {
        let receiver = try TinyReceiver(group: "239.255.77.1")
        let venue = try RunningVenue { $0.feedTo = ["239.255.77.1:\(receiver.port)"] }
        #expect(try receiver.receiveData()[10..<20] == [0, 0, 0, 0, 0, 0, 0, 1, 0, 5])
        venue.stop()
    }

    @Test("holds its flow until somebody listens, if told to")
    func holdsFlow() throws {
        let venue = try RunningVenue {
            $0.rate = 1_000
            $0.holdsFlowUntilJoin = true
        }
        let quiet = try venue.server.withVenue { $0.mold.nextSequence }
        #expect(quiet == 6)
        let receiver = try TinyReceiver()
        receiver.send("JOIN A", to: venue.server.ports.feed)
        #expect(try receiver.receiveData()[18...19] != [0, 0])
    }

    @Test("copies what it says to the drop-copy port")
    func dropCopy() throws {
        let venue = try RunningVenue()
        let client = try venue.client()
        let copy = try TinyClient(port: venue.server.ports.dropCopy)
        try copy.logIn()
        client.send("U", enterOrder(1))
        #expect(try copy.message("A") == (try client.message("A")))
    }

    @Test("cancels the orders of a client that crashed", arguments: ["yes", "no"])
    func cancelOnDisconnect(setting: String) throws {
        let venue = try RunningVenue { $0.cancelOnDisconnect = setting }
        let client = try venue.client()
        client.send("U", enterOrder(1))
        _ = try client.message("A")
        client.reset()
        let back = try TinyClient(port: venue.server.ports.orderEntry)
        try back.logIn(next: 3)
        if setting == "yes" {
            #expect(try back.message("C")[17] == UInt8(ascii: "S"))
        } else {
            #expect(try back.next()?.type == "A")
            back.send("U", Array("X".utf8) + [0, 0, 0, 1, 0, 0, 0, 0])
            #expect(try back.message("C")[17] == UInt8(ascii: "U"))
        }
    }

    @Test("ends the day on stop: Z to clients, end of session on the feed")
    func stop() throws {
        let venue = try RunningVenue()
        let client = try venue.client()
        let receiver = try TinyReceiver()
        receiver.send("JOIN A", to: venue.server.ports.feed)
        _ = try receiver.receive()
        client.send("U", enterOrder(1))
        _ = try client.message("A")
        venue.stop()
        #expect(try client.message("C")[17] == UInt8(ascii: "E"))
        #expect(try client.message("S")[9] == UInt8(ascii: "E"))
        #expect(try client.next()?.type == "Z")
        #expect(try client.next() == nil)
        var last = try receiver.receive()
        while receiver.hasSomething { last = try receiver.receive() }
        #expect(last.suffix(2) == [0xFF, 0xFF])
        #expect(venue.read("log").contains("\"ev\":\"logout\""))
    }

    @Test("takes faults from an operator on the feed port")
    func faults() throws {
        let venue = try RunningVenue()
        let operatorSocket = try TinyReceiver()
        operatorSocket.send("FAULT nonsense", to: venue.server.ports.feed)
        #expect(
            String(decoding: try operatorSocket.receive(), as: UTF8.self).hasPrefix("ERR nonsense")
        )
        operatorSocket.send("FAULT reject-all=11", to: venue.server.ports.feed)
        #expect(
            String(decoding: try operatorSocket.receive(), as: UTF8.self) == "OK reject-all=11\n"
        )
        let client = try venue.client()
        client.send("U", enterOrder(1))
        #expect(try client.message("J")[13..<15] == [0, 11])
    }

    @Test("is not stopped by a client that does not read")
    func slowClient() throws {
        let venue = try RunningVenue {
            $0.users += ["other:" + ($0.log ?? "").dropLast(3) + "password"]
        }
        let slow = try venue.client()
        for round in 0..<40 {
            for ref in UInt8(1)...50 {
                let number = UInt8(round)
                var order = enterOrder(ref, "B", 1)
                order[3] = number
                slow.send("U", order)
            }
        }
        let quick = try TinyClient(port: venue.server.ports.orderEntry)
        try quick.logIn("other")
        quick.send("U", enterOrder(1))
        #expect(try quick.message("A").count == 64)
    }
}

@Suite("A venue that cannot start")
struct RefusalTests {
    @Test("because its port is taken says which, 75, and leaves nothing behind")
    func portInUse() throws {
        let first = try RunningVenue()
        let (folder, original) = try RunningVenue.request()
        defer {
            for name in ["password", "log"] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        var request = original
        request.ouch = "127.0.0.1:\(first.server.ports.orderEntry)"
        let server = try request.makeServer()
        let error = #expect(throws: VenueServerError.self) { try server.start() }
        #expect(error?.exitCode == 75)
        #expect(error?.description.contains("--ouch \(request.ouch): port in use") == true)
        #expect(access("\(folder)/ports", F_OK) != 0)
    }

    @Test(
        "because of a flag names it and the value, 65",
        arguments: [
            BadFlag("--ouch") { $0.ouch = "localhost:0" },
            BadFlag("--request") { $0.request = "127.0.0.1:70000" },
            BadFlag("--feed-to") { $0.feedTo = ["127.0.0.1"] },
            BadFlag("--multicast-interface") { $0.multicastInterface = "lo" },
            BadFlag("--name") { $0.name = "" },
            BadFlag("--user") { $0.users = ["hot01"] },
            BadFlag("--user") { $0.users = ["toolong:/dev/null"] },
            BadFlag("--password-file") { $0.users = ["hot01:/nowhere/at/all"] },
            BadFlag("--password-file") { $0.users = ["hot01:/dev/null"] },
            BadFlag("--firm") { $0.firm = "TOOLONG" },
            BadFlag("--symbols") { $0.symbols = "NINECHARS" },
            BadFlag("--mid") { ($0.rate, $0.mids) = (1, ["AAPL"]) },
            BadFlag("--mid") { ($0.rate, $0.mids) = (1, ["AAPL=1.005"]) },
            BadFlag("--rate") { $0.rate = -1 },
            BadFlag("--speed") { ($0.itch, $0.speed) = ("/dev/null", "0") },
            BadFlag("--max-gap") { ($0.itch, $0.maxGap) = ("/dev/null", "200") },
            BadFlag("--itch") { $0.itch = "/nowhere/at/all" },
            BadFlag("--itch") { $0.itch = "/dev/null" },
            BadFlag("--midnight-ns") { $0.midnightNs = -1 },
            BadFlag("--cancel-on-disconnect") { $0.cancelOnDisconnect = "maybe" },
            BadFlag("--port-rate") { $0.portRate = -1 },
            BadFlag("--trading-date") { $0.tradingDate = 20_260_230 },
            BadFlag("--fault") { $0.faults = ["explode"] },
            BadFlag("--end-after") { $0.endAfter = "soon" },
            BadFlag("--log") { $0.log = "/nowhere/at/all" },
        ]
    )
    func badFlag(bad: BadFlag) throws {
        let (folder, original) = try RunningVenue.request()
        defer {
            for name in ["password", "log"] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        var request = original
        bad.change(&request)
        let error = #expect(throws: VenueServerError.self) { try request.makeServer() }
        #expect(error?.exitCode == 65)
        #expect(error?.description.hasPrefix("apus-venue: \(bad.flag) \"") == true)
    }
}

@Suite("A recording that is none")
struct RecordingTests {
    private func refusal(_ bytes: [UInt8]) throws -> String {
        let (folder, original) = try RunningVenue.request()
        defer {
            for name in ["password", "log", "itch"] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        var request = original
        request.itch = "\(folder)/itch"
        let file = try #require(fopen("\(folder)/itch", "w"))
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
        let error = #expect(throws: VenueServerError.self) { try request.makeServer() }
        #expect(error?.exitCode == 65)
        return error?.description ?? ""
    }

    private let systemEvent: [UInt8] = [0, 12, 0x53] + [UInt8](repeating: 0, count: 10) + [0x4F]

    @Test("because it is cut says where")
    func cut() throws {
        let text = try refusal(systemEvent + systemEvent.dropLast(3))
        #expect(text.contains("cut 11 bytes into the message at byte 14"))
    }

    @Test("because a message has the wrong length says which")
    func wrongLength() throws {
        let text = try refusal(systemEvent + [0, 3, 0x41, 0, 0])
        #expect(text.contains("at byte 16 a message of type 65 has 3 bytes, not 36"))
    }
}

struct BadFlag: Sendable, CustomTestStringConvertible {
    let flag: String
    let change: @Sendable (inout VenueRequest) -> Void

    init(_ flag: String, _ change: @escaping @Sendable (inout VenueRequest) -> Void) {
        self.flag = flag
        self.change = change
    }

    var testDescription: String { flag }
}

@Suite("New York's midnight")
struct EasternTimeTests {
    @Test(
        "in Unix time",
        arguments: [
            (20_260_115, 1_768_453_200),  // standard time, 05:00 UTC
            (20_260_308, 1_772_946_000),  // the Sunday it changes: still standard
            (20_260_309, 1_773_028_800),  // the day after: 04:00 UTC
            (20_261_101, 1_793_505_600),  // the Sunday it changes back: still daylight
            (20_261_102, 1_793_595_600),
            (20_200_130, 1_580_360_400),
        ]
    )
    func midnights(date: Int, seconds: Int64) {
        #expect(EasternTime.midnightNs(tradingDate: date) == seconds * 1_000_000_000)
        #expect(EasternTime.tradingDate(at: seconds * 1_000_000_000) == date)
        #expect(EasternTime.tradingDate(at: seconds * 1_000_000_000 - 1) < date)
    }

    @Test(
        "is none for what is no date",
        arguments: [20_260_230, 20_261_301, 0, 20_260_100, 19_990_101]
    )
    func noDate(date: Int) { #expect(EasternTime.midnightNs(tradingDate: date) == nil) }
}

extension String {
    /// How often `part` is found.
    fileprivate func components(_ part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
