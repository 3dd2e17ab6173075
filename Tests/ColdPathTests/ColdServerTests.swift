import ColdCore
import Desk
import Glibc
import Testing
import Vocabulary

/// A caller of `cold.sock`, non-blocking, in the test's own thread.
private final class Caller {
    let fd: Int32

    init(_ path: String) {
        fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(fd, $0, size) }
        }
        _ = fcntl(fd, F_SETFL, O_NONBLOCK)
    }

    deinit { close(fd) }

    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(fd, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func ask(_ text: String) { send(Self.frame(Array(text.utf8))) }

    static func frame(_ bytes: [UInt8]) -> [UInt8] {
        let count = UInt32(bytes.count)
        return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: count >> $0) } + bytes
    }

    /// All that has arrived.
    func received() -> [UInt8] {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let got = recv(fd, &chunk, chunk.count, 0)
            guard got > 0 else { return all }
            all += chunk[0..<got]
        }
    }

    var isClosed: Bool {
        var byte: UInt8 = 0
        return recv(fd, &byte, 1, Int32(MSG_PEEK)) == 0
    }
}

@Suite("cold.sock")
struct ColdServerTests {
    private let folder: TestFolder
    private let path: String
    private let server: ColdServer

    init() throws {
        folder = TestFolder()
        path = "\(folder.path)/cold.sock"
        server = try ColdServer(path: path)
    }

    private func serve(_ times: Int = 50, nowNs: Int64 = 0, allowed: Bool = true) {
        for _ in 0..<times {
            server.serve(timeoutMs: 0, nowNs: nowNs, allowed: { _, _ in allowed }) {
                request,
                uid,
                _ in
                ["ok": true, "echo": request, "uid": .number(uid)]
            }
        }
    }

    private func answers(_ bytes: [UInt8]) throws -> [JSON] {
        var rest = bytes[...]
        var all: [JSON] = []
        while rest.count >= 4 {
            let head = Array(rest.prefix(4))
            let count = Int(head[0]) | Int(head[1]) << 8 | Int(head[2]) << 16 | Int(head[3]) << 24
            all.append(try JSON(bytes: Array(rest.dropFirst(4).prefix(count))))
            rest = rest.dropFirst(4 + count)
        }
        return all
    }

    @Test("a request gets its answer, and the caller's uid comes from the kernel")
    func answer() throws {
        let caller = Caller(path)
        caller.ask(#"{"verb":"x"}"#)
        serve()
        let got = try answers(caller.received())
        #expect(got.count == 1)
        #expect(got.first?["echo"]?["verb"] == "x")
        #expect(got.first?["uid"] == .number(geteuid()))
    }

    @Test("requests sent together are answered in order, byte by byte or at once")
    func pipelined() throws {
        let caller = Caller(path)
        serve(1)
        let bytes = (0..<20).flatMap { Caller.frame(Array("\($0)".utf8)) }
        for byte in bytes.prefix(30) {
            caller.send([byte])
            serve(1)
        }
        caller.send(Array(bytes.dropFirst(30)))
        serve()
        #expect(try answers(caller.received()).compactMap { $0["echo"]?.integer } == Array(0..<20))
    }

    @Test("a length above 64 KiB is told and the caller dropped")
    func tooLong() throws {
        let caller = Caller(path)
        caller.send([0x01, 0x00, 0x01, 0x00])
        serve()
        let got = try answers(caller.received())
        #expect(got.first?["error"]?.text == "length: 65537 is above 65536 bytes")
        #expect(caller.isClosed)
    }

    @Test("what is not JSON is told, and the caller may go on")
    func notJSON() throws {
        let caller = Caller(path)
        caller.ask("{nonsense")
        caller.ask("1")
        serve()
        let got = try answers(caller.received())
        #expect(got.first?["ok"] == false)
        #expect(got.last?["echo"] == 1)
    }

    @Test("a caller without a role is closed at once")
    func refused() {
        let caller = Caller(path)
        serve(allowed: false)
        #expect(caller.isClosed)
        #expect(server.refusedCallers == 1)
    }

    @Test("one that stops midway blocks nobody and is dropped after its time")
    func stalled() throws {
        let bad = Caller(path)
        bad.send([9, 0, 0, 0, 0x7B])
        let good = Caller(path)
        good.ask("1")
        serve()
        #expect(try answers(good.received()).count == 1)
        #expect(server.callerCount == 2)
        serve(nowNs: 11_000_000_000)
        #expect(server.callerCount == 1, "the good one waits for nothing and stays")
    }

    @Test("one that never reads is not served without end")
    func neverReads() throws {
        let bad = Caller(path)
        let big = Caller.frame(Array("\"\(String(repeating: "x", count: 60_000))\"".utf8))
        for _ in 0..<400 {
            bad.send(big)
            serve(1)
        }
        let good = Caller(path)
        good.ask("1")
        serve()
        #expect(try answers(good.received()).count == 1)
    }

    @Test("random bytes from many callers never stop it", arguments: 1...15)
    func fuzz(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var callers: [Caller] = []
        for _ in 0..<300 {
            if callers.count < 20, Bool.random(using: &random) { callers.append(Caller(path)) }
            if let caller = callers.randomElement(using: &random) {
                let count = Int.random(in: 0...80, using: &random)
                var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                if Bool.random(using: &random), bytes.count > 4 {
                    // A plausible length, so that bodies are reached too.
                    bytes.replaceSubrange(0..<4, with: [UInt8(bytes.count - 4), 0, 0, 0])
                }
                caller.send(bytes)
            }
            if Int.random(in: 0..<10, using: &random) == 0, !callers.isEmpty {
                callers.removeFirst()
            }
            serve(1)
        }
        callers.removeAll()
        serve()
        let good = Caller(path)
        good.ask("1")
        serve()
        #expect(try answers(good.received()).first?["echo"] == 1)
    }

    @Test("answers that take long share the turn: one of them ends it, and the next caller is next")
    func bounded() throws {
        var nowNs: Int64 = 0
        let path = "\(folder.path)/slow.sock"
        let server = try ColdServer(path: path) { nowNs }
        var asked = 0
        func turn() {
            server.serve(timeoutMs: 0, nowNs: 0, allowed: { _, _ in true }) { _, _, _ in
                nowNs += 6_000_000
                asked += 1
                return ["ok": true]
            }
        }
        let callers = (0..<3).map { _ in Caller(path) }
        turn()
        for caller in callers { for _ in 0..<2 { caller.ask("1") } }
        for number in 1...6 {
            turn()
            #expect(asked == number)
            guard number == 3 || number == 6 else { continue }
            for caller in callers { #expect(try answers(caller.received()).count == 1) }
        }
    }

    @Test("a path too long for a socket is one clear line")
    func longPath() {
        let error = #expect(throws: DeskError.self) {
            try ColdServer(path: "/tmp/\(String(repeating: "x", count: 200))")
        }
        #expect(error?.kind == .badFile)
        #expect(error?.description.contains("107 bytes") == true)
    }
}

final class TestFolder {
    let path: String

    init() {
        var template = Array("/tmp/apus-cold-XXXXXX".utf8CString)
        _ = mkdtemp(&template)
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { removeFolder(path) }
}
