import ExchangeSimulator
import Vocabulary
import Wire

/// The command line as text, and the way from there to a server; every refusal names its flag.
package struct VenueRequest: Sendable {
    package var name: String
    package var ouch: String
    package var dropCopy: String
    package var request: String
    package var feedSubscribe: String
    package var feedTo: [String]
    package var multicastInterface: String
    package var users: [String]
    package var passwordFiles: [String]
    package var firm: String
    package var symbols: String
    package var itch: String?
    package var speed: String
    package var maxGap: String?
    package var seed: UInt64
    package var midSeed: UInt64
    package var rate: Int
    package var mids: [String]
    package var cancelOnDisconnect: String
    package var cancelOnLogout: String
    package var portRate: Int
    package var log: String?
    package var tradingDate: Int?
    package var midnightNs: Int64?
    package var portsFile: String?
    package var faults: [String]
    package var endAfter: String?
    package var diesWithParent: Bool
    package var holdsFlowUntilJoin: Bool

    package init(
        name: String,
        ouch: String,
        dropCopy: String,
        request: String,
        feedSubscribe: String,
        feedTo: [String],
        multicastInterface: String,
        users: [String],
        passwordFiles: [String],
        firm: String,
        symbols: String,
        itch: String?,
        speed: String,
        maxGap: String?,
        seed: UInt64,
        midSeed: UInt64,
        rate: Int,
        mids: [String],
        cancelOnDisconnect: String,
        cancelOnLogout: String,
        portRate: Int,
        log: String?,
        tradingDate: Int?,
        midnightNs: Int64?,
        portsFile: String?,
        faults: [String],
        endAfter: String?,
        diesWithParent: Bool,
        holdsFlowUntilJoin: Bool
    ) {
        self.name = name
        self.ouch = ouch
        self.dropCopy = dropCopy
        self.request = request
        self.feedSubscribe = feedSubscribe
        self.feedTo = feedTo
        self.multicastInterface = multicastInterface
        self.users = users
        self.passwordFiles = passwordFiles
        self.firm = firm
        self.symbols = symbols
        self.itch = itch
        self.speed = speed
        self.maxGap = maxGap
        self.seed = seed
        self.midSeed = midSeed
        self.rate = rate
        self.mids = mids
        self.cancelOnDisconnect = cancelOnDisconnect
        self.cancelOnLogout = cancelOnLogout
        self.portRate = portRate
        self.log = log
        self.tradingDate = tradingDate
        self.midnightNs = midnightNs
        self.portsFile = portsFile
        self.faults = faults
        self.endAfter = endAfter
        self.diesWithParent = diesWithParent
        self.holdsFlowUntilJoin = holdsFlowUntilJoin
    }

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

    private func serverOptions() throws(VenueServerError) -> ServerOptions {
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

    private func endpoint(_ flag: String, _ text: String) throws(VenueServerError) -> Endpoint {
        guard let endpoint = Endpoint(text) else {
            throw .badValue(flag, text, "an IPv4 address and a port, such as 127.0.0.1:0")
        }
        return endpoint
    }

    private func duration(_ flag: String, _ text: String) throws(VenueServerError) -> Int64 {
        guard let parsed = Duration.parse(text) else {
            throw .badValue(flag, text, "a whole number with ns, us, ms, s, m or h, such as 200ms")
        }
        return parsed
    }

    private func answer(_ flag: String, _ text: String) throws(VenueServerError) -> Bool {
        switch text {
        case "yes": return true
        case "no": return false
        default: throw .badValue(flag, text, "yes or no")
        }
    }

    // MARK: The market

    private func venueConfiguration(
        _ now: Int64
    ) throws(VenueServerError) -> VenueConfiguration {
        guard let stem = SessionName.stem(venue: name, unixNs: now) else {
            throw .badValue("--name", name, "letters and digits")
        }
        var faultOrders: [FaultOrder] = []
        for text in faults {
            guard let order = FaultOrder(text) else {
                throw .badValue("--fault", text, "one of \(FaultOrder.forms)")
            }
            faultOrders.append(order)
        }
        return VenueConfiguration(
            name: name,
            clock: DayClock(midnightNs: try midnight(now)),
            ports: try ports(stem),
            symbols: try listedSymbols(),
            feedSession: Alpha10(stem + "FD") ?? .blank,
            faults: faultOrders
        )
    }

    private func midnight(_ now: Int64) throws(VenueServerError) -> Int64 {
        if let midnightNs { return midnightNs }
        let date = tradingDate ?? EasternTime.tradingDate(at: now)
        guard let midnight = EasternTime.midnightNs(tradingDate: date) else {
            throw .badValue("--trading-date", "\(date)", "a date as YYYYMMDD, from 2007 on")
        }
        return midnight
    }

    private func listedSymbols() throws(VenueServerError) -> [Symbol] {
        var names = symbols.split(separator: ",").map(String.init)
        for text in mids {
            let name = String(text.prefix { $0 != "=" })
            if !names.contains(name) { names.append(name) }
        }
        var listed: [Symbol] = []
        for name in names {
            guard let symbol = Symbol(name) else {
                throw .badValue("--symbols", name, "1 to 8 printable characters")
            }
            listed.append(symbol)
        }
        return listed
    }

    private func ports(_ stem: String) throws(VenueServerError) -> [PortConfiguration] {
        guard let firm = Alpha4(firm) else {
            throw .badValue("--firm", firm, "at most 4 printable characters")
        }
        guard portRate >= 0, portRate <= 1_000_000 else {
            throw .badValue("--port-rate", "\(portRate)", "0 to 1000000 a second")
        }
        var ports: [PortConfiguration] = []
        for (index, text) in users.enumerated() {
            let login = try login(text, index)
            ports.append(
                PortConfiguration(
                    user: login.user,
                    password: login.password,
                    firm: firm,
                    session: stem + SessionName.suffix(index),
                    cancelsOnDisconnect: try answer("--cancel-on-disconnect", cancelOnDisconnect),
                    cancelsOnLogout: try answer("--cancel-on-logout", cancelOnLogout),
                    rate: portRate == 0 ? nil : .init(perSecond: portRate, burst: portRate)
                )
            )
        }
        return ports
    }

    private func login(
        _ text: String,
        _ index: Int
    ) throws(VenueServerError) -> (user: Name, password: Name) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let file = parts.count == 2 ? parts[1] : passwordFiles.dropFirst(index).first
        guard let file, let userName = parts.first else {
            throw .badValue("--user", text, "NAME:FILE, or a --password-file in the same place")
        }
        guard userName.utf8.count <= 6, let user = Name(userName) else {
            throw .badValue("--user", text, "a name of 1 to 6 characters")
        }
        let content = try Files.text(file, flag: "--password-file")
        let line = content.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        guard line.utf8.count <= 10, let password = Name(line) else {
            throw .badValue("--password-file", file, "a first line of 1 to 10 characters")
        }
        return (user, password)
    }

    // MARK: Background flow

    private func makeFlow(
        _ recording: MappedFile?,
        _ listed: [Symbol]
    ) throws(VenueServerError) -> (any BackgroundFlow)? {
        if let recording {
            guard let speed = Double(speed), speed > 0, speed.isFinite else {
                throw .badValue("--speed", speed, "a number above 0")
            }
            let gap = try maxGap.map { text throws(VenueServerError) in
                try duration("--max-gap", text)
            }
            return RecordedFlow(
                recording.bytes,
                speed: speed,
                gapMaxNs: gap ?? .max,
                symbols: listed
            )
        }
        guard rate >= 0, rate <= 1_000_000 else {
            throw .badValue("--rate", "\(rate)", "0 to 1000000 a second")
        }
        guard rate > 0 else { return nil }
        var midBySymbol: [Symbol: Price] = [:]
        for text in mids {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let symbol = Symbol(parts[0]),
                let mid = PriceText.parse(parts[1]),
                EntryPrice.isQuotable(mid)
            else {
                throw .badValue("--mid", text, "SYMBOL=PRICE, a price in whole cents above 0.10")
            }
            midBySymbol[symbol] = mid
        }
        return GeneratedFlow(
            seed: seed,
            midSeed: midSeed,
            ratePerSecond: rate,
            listed.map { symbol in
                GeneratedFlow.Instrument(
                    symbol: symbol,
                    mid: midBySymbol[symbol] ?? Price(units: 1_000_000)
                )
            }
        )
    }
}

