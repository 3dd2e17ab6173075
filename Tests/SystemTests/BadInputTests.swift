import Foundation
import Glibc
import Testing

/// One change of the configuration that makes it wrong, and what the refusal must say.
struct WrongConfig: CustomTestStringConvertible {
    let testDescription: String
    let old: String
    let new: String
    /// The place the line number must point at.
    let at: String
    let says: String
}

extension System {
    @Suite("Bad input is refused in one line, with its exit code, and changes nothing", .serialized)
    struct BadInput {
        static let wrongConfigs = [
            WrongConfig(
                testDescription: "an unknown key",
                old: "\npaper: true\n",
                new: "\npaper: true\npaperr: true\n",
                at: "paperr: true",
                says: "paperr"
            ),
            WrongConfig(
                testDescription: "a missing limit",
                old: "    max_gross: \"50000000.00\"\n",
                new: "",
                at: "    max_open_orders: 4000",
                says: "max_gross"
            ),
            WrongConfig(
                testDescription: "a duration without its unit",
                old: "silent: 2s",
                new: "silent: 2",
                at: "silent: 2",
                says: "silent"
            ),
        ]

        @Test("of the configuration", arguments: wrongConfigs)
        func configuration(wrong: WrongConfig) throws {
            try Apus.with { config in
                try config.replace(wrong.old, wrong.new)
            } _: { apus in
                let outcome = try Outcome.of("apus", apus.upArguments, folder: apus.folder)
                #expect(outcome.code == 65)
                let text = try String(contentsOfFile: apus.config, encoding: .utf8)
                let line = text.components(separatedBy: wrong.at)[0]
                    .components(separatedBy: "\n").count
                #expect(outcome.errorLines.count == 1, "\(outcome)")
                #expect(outcome.err.hasPrefix("apus: \(apus.config):\(line)"), "\(outcome)")
                #expect(outcome.err.contains(wrong.says), "\(outcome)")
                #expect(!FileManager.default.fileExists(atPath: apus.state))
                print("  \(wrong.testDescription): \(outcome.err.dropLast())")
            }
        }

        @Test("of a port in use: 75, naming key and address")
        func portInUse() throws {
            let (listener, port) = try listening()
            defer { close(listener) }
            try Apus.with { config in
                try config.replace(
                    "client_listen: \"127.0.0.1:0\"",
                    "client_listen: \"127.0.0.1:\(port)\""
                )
            } _: { apus in
                let outcome = try Outcome.of("apus", apus.upArguments, folder: apus.folder)
                #expect(outcome.code == 75)
                #expect(outcome.errorLines.count == 1)
                #expect(outcome.err.contains("client_listen: 127.0.0.1:\(port) is in use"))
                #expect(!FileManager.default.fileExists(atPath: "\(apus.state)/hot.image"))
                print("  port in use: \(outcome.err.dropLast())")
            }
        }

        @Test("of an image that is cut, damaged or of another version: 65, naming the file")
        func images() throws {
            try Apus.with { apus in
                let made = try apus.run(["config", "compile", apus.config])
                #expect(made.code == 0, "\(made)")
                let path = "\(apus.state)/hot.image"
                let good = [UInt8](try Data(contentsOf: URL(filePath: path)))
                var damaged = good
                damaged[good.count / 2] ^= 0x40
                var old = good
                // The version, behind the eight bytes of the magic.
                old[8] = 0
                let cases: [(String, [UInt8], String)] = [
                    ("cut", Array(good.prefix(good.count / 2)), "its header says"),
                    ("cut in its header", Array(good.prefix(100)), "100 bytes"),
                    ("damaged", damaged, "damaged"), ("old", old, "version 0, this build reads"),
                ]
                for (name, bytes, says) in cases {
                    try Data(bytes).write(to: URL(filePath: path))
                    for binary in ["apus-hot", "apus-cold"] {
                        let outcome = try alone(binary, apus)
                        #expect(outcome.code == 65, "\(name): \(outcome)")
                        #expect(outcome.errorLines.count == 1, "\(name): \(outcome)")
                        #expect(outcome.err.contains(path), "\(name): \(outcome)")
                        #expect(outcome.err.contains(says), "\(name): \(outcome)")
                    }
                    let now = [UInt8](try Data(contentsOf: URL(filePath: path)))
                    #expect(now == bytes, "\(name): the file was changed")
                    #expect(!FileManager.default.fileExists(atPath: "\(apus.folder)/shm/hot.shm"))
                }
            }
        }

        @Test("of a journal that is damaged or of another version: naming file and place")
        func journals() throws {
            try Apus.with { apus in
                try apus.start()
                #expect(try apus.run(["order", "new", "MSFT", "buy", "1", "175.00"]).code == 0)
                try apus.down()
                try apus.expectCleanJournal()
                let path = try segment(apus)
                let good = [UInt8](try Data(contentsOf: URL(filePath: path)))
                var damaged = good
                damaged[128 + (good.count - 128) / 2] ^= 0x40
                var old = good
                old[8] = 0
                for (name, bytes, says) in [
                    ("damaged", damaged, "damaged at byte"), ("old", old, "version 0"),
                ] {
                    try Data(bytes).write(to: URL(filePath: path))
                    let check = try apus.run(["journal", "check", "--all-venues"])
                    #expect([1, 65].contains(check.code), "\(name): \(check)")
                    let said = check.out + check.err
                    #expect(said.contains(path), "\(name): \(check)")
                    #expect(said.contains(says), "\(name): \(check)")
                    for binary in ["apus-hot", "apus-cold"] {
                        let outcome = try alone(binary, apus)
                        #expect(outcome.code == 65, "\(binary) \(name): \(outcome)")
                        #expect(outcome.err.contains(path), "\(binary) \(name): \(outcome)")
                        #expect(outcome.errorLines.count == 1, "\(binary) \(name): \(outcome)")
                        #expect(outcome.err.contains(says), "\(binary) \(name): \(outcome)")
                    }
                    let now = [UInt8](try Data(contentsOf: URL(filePath: path)))
                    #expect(now == bytes, "\(name): the file was changed")
                }
            }
        }

