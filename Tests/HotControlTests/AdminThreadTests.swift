import CShims
import Crossing
import Glibc
import HotControl
import HotPath
import Testing
import Vocabulary

@Suite("The admin thread")
struct AdminThreadTests {
    private func admin(
        _ rig: ControlRig,
        signals: Int32 = -1,
        duties: [AdminThread.Duty] = []
    ) throws -> AdminThread {
        let log = AdminLog(fd: -1)
        let dialer = try Dialer(image: ImageFixture().view(), mailbox: rig.mailbox, log: log)
        return AdminThread(
            server: rig.server,
            dialer: dialer,
            mailbox: rig.mailbox,
            log: log,
            signals: signals,
            duties: duties
        )
    }

    private func end(_ admin: AdminThread) -> AdminThread.End? {
        for _ in 0..<10_000 {
            if let end = admin.turn() { return end }
        }
        return nil
    }

    @Test("a stop is a command, then a wait for the last order, then the end, and is told so")
    func stop() throws {
        let rig = try ControlRig([ImageFixture.role(.stop)])
        let admin = try admin(rig)
        rig.mailbox.publish(.liveOrders, 2)
        let engine = try FakeEngine(rig.mailbox) { mailbox, command in
            if command?.kind == .stop { mailbox.publish(.liveOrders, 0) }
        }
        let person = rig.connect()
        person.send(RoleTests.request(.stop).wire)
        #expect(end(admin) == .stopped(liveOrders: 0))
        engine.stop()
        let answer = try #require(person.receive())
        #expect(answer.outcome == .done)
        #expect(answer.words == "stopped, nothing open")
        #expect(answer[StatusField.liveOrders] == 0)
    }

    @Test("an engine that ends by itself ends the loop")
    func engineEnds() throws {
        let rig = try ControlRig([])
        let admin = try admin(rig)
        #expect(admin.turn() == nil)
        rig.mailbox.end()
        #expect(admin.turn() == .stopped(liveOrders: 0))
    }

    @Test("samples the clock for the engine and does its duties when they are due")
    func duties() throws {
        let rig = try ControlRig([])
        let done = Flag()
        let admin = try admin(rig, duties: [.init(everyNs: 1_000_000) { done.set() }])
        #expect(admin.turn() == nil)
        #expect(done.isSet)
        #expect(rig.mailbox.nextClockSample() != nil)
        #expect(rig.mailbox.nextClockSample() == nil, "one a second")
    }

    @Test("a log line is one JSON object with time, level and message")
    func logLine() {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        AdminLog(fd: ends[1]).write(.warn, "a \"quoted\"\nline\u{1}")
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(ends[0], &bytes, bytes.count)
        let line = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        #expect(line.hasPrefix("{\"t\":1"))
        #expect(line.hasSuffix(#","level":"warn","message":"a \"quoted\"\nline\u0001"}"# + "\n"))
        close(ends[0])
        close(ends[1])
    }

    @Test("every refusal to start says what failed, with which value, and what to do")
    func words() {
        #expect(
            "\(HotThreadError.cpuNotIsolated(cpu: 3, isolated: "1-2"))".contains(
                #"CPU 3 is not isolated; isolated CPUs are "1-2""#
            )
        )
        #expect(
            "\(PortError.ringSetupFailed(errno: EPERM, entries: 256))".contains("io_uring_disabled")
        )
        var facts = ThreadFacts()
        facts.cpu = 1
        facts.lockErrno = ENOMEM
        #expect(facts.warnings.count == 2)
        #expect(facts.warnings[1].contains("RLIMIT_MEMLOCK"))
        facts.isIsolated = true
        facts.lockErrno = 0
        #expect(facts.warnings.isEmpty)
    }
}
