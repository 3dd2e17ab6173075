/// `cold.sock`: a u32 little-endian length and one JSON object there, the same back
/// (docs/protocols/cold-sock.md).
struct ColdClient: Sendable {
    let stateDir: String

    var path: String { "\(stateDir)/cold.sock" }

    /// Largest answer taken; a day of fills fits, nonsense does not.
    private static var bytesMax: Int { 256 << 20 }

    /// An answer as read and as it came: `--json` prints what came, in cold's order.
    struct Answer {
        let json: JSON
        let text: String
    }

    func ask(
        _ verb: String,
        _ arguments: [(String, JSON)] = [],
        timeoutMs: Int = 5000
    ) throws(Failure) -> Answer {
        let socket = try LocalSocket(path: path, what: "cold", timeoutMs: timeoutMs)
        // When it was asked: what trades is not begun long after.
        let sentNs = JSON.int(HotClient.monotonicNs())
        let members = [("verb", .string(verb)), ("sentNs", sentNs)] + arguments
        let request = Array(JSON.object(members).text.utf8)
        let length = UInt32(request.count)
        try socket.send(withUnsafeBytes(of: length.littleEndian) { Array($0) } + request)

        let head = try socket.receive(4)
        let count = head.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard count <= Self.bytesMax else {
            throw Failure(.notRunning, "\(path): answer of \(count) bytes; not cold's protocol")
        }
        let bytes = try socket.receive(count)
        guard let answer = JSON.parse(bytes) else {
            throw Failure(.notRunning, "\(path): answer is not JSON")
        }
        if let error = answer["error"]?.string {
            let refused = error.hasPrefix("refused")
            throw Failure(refused ? .refused : .badInput, error)
        }
        return Answer(json: answer, text: String(decoding: bytes, as: UTF8.self))
    }
}
