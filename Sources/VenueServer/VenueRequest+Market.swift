import ExchangeSimulator
import Vocabulary
import Wire

// What the flags say about the market: day, logins, symbols, background flow.
extension VenueRequest {
    func venueConfiguration(
        _ now: Int64
    ) throws(VenueServerError) -> VenueConfiguration {
        guard let stem = SessionName.stem(venue: name, unixNs: now) else {
            throw .badValue(
                "--name",
                name,
                "printable characters without quotes, one of them a letter or digit"
            )
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
        if let midnightNs {
            guard (0...7_258_118_400_000_000_000).contains(midnightNs) else {
                throw .badValue(
                    "--midnight-ns",
                    "\(midnightNs)",
                    "Unix ns of a midnight, before 2200"
                )
            }
            return midnightNs
        }
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

    func makeFlow(
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
            try RecordingCheck.prove(recording, path: itch ?? "")
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
