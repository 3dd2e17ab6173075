package import Crossing
internal import Vocabulary

extension Settings {
    /// Turns checked settings into the image hot and cold read.
    ///
    /// - Parameters:
    ///   - secrets: Where passwords are.
    ///   - day: What the trading date begins with; `nil`: as the configuration says.
    /// - Returns: The tables; `bytes()` makes the file of them.
    /// - Throws: A password file that is missing, open to others or unfit for the wire.
    package func compile(
        secrets: Secrets,
        day: DayStart? = nil
    ) throws(SettingsError) -> HotImageWriter {
        var image = HotImageWriter()
        image.header = header()
        for venue in venues {
            var row = self.row(venue, try secrets.password(venue.ouch.passwordFile))
            if let copy = venue.dropCopy {
                row.dropCopyHost = copy.host
                row.dropCopyPort = copy.port
                row.dropCopyUser = Name(copy.user.description) ?? .blank
                row.dropCopyPassword = try secrets.password(copy.passwordFile)
            }
            image.venues.append(row)
        }
        image.instruments = instruments.map(row)
        image.accounts = accounts.map(row)
        image.strategies = strategies.map(row)
        for client in clients {
            image.clients.append(self.row(client, try secrets.password(client.passwordFile)))
        }
        image.roles = roles.map { role in
            var row = ImageRole()
            row.id = role.id
            row.isGroup = role.isGroup ? 1 : 0
            row.role = role.may.rawValue
            return row
        }
        if let day { try apply(day, to: &image) }
        return image
    }

    private func header() -> ImageHeader {
        var header = ImageHeader()
        header.tradingDate = tradingDate.number
        header.midnightNs = tradingDate.midnightNs
        header.instance = instance
        header.paper = paper ? 1 : 0
        header.idle = idle.rawValue
        header.transport = hot.transport.rawValue
        header.cpu = hot.cpu
        header.requireIsolatedCPU = hot.requireIsolatedCPU ? 1 : 0
        header.testHooks = hot.testHooks ? 1 : 0
        header.exposePorts = expose ? 1 : 0
        header.twoPersons = twoPersons
        header.clientHostIPv4 = clientListen.host
        header.clientPort = clientListen.port
        header.clientConnectionsMax = hot.connectionsMax
        fillSizes(&header)
        fillTimes(&header)
        fillFirm(&header)
        fillWatch(&header)
        return header
    }

    private func fillSizes(_ header: inout ImageHeader) {
        header.ordersMax = hot.sizes.ordersMax
        header.auditSlots = hot.sizes.auditSlots
        header.telemetrySlots = hot.sizes.telemetrySlots
        header.commandSlots = hot.sizes.commandSlots
        header.clientStoreMessages = hot.sizes.clientStoreMessages
        header.clientStoreBytes = hot.sizes.clientStoreBytes
        header.bookOrdersMax = hot.sizes.bookOrdersMax
        header.bookLevelsMax = hot.sizes.bookLevelsMax
    }

    private func fillTimes(_ header: inout ImageHeader) {
        header.stallMaxNs = hot.timeouts.stallMaxNs
        header.ackTimeoutNs = hot.timeouts.ackNs
        header.clientGraceNs = hot.timeouts.clientGraceNs
        header.heartbeatDeadNs = hot.timeouts.heartbeatDeadNs
        header.loginTimeoutNs = hot.timeouts.loginNs
        header.reconcileTimeoutNs = hot.timeouts.reconcileNs
        header.coldSilentNs = cold.silentNs
        header.coldDeadNs = cold.deadNs
        header.journalStallNs = cold.journalStallNs
        header.journalSegmentBytes = journal.segmentBytes
    }

    private func fillWatch(_ header: inout ImageHeader) {
        header.orderToTradeMax = cold.watch.orderToTradeMax
        header.orderToTradeFrom = cold.watch.orderToTradeFrom
        header.dayEquity = cold.watch.equity
        header.drawdownDailyBps = cold.watch.dailyBps
        header.drawdownRapidBps = cold.watch.rapidBps
        header.drawdownWindowMs = UInt32(clamping: cold.watch.windowNs / 1_000_000)
        header.markAgeMs = UInt32(clamping: cold.watch.markAgeNs / 1_000_000)
        header.concentrationMax = cold.watch.concentrationMax
        header.concentrationFrom = cold.watch.concentrationFrom
        header.leverageMaxMilli = cold.watch.leverageMaxMilli
    }

    private func fillFirm(_ header: inout ImageHeader) {
        header.firmMaxGross = firm.maxGross
        header.firmMaxOpenOrders = firm.maxOpenOrders
        header.dupWindowNs = firm.duplicateWindowNs
        header.dupMax = firm.duplicateMax
        header.rejectsMax = firm.rejectsMax
        header.rejectsWindowNs = firm.rejectsWindowNs
        header.executionsMax = firm.executionsMax
        header.executionsWindowNs = firm.executionsWindowNs
        header.selfTradeFirmWide = firm.selfTradeFirmWide ? 1 : 0
        header.clientRatePerS = hot.doorRate.perSecond
        header.clientBurst = hot.doorRate.burst
        header.clientDoorMax = hot.doorRefusalsMax
        header.commandRatePerS = hot.commandRate.perSecond
        header.commandBurst = hot.commandRate.burst
    }
}

