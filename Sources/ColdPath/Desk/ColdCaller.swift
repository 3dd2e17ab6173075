import ColdCore
import Glibc

/// One connection to `cold.sock`: bytes in, bytes out, both bounded.
final class ColdCaller {
    enum Request {
        case whole([UInt8])
        case tooLong(UInt32)
    }

    let fd: Int32
    let uid: UInt32
    let gid: UInt32
    private(set) var lastNs: Int64
    /// No more requests; gone once everything was written.
    var closing = false
    private var broken = false
    private var input: [UInt8] = []
    private var output: [UInt8] = []
    private var written = 0

    /// Unsent answers above this stop further requests of this caller from being served.
    static let outputMax = 4 << 20

    init(fd: Int32, uid: UInt32, gid: UInt32, nowNs: Int64) {
        self.fd = fd
        self.uid = uid
        self.gid = gid
        lastNs = nowNs
    }

    var owes: Bool { written < output.count }
    var mayRead: Bool { !closing && !broken && input.count < ColdServer.requestBytesMax * 2 }
    var mayAnswer: Bool { !broken && !closing && output.count - written < Self.outputMax }
    var isDone: Bool { broken || (closing && !owes) }
    var isMidway: Bool { owes || !input.isEmpty }
    var hasWholeRequest: Bool {
        guard mayAnswer, let length else { return false }
        return length > ColdServer.requestBytesMax || input.count >= 4 + Int(length)
    }

    private var length: UInt32? {
        guard input.count >= 4 else { return nil }
        return UInt32(input[0]) | UInt32(input[1]) << 8 | UInt32(input[2]) << 16
            | UInt32(input[3]) << 24
    }

    func read(nowNs: Int64) {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let got = recv(fd, &chunk, chunk.count, Int32(MSG_DONTWAIT))
        if got > 0 {
            lastNs = nowNs
            input += chunk[0..<got]
        } else if got == 0 {
            // Answers to what came before the end are still owed.
            closing = !hasWholeRequest
            if closing { input.removeAll() }
        } else if errno != EAGAIN, errno != EINTR {
            broken = true
        }
    }

    func takeRequest() -> Request? {
        guard let length else { return nil }
        guard length <= ColdServer.requestBytesMax else {
            input.removeAll()
            return .tooLong(length)
        }
        let end = 4 + Int(length)
        guard input.count >= end else { return nil }
        let bytes = Array(input[4..<end])
        input.removeFirst(end)
        return .whole(bytes)
    }

    func send(_ answer: JSON) {
        var bytes = answer.bytes
        if bytes.count > ColdServer.answerBytesMax {
            bytes = ColdServer.failure("answer: too long; ask with a smaller limit").bytes
        }
        let count = UInt32(bytes.count)
        for shift in [0, 8, 16, 24] as [UInt32] {
            output.append(UInt8(truncatingIfNeeded: count >> shift))
        }
        output += bytes
    }

    func write(nowNs: Int64) {
        let sent = output.withUnsafeBytes { bytes in
            Glibc.send(
                fd,
                bytes.baseAddress.map { $0 + written },
                bytes.count - written,
                Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            )
        }
        if sent > 0 {
            lastNs = nowNs
            written += sent
            if written == output.count {
                output.removeAll(keepingCapacity: written < 1 << 20)
                written = 0
            }
        } else if sent < 0, errno != EAGAIN, errno != EINTR {
            broken = true
        }
    }
}
