import ColdCore
import Crossing
import Desk
import Glibc
import Journal
import Testing
import Vocabulary

/// `apus-cold` as it stands beside the test's own executable, when it was built with it.
let coldBinary: String? = {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    guard count > 0 else { return nil }
    let own = String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard let slash = own.lastIndex(of: "/") else { return nil }
    let path = "\(own[..<slash])/apus-cold"
    return access(path, X_OK) == 0 ? path : nil
}()

/// A started apus-cold; ended by its own id at the latest with this value.
final class ColdProcess {
    let pid: pid_t
    private var status: Int32?

    init(_ arguments: [String], environment more: [String] = []) throws {
        let path = try #require(coldBinary)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var variables = more.map { strdup($0) }
        defer { for variable in variables { free(variable) } }
        var index = 0
        while let own = environ[index] {
            variables.append(strdup(own))
            index += 1
        }
        variables.append(nil)
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, nil, nil, &words, variables)
        try #require(code == 0)
        self.pid = pid
    }

    deinit {
        if status == nil { _ = end(SIGKILL) }
    }

    /// Signals and waits; the raw wait status.
    func end(_ signal: Int32) -> Int32 {
        kill(pid, signal)
        return wait()
    }

    func wait() -> Int32 {
        if let status { return status }
        var raw: Int32 = 0
        var pause = pollfd(fd: -1, events: 0, revents: 0)
        for _ in 0..<4_000 where status == nil {
            if waitpid(pid, &raw, WNOHANG) == pid { status = raw } else { poll(&pause, 1, 5) }
        }
        if status == nil {
            // It did not end by itself within 20 s: a failure the caller will name.
            kill(pid, SIGKILL)
            waitpid(pid, &raw, 0)
            status = raw
        }
        return raw
    }

    var exitCode: Int32? {
        let raw = wait()
        return raw & 0x7F == 0 ? raw >> 8 & 0xFF : nil
    }
}

@Suite("apus-cold, the process", .serialized, .enabled(if: coldBinary != nil))
struct ColdProcessTests {
    /// Asks until the answer satisfies; blocking, bounded by the number of tries.
    private func ask(_ path: String, _ request: JSON, until good: (JSON) -> Bool) -> JSON? {
        var pause = pollfd(fd: -1, events: 0, revents: 0)
        for _ in 0..<2_000 {
            if let answer = once(path, request), good(answer) { return answer }
            poll(&pause, 1, 5)
        }
        return nil
    }

    private func once(_ path: String, _ request: JSON) -> JSON? {
        let fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(fd) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(fd, $0, size) }
        }
        guard connected == 0 else { return nil }
        let body = request.bytes
        let head = [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: UInt32(body.count) >> $0) }
        guard send(fd, head + body, 4 + body.count, Int32(MSG_NOSIGNAL)) == 4 + body.count,
            let length = receive(fd, 4)
        else { return nil }
        let count = length.enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
        return receive(fd, count).flatMap { try? JSON(bytes: $0) }
    }

    private func receive(_ fd: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes {
                recv(fd, $0.baseAddress! + done, count - done, 0)
            }
            guard got > 0 else { return nil }
            done += got
        }
        return bytes
    }

    @Test("killed and started again it goes on; told to end it drains, syncs and exits 0")
    func lives() throws {
        let hot = try HotDouble(auditSlots: 1_024)
        var session = AuditRecord()
        session.kind = .session
        let arguments = ["--state", hot.folder, "--shm-dir", hot.files.shmDir]
        var cold: ColdProcess? = try ColdProcess(arguments)
        for _ in 0..<100 { #expect(hot.append(session)) }
        #expect(
            ask(hot.files.socket, ["verb": "status"]) { $0["journal"]?["entries"] == 100 } != nil
        )

        #expect(cold?.end(SIGKILL) == SIGKILL)
        for _ in 0..<100 { #expect(hot.append(session)) }
        cold = try ColdProcess(arguments)
        #expect(
            ask(hot.files.socket, ["verb": "status"]) { $0["journal"]?["entries"] == 200 } != nil
        )
        try hot.meetCold()

        let second = try ColdProcess(arguments)
        #expect(second.exitCode == 75)

        kill(try #require(cold).pid, SIGTERM)
        #expect(cold?.exitCode == 0)
        #expect(try hot.journaled().count == 200)
        #expect(hot.coldAuditCursor == hot.region.audit.position)
        #expect(access(hot.files.socket, F_OK) != 0, "the socket goes with its owner")
    }

    @Test("wrong flags, folders and images: one line, the right code, nothing changed")
    func errors() throws {
        let hot = try HotDouble()
        #expect(try ColdProcess(["--nonsense"]).exitCode == 64)
        #expect(try ColdProcess(["--state"]).exitCode == 64)
        #expect(try ColdProcess(["--state", "/nowhere", "--shm-dir", "/nowhere"]).exitCode == 65)
        #expect(try ColdProcess(["--state", hot.folder]).exitCode == 65, "no ports.json")
        hot.pair(imageHash: 7)
        let other = try ColdProcess(["--state", hot.folder, "--shm-dir", hot.files.shmDir])
        #expect(other.exitCode == 77)
    }
}

/// In a process of its own a broken law is told by the exit code.
private func check(_ holds: Bool, _ code: Int32) {
    if !holds { exit(code) }
}

@Suite("A disk without room")
struct FullDiskTests {
    @Test("stops the cursor, not the desk; with room again nothing is missing")
    func fileSizeLimit() async {
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            let hot = try HotDouble(auditSlots: 256)
            var clock = TestClock()
            let desk = try Desk(files: hot.files, time: clock.advance(ms: 1))
            try hot.meetCold()
            desk.turn(clock.advance(ms: 60))
            var unlimited = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &unlimited)
            var small = unlimited
            small.rlim_cur = 16_384
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &small)

            var record = AuditRecord()
            record.kind = .session
            var turns = 0
            var pause = pollfd(fd: -1, events: 0, revents: 0)
            while desk.journalFull == nil, turns < 20_000 {
                // The sync runs on another thread: a full ring waits for it.
                if !hot.append(record) { poll(&pause, 1, 1) }
                desk.turn(clock.advance(ms: 1))
                turns += 1
            }
            while hot.append(record) {}
            for _ in 0..<500 { desk.turn(clock.advance(ms: 1)) }
            check(desk.journalFull != nil, 10)
            check(desk.journalState == .full, 16)
            check(desk.journalFailure == nil, 11)
            // Only what was durable was given back, and callers are still answered.
            try check(hot.journaled().count < hot.written.count, 12)
            let status = desk.answer(["verb": "status"], uid: 0, gid: 0, clock.time)
            let failure = try #require(status["journal"]?["failure"]?.text)
            check(failure.contains("no room"), 13)

            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &unlimited)
            for _ in 0..<1_000 { desk.turn(clock.advance(ms: 1)) }
            // The last sync is another thread's, and takes as long as the machine lets it.
            for _ in 0..<20_000 where desk.journalState != .ok {
                poll(&pause, 1, 1)
                desk.turn(clock.advance(ms: 1))
            }
            desk.finish(clock.advance(ms: 1))
            check(desk.journalFull == nil, 14)
            check(desk.journalState == .ok, 17)
            try check(hot.journaled() == hot.written.map(HotDouble.meaning), 15)
        }
    }
}
