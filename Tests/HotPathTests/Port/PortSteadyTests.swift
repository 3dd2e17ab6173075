import CShims
import Glibc
import HotPath
import Testing

/// After warm-up the port costs no memory and no fault, whichever way the bytes go.
///
/// Each case runs in a process of its own, so that heap and faults are the port's alone.
@Suite("A port in its steady state")
struct PortSteadyTests {
    @Test(
        "20 000 rounds of stream and datagram: no heap growth, no minor fault",
        arguments: everyMode
    )
    func steady(mode: PortMode) async {
        await #expect(processExitsWith: .success) { [raw = mode.rawValue as UInt8] in
            guard let mode = PortMode(rawValue: raw) else { exit(2) }
            exit(SteadyRun(mode).run())
        }
    }

    @Test("a message costs at most two system calls with io_uring: one to collect, one to answer")
    func calls() async {
        await #expect(processExitsWith: .success) {
            exit(SteadyRun(.ringDeferTaskrun).callsPerMessage() <= 2 ? 0 : 1)
        }
    }
}

/// A client that writes and reads through plain sockets, the port echoing between.
private struct SteadyRun {
    private let streams = SocketPair.tcp()
    private let datagrams = SocketPair.udp()
    private let mode: PortMode
    private let bytes = UnsafeMutableRawPointer.allocate(byteCount: 4_096, alignment: 64)
    private let events = UnsafeMutablePointer<PortEvent>.allocate(capacity: 16)

    init(_ mode: PortMode) {
        self.mode = mode
        bytes.initializeMemory(as: UInt8.self, repeating: 7, count: 4_096)
    }

    private func makePort() -> Port {
        var config = PortConfig.test(mode, slots: 32)
        config.idle = .spin
        guard var port = try? Port(config) else { exit(3) }
        guard port.activeTransport == mode else { exit(4) }
        port.prefault()
        guard port.adopt(slot: 0, fd: streams.near, datagram: false) else { exit(5) }
        guard port.adopt(slot: 16, fd: datagrams.near, datagram: true) else { exit(6) }
        return port
    }

    /// One message each way on both sockets; false when an answer never came.
    private func round(_ port: inout Port) -> Bool {
        _ = shim_socket_send(streams.far, bytes, 64)
        _ = shim_socket_send(datagrams.far, bytes, 256)
        var back = 0
        for _ in 0..<1_000_000 {
            let count = port.poll(into: events, max: 16, mayWait: true)
            for index in 0..<count {
                let slot = Int(events[index].slot)
                let size = events[index].count
                guard let room = port.gather(slot: slot, bytes: size) else { return false }
                room.copyMemory(from: events[index].bytes, byteCount: size)
                port.gathered(slot: slot, bytes: size)
            }
            port.flush()
            if shim_socket_receive(streams.far, bytes, 4_096) > 0 { back += 1 }
            if shim_socket_receive(datagrams.far, bytes, 4_096) > 0 { back += 1 }
            if back >= 2 { return true }
        }
        return false
    }

    func run() -> Int32 {
        var port = makePort()
        for _ in 0..<2_000 where !round(&port) { return 7 }
        // The counts are the process's: another thread of it may allocate once, the port would again.
        var verdict: Int32 = 0
        for _ in 0..<3 {
            verdict = measured(&port)
            if verdict == 0 { break }
        }
        return verdict
    }

    private func measured(_ port: inout Port) -> Int32 {
        let heap = shim_heap_bytes()
        let before = ThreadCounters.read()
        for _ in 0..<20_000 where !round(&port) { return 8 }
        let after = ThreadCounters.read()
        if shim_heap_bytes() != heap { return 9 }
        if after.minorFaults != before.minorFaults { return 10 }
        if after.majorFaults != before.majorFaults { return 11 }
        return 0
    }

    func callsPerMessage() -> Double {
        var port = makePort()
        for _ in 0..<1_000 where !round(&port) { return .infinity }
        let before = port.systemCallCount
        for _ in 0..<1_000 where !round(&port) { return .infinity }
        return Double(port.systemCallCount - before) / 2_000
    }
}