extension Settings {
    private func row(_ venue: VenueSettings, _ password: Name) -> ImageVenue {
        var row = ImageVenue()
        row.name = venue.name
        row.mic = venue.mic
        row.user = venue.ouch.user
        row.password = password
        row.firm = fourCharacters(venue.ouch.firm)
        row.ouchHost = venue.ouch.host
        row.ouchPort = venue.ouch.port
        row.feedAHost = venue.feedA.host
        row.feedAPort = venue.feedA.port
        row.feedBHost = venue.feedB.host
        row.feedBPort = venue.feedB.port
        row.feedASource = venue.feedASource
        row.feedBSource = venue.feedBSource
        row.feedInterface = venue.feedInterface
        row.requestHost = venue.request.host
        row.requestPort = venue.request.port
        row.multicast = venue.feedA.isMulticast ? 1 : 0
        row.cancelOnDisconnect =
            (venue.ouch.cancelOnDrop ? 1 : 0) | (venue.ouch.cancelOnLogout ? 2 : 0)
        row.real = venue.simulate == nil ? 1 : 0
        row.ratePerS = venue.ouch.rate.perSecond
        row.burst = venue.ouch.rate.burst
        row.removeFee = venue.removeFee
        row.addRebate = venue.addRebate
        row.openNs = venue.openNs
        row.closeNs = venue.closeNs
        row.ackAlertNs = venue.ackAlertNs
        return row
    }

    private func row(_ instrument: InstrumentSettings) -> ImageInstrument {
        let limits = instrument.limits
        var row = ImageInstrument()
        row.symbol = instrument.symbol
        row.tick = instrument.tick
        row.lot = instrument.lot
        row.priorClose = instrument.priorClose
        row.startPosition = instrument.startPosition
        row.startLocate = instrument.startLocate
        row.restricted = instrument.restricted ? 1 : 0
        row.subscribed = instrument.subscribed ? 1 : 0
        row.maxOrderQty = limits.maxOrderQty
        row.maxOrderNotional = limits.maxOrderNotional
        row.maxRefAgeNs = limits.maxRefAgeNs
        row.maxSpread = limits.maxSpread
        row.maxLong = limits.maxLong
        row.maxShort = limits.maxShort
        row.maxDayQty = limits.maxDayQty
        row.maxAdvBps = limits.maxAdvBps
        row.adv = instrument.adv
        row.collarBps = limits.collarBps
        row.marketCollarBps = limits.marketCollarBps
        row.passiveBps = limits.passiveBps
        return row
    }

    private func row(_ account: AccountSettings) -> ImageAccount {
        var row = ImageAccount()
        row.name = account.name
        row.unit = account.unit
        row.maxOpenNotional = account.maxOpenNotional
        row.maxGross = account.maxGross
        row.maxNet = account.maxNet
        row.maxDayBuy = account.maxDayBuy
        row.maxDaySell = account.maxDaySell
        row.maxOpenOrders = account.maxOpenOrders
        row.lossLimit = account.lossLimit
        return row
    }

    private func row(_ strategy: StrategySettings) -> ImageStrategy {
        var row = ImageStrategy()
        row.name = strategy.name
        row.groupID = strategy.groupID
        row.account = strategy.account
        row.ownerGroup = strategy.ownerGroup
        row.venues = venueBits(strategy.venues)
        row.ratePerS = strategy.rate.perSecond
        row.burst = strategy.rate.burst
        row.lossLimit = strategy.lossLimit
        row.coldMay = strategy.algos ? 1 : 0
        row.capacity = strategy.capacity
        row.locateBroker = fourCharacters(strategy.locateBroker)
        row.allSymbols = strategy.symbols == nil ? 1 : 0
        row.symbols = symbolBits(strategy.symbols)
        return row
    }

    private func row(_ client: ClientSettings, _ password: Name) -> ImageClient {
        var row = ImageClient()
        row.user = client.user
        row.password = password
        row.desk = client.desk
        row.trader = client.trader
        row.account = client.account
        row.strategy = UInt16(client.strategies.first ?? 0)
        row.ownerGroup = client.ownerGroup
        row.venues = venueBits(client.venues)
        row.strategies = client.strategies.reduce(0) { $0 | 1 << UInt64($1) }
        row.cancelOnDisconnect = (client.cancelOnDrop ? 1 : 0) | (client.cancelOnLogout ? 2 : 0)
        row.allSymbols = client.symbols == nil ? 1 : 0
        row.symbols = symbolBits(client.symbols)
        row.mayISO = client.mayISO ? 1 : 0
        row.mode = client.mode
        row.ratePerS = client.rate.perSecond
        row.burst = client.rate.burst
        row.firm = fourCharacters(client.firm)
        row.capacity = client.capacity
        row.locateBroker = fourCharacters(client.locateBroker)
        return row
    }

    private func venueBits(_ venues: [Int]?) -> UInt16 {
        venues.map { $0.reduce(0) { $0 | 1 << UInt16($1) } } ?? 0xFFFF
    }

    private func symbolBits(_ symbols: [Int]?) -> InstrumentSet {
        var set = InstrumentSet()
        for symbol in symbols ?? [] { set.insert(UInt16(symbol)) }
        return set
    }

    /// Four ASCII bytes in memory order, padded with spaces.
    private func fourCharacters(_ text: String) -> UInt32 {
        let padded = Array(text.utf8.prefix(4)) + [UInt8](repeating: 0x20, count: 4)
        return padded.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