        @Test("of a second up, a wrong login, a wrong packet: whoever trades, trades on")
        func whileTrading() throws {
            try Apus.with { config in
                try config.addClient("DESKB", strategy: "OTHER", perSecond: 200, burst: 50)
                try config.addStrategy("OTHER", groupID: 4)
            } _: { apus in
                try apus.start()
                let trader = Trader(OuchClient(apus, user: "DESKA"), perSecond: 100)
                try trader.start()
                try require("trading", within: 15) { trader.progress.accepted > 50 }

                let second = try Outcome.of("apus", apus.upArguments, folder: apus.folder)
                #expect(second.code == 75)
                #expect(second.errorLines.count == 1)
                #expect(second.err.contains("pid \(apus.pid("pid")) is up"), "\(second)")

                try wrongLogins(apus)
                try wrongPackets(apus)
                try wrongMessage(apus)
                let then = trader.progress.accepted
                try require("trading goes on", within: 10) { trader.progress.accepted > then + 50 }
                try trader.finish()
                #expect(trader.client.logins == 1)
                #expect(trader.client.broken == [])
                #expect(trader.client.unanswered == [])
                trader.client.close()
                try apus.down()
                try apus.expectCleanJournal()
            }
        }

        private func wrongLogins(_ apus: Apus) throws {
            let guesser = OuchClient(user: "DESKA", password: "wrong", port: apus.clientPort)
            #expect(!guesser.logIn())
            #expect(guesser.loginRejects == [UInt8(ascii: "A")])
            let stranger = OuchClient(user: "NOBODY", password: "x", port: apus.clientPort)
            #expect(!stranger.logIn(seconds: 15))
            #expect(stranger.loginRejects == [UInt8(ascii: "A")])
        }

        /// A length of nothing, a length beyond every buffer, and data before the login: each costs
        /// the sender its line.
        private func wrongPackets(_ apus: Apus) throws {
            let wrong: [[UInt8]] = [
                [0, 0], [0xFF, 0xFF, UInt8(ascii: "U")] + [UInt8](repeating: 0x58, count: 70_000),
                [0, 2, UInt8(ascii: "U"), UInt8(ascii: "X")],
            ]
            for bytes in wrong {
                let line = SoupLine()
                try require("connected", within: 10) { line.connect(port: apus.clientPort) }
                line.send(raw: bytes)
                try require("the line is cut", within: 15) {
                    line.pump(milliseconds: 5)
                    while line.next() != nil {}
                    return !line.isOpen
                }
            }
        }

        /// A cancel four bytes short, in sound framing, from a client that is logged in: ignored, and
        /// the log says who sent what and what would be right.
        private func wrongMessage(_ apus: Apus) throws {
            let client = OuchClient(apus, user: "DESKB")
            try require("logged in", within: 15) { client.logIn() }
            client.line.send(raw: [0, 6, UInt8(ascii: "U"), UInt8(ascii: "X"), 0, 0, 0, 9])
            try require("the log names client, message and both lengths", within: 10) {
                apus.file("logs/hot.jsonl").contains(
                    "client DESKB from 127.0.0.1: OUCH 'X': message of 5 bytes; "
                        + "its structure needs 9; ignored"
                )
            }
            #expect(client.line.isOpen)
            client.line.send(raw: [0xFF, 0xFF, UInt8(ascii: "U")])
            try require("the log names client and length", within: 10) {
                apus.file("logs/hot.jsonl").contains(
                    "client DESKB from 127.0.0.1: SoupBinTCP packet length 65535; "
                        + "right is 1 to 1024; disconnected"
                )
            }
            client.close()
        }

        // MARK: Helpers

        /// Hot or cold by itself on the state directory; it should refuse at once.
        private func alone(_ binary: String, _ apus: Apus) throws -> Outcome {
            let shared = "\(apus.folder)/shm"
            mkdir(shared, 0o750)
            return try Outcome.of(
                binary,
                ["--state", apus.state, "--shm-dir", shared],
                folder: apus.folder
            )
        }

        private func segment(_ apus: Apus) throws -> String {
            let journal = "\(apus.state)/journal"
            let days = try FileManager.default.contentsOfDirectory(atPath: journal)
            let day = try #require(days.first { $0.count == 8 })
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(journal)/\(day)")
            let name = try #require(names.first { $0.hasSuffix(".seg") })
            return "\(journal)/\(day)/\(name)"
        }

        private func listening() throws -> (Int32, UInt16) {
            let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(made, $0, size) == 0 && listen(made, 1) == 0
                        && getsockname(made, $0, &size) == 0
                }
            }
            try #require(result)
            return (made, UInt16(bigEndian: address.sin_port))
        }
    }
}