/// Session names: ten characters, other ones each time a venue starts, so that a client's memory of
/// an earlier run is refused and not taken for this one's.
enum SessionName {
    /// Up to three letters of the venue and five digits of the second; `nil` for an empty name.
    static func stem(venue: String, unixNs: Int64) -> String? {
        let letters = venue.uppercased().utf8.filter { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        }
        guard !letters.isEmpty, letters.count == venue.utf8.count else { return nil }
        let prefix = String(decoding: letters.prefix(3), as: UTF8.self)
        return prefix + base36(unixNs / 1_000_000_000 % 60_466_176, count: 5)
    }

    static func suffix(_ index: Int) -> String { base36(Int64(index + 1), count: 2) }

    private static func base36(_ value: Int64, count: Int) -> String {
        let digits = String(value, radix: 36, uppercase: true)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}

/// `187.25` to units of 1e-4.
enum PriceText {
    static func parse(_ text: String) -> Price? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ $0.allSatisfy(\.isNumber) }) else {
            return nil
        }
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard fraction.count <= 4, let whole = Int64(parts[0]), whole < 200_000 else { return nil }
        let padded = fraction + String(repeating: "0", count: 4 - fraction.count)
        guard let part = Int64(padded) else { return nil }
        return Price(units: whole * 10_000 + part)
    }
}

enum EntryPrice {
    /// Room for the generated path and its levels, on the tick.
    static func isQuotable(_ price: Price) -> Bool {
        price.units >= 1_000 && (price.units < 10_000 || price.units % 100 == 0)
    }
}
