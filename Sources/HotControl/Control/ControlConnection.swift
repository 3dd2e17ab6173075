import CShims
import Crossing
import Glibc

/// One operator's connection: bytes in until a frame is whole, answers out when they fit.
final class ControlConnection {
    /// An operator's tool reads its answers; one that does not is not waited for.
    static let outboxBytesMax = 4 << 20

    let number: UInt64
    let fd: Int32
    let caller: Caller
    private var inbox: [UInt8] = []
    private var outbox: [UInt8] = []
    /// Nothing more is read; closed once what is owed has left.
    private(set) var isEnding = false
    private(set) var isGone = false
    /// When bytes last came or went, monotonic ns.
    private(set) var activeNs = ClockNow.monotonicNs()

    init(number: UInt64, fd: Int32, caller: Caller) {
        self.number = number
        self.fd = fd
        self.caller = caller
    }

    deinit { close(fd) }

    var wantsToWrite: Bool { !outbox.isEmpty }
    var isFinished: Bool { isGone || (isEnding && outbox.isEmpty) }

    /// Whole frames that arrived, at most eight at a time; what is behind them waits its turn.
    func read() -> [[UInt8]] {
        guard !isEnding else { return [] }
        var room = [UInt8](repeating: 0, count: 8 * ControlFrame.bytes - inbox.count)
        if !room.isEmpty {
            let got = unsafe shim_socket_receive(fd, &room, room.count)
            if got > 0 {
                activeNs = ClockNow.monotonicNs()
                inbox += room.prefix(got)
            } else if got != Int(-EAGAIN) {
                // The peer has said all it has to say; answers it waits for are still sent.
                isEnding = true
                if got < 0 { isGone = true }
            }
        }
        var frames: [[UInt8]] = []
        while inbox.count >= ControlFrame.bytes {
            frames.append(Array(inbox.prefix(ControlFrame.bytes)))
            inbox.removeFirst(ControlFrame.bytes)
        }
        return frames
    }

    func answer(_ frame: ControlFrame) {
        guard !isGone else { return }
        outbox += frame.wire
        if outbox.count > Self.outboxBytesMax { isGone = true }
        write()
    }

    func write() {
        while !outbox.isEmpty && !isGone {
            let sent = unsafe shim_socket_send(fd, outbox, outbox.count)
            guard sent > 0 else {
                if sent != Int(-EAGAIN) { isGone = true }
                return
            }
            activeNs = ClockNow.monotonicNs()
            outbox.removeFirst(sent)
        }
    }

    /// No more requests; what is owed still leaves.
    func end() { isEnding = true }
}
