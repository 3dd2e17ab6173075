internal import Settings
internal import Vocabulary

/// `ports.json`: where everything of a running Apus can be reached, and which process is which.
struct PortsFile {
    struct Venue {
        var name: String
        var pid: Int64
        var ouch: Int64
        var dropCopy: Int64
        var feed: Int64
        var request: Int64
    }

    var pid: Int32
    var sharedMemory: String
    var tradingDate: UInt32
    var clients: Endpoint
    var venues: [Venue] = []
    var hot: Int32 = 0
    var cold: Int32 = 0
    /// The gate has been open.
    var ready = false

    var json: JSON {
        [
            "pid": .number(pid), "ready": .bool(ready), "shm_dir": .string(sharedMemory),
            "tradingDate": .number(tradingDate), "hot": .number(hot), "cold": .number(cold),
            "clients": [
                "host": .string(Endpoint.text(clients.host)), "port": .number(clients.port),
            ],
            "venues": .object(
                venues.map { venue in
                    (
                        venue.name,
                        [
                            "pid": .int(venue.pid), "ouch": .int(venue.ouch),
                            "dropCopy": .int(venue.dropCopy), "feed": .int(venue.feed),
                            "request": .int(venue.request),
                        ]
                    )
                }
            ),
        ]
    }

    /// Our processes by id, for `down --force`.
    static func processes(_ json: JSON) -> [(name: String, pid: Int32)] {
        var result: [(String, Int32)] = []
        for name in ["hot", "cold"] {
            if let pid = json[name]?.int, pid > 0 { result.append((name, Int32(pid))) }
        }
        for (name, venue) in json["venues"]?.members ?? [] {
            if let pid = venue["pid"]?.int, pid > 0 { result.append((name, Int32(pid))) }
        }
        return result
    }
}
