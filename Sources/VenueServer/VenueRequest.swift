import ExchangeSimulator
import Vocabulary
import Wire

/// The command line as text, and the way from there to a server; every refusal names its flag.
package struct VenueRequest: Sendable {
    package var name = "NASDAQ"
    package var ouch = "127.0.0.1:0"
    package var dropCopy = "127.0.0.1:0"
    package var request = "127.0.0.1:0"
    package var feedSubscribe = "127.0.0.1:0"
    package var feedTo: [String] = []
    package var multicastInterface = "127.0.0.1"
    package var users: [String] = []
    package var passwordFiles: [String] = []
    package var firm = ""
    package var symbols = ""
    package var itch: String?
    package var speed = "1"
    package var maxGap: String?
    package var seed: UInt64 = 1
    package var midSeed: UInt64 = 1
    package var rate = 200
    package var mids: [String] = []
    package var cancelOnDisconnect = "yes"
    package var cancelOnLogout = "yes"
    package var portRate = 0
    package var log: String?
    package var tradingDate: Int?
    package var midnightNs: Int64?
    package var portsFile: String?
    package var faults: [String] = []
    package var endAfter: String?
    package var diesWithParent = false
    package var holdsFlowUntilJoin = false

    package init() {}

    /// Checks every flag, reads every file, opens the log. Nothing is bound yet.
    package func makeServer() throws(VenueServerError) -> VenueServer {
        let options = try serverOptions()
        let now = VenueServer.now()
        let configuration = try venueConfiguration(now)
        let recording = try itch.map { path throws(VenueServerError) in
            try MappedFile(path, flag: "--itch")
        }
        let flow = try makeFlow(recording, configuration.symbols)
        return try VenueServer(options, recording: recording) { started in
            Venue(
                configuration,
                flow: flow,
                holdsFlow: options.holdsFlowUntilJoin,
                now: started
            )
        }
    }

    // MARK: Sockets and files

    func serverOptions() throws(VenueServerError) -> ServerOptions {
        var options = ServerOptions()
        options.orderEntry = try endpoint("--ouch", ouch)
        options.dropCopy = try endpoint("--drop-copy", dropCopy)
        options.request = try endpoint("--request", request)
        options.feed = try endpoint("--feed-subscribe", feedSubscribe)
        for text in feedTo { options.feedTo.append(try endpoint("--feed-to", text)) }
        options.multicastInterface = try endpoint(
            "--multicast-interface",
            multicastInterface + ":0"
        ).host
        options.logPath = log
        options.portsPath = portsFile
        if let endAfter { options.endAfterNs = try duration("--end-after", endAfter) }
        options.diesWithParent = diesWithParent
        options.holdsFlowUntilJoin = holdsFlowUntilJoin
        return options
    }

    func endpoint(_ flag: String, _ text: String) throws(VenueServerError) -> Endpoint {
        guard let endpoint = Endpoint(text) else {
            throw .badValue(flag, text, "an IPv4 address and a port, such as 127.0.0.1:0")
        }
        return endpoint
    }

    func duration(_ flag: String, _ text: String) throws(VenueServerError) -> Int64 {
        guard let parsed = Duration.parse(text) else {
            throw .badValue(flag, text, "a whole number with ns, us, ms, s, m or h, such as 200ms")
        }
        return parsed
    }

    func answer(_ flag: String, _ text: String) throws(VenueServerError) -> Bool {
        switch text {
        case "yes": return true
        case "no": return false
        default: throw .badValue(flag, text, "yes or no")
        }
    }
}
