import ArgumentParser
import VenueServer

/// The command line, word for word; ``VenueRequest`` makes sense of it.
struct Flags: ParsableArguments {
    @Option(help: "Venue's name in the log and in session names.")
    var name = "NASDAQ"

    @Option(help: "Market identifier code, for the operator's eyes only.")
    var mic = "XNAS"

    @Option(help: "OUCH over SoupBinTCP; port 0 takes a free one.")
    var ouch = "127.0.0.1:0"

    @Option(help: "A second SoupBinTCP port with a copy of all the venue says.")
    var dropCopy = "127.0.0.1:0"

    @Option(help: "MoldUDP64 re-request server.")
    var request = "127.0.0.1:0"

    @Option(help: "Feed port: receivers send JOIN A or JOIN B here.")
    var feedSubscribe = "127.0.0.1:0"

    @Option(help: "Fixed feed destination, unicast or multicast; repeat for line B.")
    var feedTo: [String] = []

    @Option(help: "Interface multicast leaves by.")
    var multicastInterface = "127.0.0.1"

    @Option(help: "Login, NAME (with --password-file) or NAME:FILE; repeat for more ports.")
    var user: [String] = []

    @Option(help: "Password of the --user in the same place; first line of the file.")
    var passwordFile: [String] = []

    @Option(help: "Firm of every login, four characters at most.")
    var firm = ""

    @Option(help: "Comma-separated symbols. With --itch and none given: all in the file.")
    var symbols = ""

    @Option(help: "Recorded background flow: an ITCH 5.0 BinaryFILE.")
    var itch: String?

    @Option(help: "Recorded seconds a second.")
    var speed = "1"

    @Option(help: "Longest wait between two recorded messages, such as 200ms.")
    var maxGap: String?

    @Option(help: "Generated background flow: its seed.")
    var seed: UInt64 = 1

    @Option(help: "Seed of the generated mids; the same for venues that quote one market.")
    var midSeed: UInt64 = 1

    @Option(help: "Generated events a second; 0 for none.")
    var rate = 200

    @Option(help: "SYMBOL=PRICE a generated mid wanders around; 100.00 if not said.")
    var mid: [String] = []

    @Option(help: "yes or no: a lost connection cancels the port's orders.")
    var cancelOnDisconnect = "yes"

    @Option(help: "yes or no: so does a logout.")
    var cancelOnLogout = "yes"

    @Option(help: "New orders and replaces a second on each port; 0 for no limit.")
    var portRate = 0

    @Option(help: "JSON lines of everything the venue accepted and did.")
    var log: String?

    @Option(help: "YYYYMMDD; today in New York if not said.")
    var tradingDate: Int?

    @Option(help: "Unix ns of that date's midnight in New York; computed if not said.")
    var midnightNs: Int64?

    @Option(help: "Where to publish the bound ports, as JSON.")
    var portsFile: String?

    @Option(help: "Something to do wrong, such as reject-all or delay=50ms@5s; repeat for more.")
    var fault: [String] = []

    @Option(help: "End the day after so long, such as 90s.")
    var endAfter: String?

    @Flag(help: "End when the parent process is gone.")
    var dieWithParent = false

    @Flag(help: "Begin the background flow with the first JOIN.")
    var holdFlowUntilJoin = false

    func venueRequest() -> VenueRequest {
        var request = VenueRequest()
        request.name = name
        request.ouch = ouch
        request.dropCopy = dropCopy
        request.request = self.request
        request.feedSubscribe = feedSubscribe
        request.feedTo = feedTo
        request.multicastInterface = multicastInterface
        request.users = user
        request.passwordFiles = passwordFile
        request.firm = firm
        request.symbols = symbols
        request.itch = itch
        request.speed = speed
        request.maxGap = maxGap
        request.seed = seed
        request.midSeed = midSeed
        request.rate = rate
        request.mids = mid
        request.cancelOnDisconnect = cancelOnDisconnect
        request.cancelOnLogout = cancelOnLogout
        request.portRate = portRate
        request.log = log
        request.tradingDate = tradingDate
        request.midnightNs = midnightNs
        request.portsFile = portsFile
        request.faults = fault
        request.endAfter = endAfter
        request.diesWithParent = dieWithParent
        request.holdsFlowUntilJoin = holdFlowUntilJoin
        return request
    }
}
