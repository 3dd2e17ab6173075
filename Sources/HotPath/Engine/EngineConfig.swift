package import Crossing
package import Vocabulary

/// What the engine takes from the image once, at start: sizes, rules, times. All in ns.
package struct EngineConfig: BitwiseCopyable {
    package var venueCount: Int
    package var instrumentCount: Int
    package var strategyCount: Int
    package var clientCount: Int
    package var connectionsMax: Int
    package var instance: UInt8
    package var epoch: UInt32
    package var midnightNs: Int64
    package var tradingDate: UInt32
    package var paper: Bool
    package var mayWait: Bool
    package var testHooks: Bool
    package var stallMaxNs: Int64
    package var coldSilentNs: Int64
    package var coldDeadNs: Int64
    package var ackTimeoutNs: Int64
    package var clientGraceNs: Int64
    package var heartbeatDeadNs: Int64
    package var loginTimeoutNs: Int64
    package var reconcileTimeoutNs: Int64
    package var clientDoorMax: UInt32
    package var ordersMax: Int
    package var commandRatePerS: UInt32
    package var commandBurst: UInt32
    package var twoPersons: TwoPersons

    /// Longest a client may leave what it was sent unread before it is disconnected.
    package static var clientStallMaxNs: Int64 { 3_000_000_000 }
    /// Events one poll may bring: bounds a turn, and with it the datagrams between two looks at
    /// the venues and the kill word (semantics.md §3.2).
    package static var eventsMax: Int { 32 }
    package static var clientMessagesPerTurn: Int { 8 }
    /// Messages of a client's store kept for venue events: an acknowledgement and an end for each
    /// of 512 orders it may have open.
    package static var storeReserveMessages: Int { 1024 }
    /// Orders of one turn whose hops are told; telemetry may drop, so may this.
    /// Of a session's send buffer, what new orders leave free for cancels: 1 700 of them.
    package static var cancelRoomBytes: Int { 16 * 1024 }
    package static var hopsPerTurn: Int { 64 }
    package static var commandsPerTurn: Int { 16 }
    /// Live orders the ack watchdog looks at in one timer tick.
    package static var watchdogOrdersPerTick: Int { 64 }
    /// Slots of the ring that only kills and what is said of a full ring may use: the two records of
    /// the last rung, and twenty kills of three slots.
    package static var urgentSlots: Int { 64 }
    /// And what one person's change may write: ten records of three slots.
    package static var commandSlots: Int { 32 }
    package static var timerTickNs: Int64 { 1_000_000 }
    /// The first cancel and three repeats (semantics.md §2.9).
    package static var cancelTriesMax: UInt8 { 4 }
    /// Of the room kept for venue events, what a client's refusals may use.
    package static var storeRefusalMessages: Int { 512 }

    /// Shares one adjustment may move, either way: no transfer is larger, and a slip of the hand
    /// must not reach where sums end. A larger one is 210.
    package static var adjustedSharesMax: Int64 { 1_000_000_000 }
    /// 1 000 000.0000 a share: above it is a slip of the decimal point.
    package static var adjustedPriceMax: Price { Price(units: 10_000_000_000) }

    package init(_ header: ImageHeader, epoch: UInt32) {
        venueCount = Int(header.venueCount)
        instrumentCount = Int(header.instrumentCount)
        strategyCount = Int(header.strategyCount)
        clientCount = Int(header.clientCount)
        connectionsMax = Int(header.clientConnectionsMax)
        instance = header.instance
        self.epoch = epoch
        midnightNs = header.midnightNs
        tradingDate = header.tradingDate
        paper = header.paper != 0
        mayWait = header.idle != 0
        testHooks = header.testHooks != 0
        stallMaxNs = header.stallMaxNs
        coldSilentNs = header.coldSilentNs
        coldDeadNs = header.coldDeadNs
        ackTimeoutNs = header.ackTimeoutNs
        clientGraceNs = header.clientGraceNs
        heartbeatDeadNs = header.heartbeatDeadNs
        loginTimeoutNs = header.loginTimeoutNs
        reconcileTimeoutNs = header.reconcileTimeoutNs
        clientDoorMax = header.clientDoorMax
        ordersMax = Int(header.ordersMax)
        commandRatePerS = header.commandRatePerS
        commandBurst = header.commandBurst
        twoPersons = header.twoPersons
    }
}
