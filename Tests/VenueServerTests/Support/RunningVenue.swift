import Glibc
import Testing
import VenueServer

/// A venue on free ports with files of its own, gone with this object.
final class RunningVenue {
    let folder: String
    let server: VenueServer
    private var hasStopped = false

    init(_ change: (inout VenueRequest) -> Void = { _ in }) throws {
        var request = try RunningVenue.request()
        folder = request.0
        change(&request.1)
        server = try request.1.makeServer()
        try server.start()
    }

    deinit {
        stop()
        for name in ["password", "log", "ports"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// A folder, and a request that would start there.
    static func request() throws -> (String, VenueRequest) {
        var template = Array("/tmp/apus-venue-test-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        let folder = String(cString: made)
        let file = try #require(fopen("\(folder)/password", "w"))
        fputs("secret\n", file)
        fclose(file)
        var request = VenueRequest()
        request.users = ["hot01:\(folder)/password"]
        request.symbols = "AAPL"
        request.log = "\(folder)/log"
        request.portsFile = "\(folder)/ports"
        request.rate = 0
        return (folder, request)
    }

    func stop() {
        if !hasStopped { server.stop() }
        hasStopped = true
    }

    func read(_ name: String) -> String {
        guard let file = fopen("\(folder)/\(name)", "r") else { return "" }
        defer { fclose(file) }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            text += chunk[0..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }

    func client() throws -> TinyClient {
        let client = try TinyClient(port: server.ports.orderEntry)
        try client.logIn()
        let first = try client.next()
        #expect(first?.type == "A")
        return client
    }
}

/// OUCH Enter Order by hand, 47 bytes.
func enterOrder(
    _ ref: UInt8,
    _ side: Character = "B",
    _ qty: UInt8 = 100,
    cents: Int = 10_000
) -> [UInt8] {
    let units = UInt32(cents * 100)
    let price = [0, 0, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: units >> (24 - 8 * $0)) }
    return Array("O".utf8) + [0, 0, 0, ref, side.asciiValue ?? 0, 0, 0, 0, qty]
        + Array("AAPL    ".utf8) + price + Array("0YPNNORDER         ".utf8) + [0, 0]
}
