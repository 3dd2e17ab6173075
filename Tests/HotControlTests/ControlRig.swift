import CShims
import Crossing
import Glibc
import HotControl
import HotPath
import Synchronization
import Vocabulary

func name(_ text: String) -> Name { Name(text) ?? .blank }
func symbol(_ text: String) -> Symbol { Symbol(text) ?? .blank }

/// A configuration of two venues, two instruments, two accounts and two strategies.
struct ImageFixture {
    var writer = HotImageWriter()

    init(roles: [ImageRole] = []) {
        for text in ["XNAS", "XBOS"] {
            var venue = ImageVenue()
            venue.name = name(text)
            writer.venues.append(venue)
        }
        for text in ["AAPL", "MSFT"] {
            var instrument = ImageInstrument()
            instrument.symbol = symbol(text)
            writer.instruments.append(instrument)
        }
        for text in ["MAIN", "PROP"] {
            var account = ImageAccount()
            account.name = name(text)
            writer.accounts.append(account)
        }
        for (index, text) in ["MANUAL", "TWAP"].enumerated() {
            var strategy = ImageStrategy()
            strategy.name = name(text)
            strategy.account = UInt16(index)
            writer.strategies.append(strategy)
        }
        writer.roles = roles
    }

    /// The view of bytes that stay for as long as the test process does.
    func view() -> HotImageView {
        let bytes = writer.bytes()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 64)
        bytes.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        guard let view = try? HotImageView(memory, count: bytes.count) else {
            preconditionFailure("the fixture is a valid image")
        }
        return view
    }

    static func role(_ role: Role, uid: UInt32 = getuid()) -> ImageRole {
        var row = ImageRole()
        row.id = uid
        row.role = role.rawValue
        return row
    }

    static func groupRole(_ role: Role, gid: UInt32) -> ImageRole {
        var row = ImageRole()
        row.id = gid
        row.isGroup = 1
        row.role = role.rawValue
        return row
    }
}

/// A folder of its own, 0750, gone with the value.
final class Folder {
    let path: String

    init() {
        var template = Array("/tmp/apus-control-XXXXXX".utf8CString)
        path = String(cString: mkdtemp(&template))
        chmod(path, 0o750)
    }

    deinit {
        unlink(path + "/hot.sock")
        unlink(path + "/log")
        for name in ["kill.pending", "kill.pending.new"] {
            unlink(path + "/" + name)
            rmdir(path + "/" + name)
        }
        rmdir(path)
    }
}

/// A control server, its mailbox, and operators' connections to it.
final class ControlRig {
    let folder: Folder
    let mailbox = Mailbox(slots: 72)
    let server: ControlServer
    let clock = TSCClock.calibrated(measureNs: 1_000_000)
    private let logFile: Int32
    private let ended = Flag()
    var isTerminated: Bool { ended.isSet }

    /// `folder` is a former one's, as the next process finds it.
    init(_ roles: [ImageRole], testHooks: Bool = false, folder: Folder = Folder()) throws {
        self.folder = folder
        unlink(folder.path + "/log")
        var fixture = ImageFixture(roles: roles)
        fixture.writer.header.testHooks = testHooks ? 1 : 0
        logFile = open(folder.path + "/log", O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0o600)
        let ended = ended
        server = try ControlServer(
            path: folder.path + "/hot.sock",
            lockHeld: true,
            image: fixture.view(),
            mailbox: mailbox,
            clock: clock,
            log: AdminLog(fd: logFile),
            terminate: { ended.set() }
        )
    }

    deinit { close(logFile) }

    var log: String {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = pread(logFile, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    func connect() -> Operator { Operator(path: folder.path + "/hot.sock") }

    /// The server looks once at whatever is ready now.
    func turn() {
        var list = server.watched
        let count = poll(&list, nfds_t(list.count), 0)
        server.serve(ready: count > 0 ? Set(list.filter { $0.revents != 0 }.map(\.fd)) : [])
        server.tick(nowNs: ClockNow.monotonicNs())
    }

    /// A request's answer, the server turning meanwhile; nil when none came in 1 000 turns.
    func ask(_ frame: ControlFrame, _ person: Operator? = nil) -> ControlFrame? {
        let person = person ?? connect()
        person.send(frame.wire)
        return answer(person)
    }

    func answer(_ person: Operator) -> ControlFrame? {
        for _ in 0..<1_000 {
            turn()
            if let frame = person.receive() { return frame }
        }
        return nil
    }
}

final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}

/// One connection of an operator's tool.
final class Operator {
    let fd: Int32
    private var inbox: [UInt8] = []

    init(path: String) {
        fd = shim_unix_connect(path)
        precondition(fd >= 0, "hot.sock answers")
    }

    deinit { close(fd) }

    func send(_ bytes: [UInt8]) { _ = shim_socket_send(fd, bytes, bytes.count) }

    func receive() -> ControlFrame? {
        var room = [UInt8](repeating: 0, count: 65_536)
        let got = shim_socket_receive(fd, &room, room.count)
        if got > 0 { inbox += room.prefix(got) }
        guard inbox.count >= ControlFrame.bytes else { return nil }
        let frame = inbox.withUnsafeBytes { $0.loadUnaligned(as: ControlFrame.self) }
        inbox.removeFirst(ControlFrame.bytes)
        return frame
    }

    /// The server has closed its end.
    var isClosed: Bool {
        var byte: UInt8 = 0
        return shim_socket_receive(fd, &byte, 1) == 0
    }
}

/// An engine that only obeys kills, replies and ends: the other side of a mailbox.
struct FakeEngine {
    private let thread: EngineThread
    private let mailbox: Mailbox

    /// Calls `body` for each command, and again and again with nil between.
    init(_ mailbox: Mailbox, _ body: @escaping @Sendable (Mailbox, Command?) -> Void) throws {
        var config = ThreadConfig()
        config.lockMemory = false
        self.mailbox = mailbox
        thread = try EngineThread.start(config) { _ in
            while !mailbox.isStopWanted {
                mailbox.beat(.now())
                body(mailbox, mailbox.nextCommand())
                sched_yield()
            }
            mailbox.end()
        }
    }

    func stop() {
        mailbox.wantStop()
        thread.join()
    }
}

/// A connected pair over TCP; `near` is hot's.
func tcpPair() -> (near: Int32, far: Int32) {
    var port: UInt16 = 0
    let listener = shim_tcp_listen(0x7F00_0001, 0, 4, 3_000, &port)
    let near = shim_tcp_dial(0x7F00_0001, port, 3_000)
    var host: UInt32 = 0
    var far: Int32 = -1
    for _ in 0..<10_000 where far < 0 { far = shim_tcp_accept(listener, &host) }
    close(listener)
    precondition(far >= 0, "a pair")
    return (near, far)
}

/// The next thing a socket says: bytes, or what ended it; nil while it is silent.
func heard(_ fd: Int32, polls: Int = 200) -> Int? {
    var room = [UInt8](repeating: 0, count: 4_096)
    for _ in 0..<polls {
        let got = shim_socket_receive(fd, &room, room.count)
        if got != Int(-EAGAIN) { return got }
        var list = [pollfd(fd: fd, events: Int16(POLLIN), revents: 0)]
        _ = poll(&list, 1, 10)
    }
    return nil
}
