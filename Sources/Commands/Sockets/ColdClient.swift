/// `cold.sock`: a u32 little-endian length and one JSON object there, the same back.
struct ColdClient: Sendable {
    let stateDir: String

    var path: String { "\(stateDir)/cold.sock" }

    /// Largest answer taken; a day of fills fits, nonsense does not.
    private static var bytesMax: Int { 256 << 20 }

    func ask(_ verb: String, _ arguments: [(String, JSON)] = []) throws(Failure) -> JSON {
        let socket = try LocalSocket(path: path, what: "cold")
        let request = Array(JSON.object([("verb", .string(verb))] + arguments).text.utf8)
        let length = UInt32(request.count)
        try socket.send(withUnsafeBytes(of: length.littleEndian) { Array($0) } + request)

        let head = try socket.receive(4)
        let count = head.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard count <= Self.bytesMax else {
            throw Failure(.notRunning, "\(path): answer of \(count) bytes; not cold's protocol")
        }
        guard let answer = JSON.parse(try socket.receive(count)) else {
            throw Failure(.notRunning, "\(path): answer is not JSON")
        }
        if let error = answer["error"]?.string {
            throw Failure(Self.status(answer["code"]?.int), error)
        }
        return answer
    }

    private static func status(_ code: Int64?) -> ExitStatus {
        code.flatMap { Int32(exactly: $0) }.flatMap(ExitStatus.init) ?? .badInput
    }
}
