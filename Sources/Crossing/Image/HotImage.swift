public import Vocabulary

// The configuration as hot reads it: `state/hot.image`. One header, then its tables, all fixed
// size, little-endian; CRC32C over everything behind the header's own CRC word. Settings writes
// it, hot and cold read it, both refuse another version. Layouts are drawn in ARCHITECTURE.md.

/// A limit that is not set. For a limit the gate requires, that is code 109.
@inlinable public var noLimit: Int64 { Int64.min }

/// The first 576 bytes of the image.
@frozen
public struct ImageHeader: BitwiseCopyable, Sendable {
    public static let magicValue: UInt64 = 0x3147_4D49_5355_5041  // "APUSIMG1" little-endian
    public static let currentVersion: UInt32 = 6

    public var magic: UInt64 = ImageHeader.magicValue
    public var version: UInt32 = ImageHeader.currentVersion
    /// CRC32C of all bytes from `bytes` (offset 16) to the end of the image.
    public var crc: UInt32 = 0
    public var bytes: UInt64 = 0
    public var tradingDate: UInt32 = 0
    public var instance: UInt8 = 0
    public var paper: UInt8 = 1
    /// 0 spin, 1 yield.
    public var idle: UInt8 = 1
    /// 0 automatic, 1 io_uring, 2 sockets.
    public var transport: UInt8 = 0
    /// UTC ns of the trading date's midnight in US Eastern time: OUCH and ITCH ns-of-day zero.
    public var midnightNs: Int64 = 0

    public var venueCount: UInt32 = 0
    public var instrumentCount: UInt32 = 0
    public var accountCount: UInt32 = 0
    public var strategyCount: UInt32 = 0
    public var clientCount: UInt32 = 0
    public var roleCount: UInt32 = 0

    /// CPU for the engine; -1 does not pin.
    public var cpu: Int32 = -1
    public var requireIsolatedCPU: UInt8 = 0
    public var testHooks: UInt8 = 0
    public var exposePorts: UInt8 = 0
    public var twoPersons: TwoPersons = TwoPersons(rawValue: 0)

    // Sizes, with the sums they come from in Settings/Sizes.
    public var ordersMax: UInt32 = 0
    public var auditSlots: UInt32 = 0
    public var telemetrySlots: UInt32 = 0
    public var commandSlots: UInt32 = 0
    public var clientStoreBytes: UInt32 = 0
    public var clientStoreMessages: UInt32 = 0
    public var bookOrdersMax: UInt32 = 0
    public var bookLevelsMax: UInt32 = 0

    // Where clients log in.
    public var clientHostIPv4: UInt32 = 0x7F00_0001
    public var clientPort: UInt16 = 0
    public var clientConnectionsMax: UInt16 = 32

    // Firm limits and rules.
    public var firmMaxGross: Int64 = noLimit
    public var firmMaxOpenOrders: Int64 = noLimit
    public var dupWindowNs: Int64 = noLimit
    public var dupMax: Int64 = noLimit
    public var stallMaxNs: Int64 = 5_000_000
    public var coldSilentNs: Int64 = 2_000_000_000
    public var coldDeadNs: Int64 = 30_000_000_000
    public var ackTimeoutNs: Int64 = 1_000_000_000
    public var clientGraceNs: Int64 = 0
    public var heartbeatDeadNs: Int64 = 15_000_000_000
    public var loginTimeoutNs: Int64 = 30_000_000_000
    public var clientRatePerS: UInt32 = 0
    public var clientBurst: UInt32 = 0
    /// Refusals at the door after which a flooding client is disconnected.
    public var clientDoorMax: UInt32 = 0
    public var rejectsMax: UInt32 = 0
    public var rejectsWindowNs: Int64 = noLimit
    public var executionsMax: Int64 = noLimit
    public var executionsWindowNs: Int64 = noLimit
    public var selfTradeFirmWide: UInt8 = 0
    public var reserved1: UInt8 = 0
    public var reserved2: UInt16 = 0
    public var limitsVersion: UInt32 = 1
    /// Hash of the build that may read this image, 0 when any.
    public var buildID: UInt64 = 0
    /// Age of the oldest record not yet on disk from which new orders are refused.
    public var journalStallNs: Int64 = 1_000_000_000
    /// Bytes from which a journal segment is followed by the next one.
    public var journalSegmentBytes: UInt64 = 64 << 20
    // What cold watches over the day (risk-controls.md §2, 25–27); 0 off. Money in price units.
    public var orderToTradeMax: UInt32 = 0
    public var orderToTradeFrom: UInt32 = 0
    public var dayEquity: Int64 = 0
    public var drawdownDailyBps: UInt16 = 0
    public var drawdownRapidBps: UInt16 = 0
    public var leverageMaxMilli: UInt32 = 0
    public var drawdownWindowMs: UInt32 = 0
    public var markAgeMs: UInt32 = 0
    public var concentrationFrom: Int64 = 0
    public var concentrationMax: UInt32 = 0
    public var reserved3: UInt32 = 0
    /// Commands of cold a second, and at once; 0 unlimited.
    public var commandRatePerS: UInt32 = 0
    public var commandBurst: UInt32 = 0
    // Rows of what the date begins with (``ImageHolding``, ``ImageLatch``, ``ImageDayFile``).
    public var holdingCount: UInt32 = 0
    public var latchCount: UInt32 = 0
    public var dayFileCount: UInt32 = 0
    public var reserved5: UInt32 = 0
    public var reserved4: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    /// A venue that has logged us in and answers neither fence nor query for so long is left.
    public var reconcileTimeoutNs: Int64 = 10_000_000_000

    @inlinable public init() {}
    /// Where the first table begins.
    @inlinable public static var strideBytes: Int { 576 }
}

/// One venue. Addresses are IPv4 in host byte order.
@frozen
public struct ImageVenue: BitwiseCopyable, Sendable {
    public var name: Name = .blank
    public var mic: Symbol = .blank
    public var user: Symbol = .blank
    public var password: Name = .blank
    /// OUCH Firm tag, 4 ASCII bytes in memory order.
    public var firm: UInt32 = 0x2020_2020
    public var ouchHost: UInt32 = 0
    public var feedAHost: UInt32 = 0
    public var feedBHost: UInt32 = 0
    public var requestHost: UInt32 = 0
    public var ouchPort: UInt16 = 0
    /// Unicast: where to send JOIN; multicast: the group's port.
    public var feedAPort: UInt16 = 0
    public var feedBPort: UInt16 = 0
    public var requestPort: UInt16 = 0
    /// Bit 0 cancel on drop, bit 1 cancel on logout.
    public var cancelOnDisconnect: UInt8 = 1
    /// 0 simulated (the only kind paper mode allows), 1 real.
    public var real: UInt8 = 0
    public var multicast: UInt8 = 0
    public var reserved0: UInt8 = 0
    /// Messages a second the venue allows our port, and burst; 0 unlimited.
    public var ratePerS: UInt32 = 0
    public var burst: UInt32 = 0
    /// Fee to remove and rebate to add, 1e-4 price units per 100 quantity units.
    public var removeFee: Int32 = 0
    public var addRebate: Int32 = 0
    public var reserved1: UInt32 = 0
    /// No hidden padding: the same configuration is the same bytes, so that its hash means something.
    public var reserved3: UInt32 = 0
    /// Session hours as ns of the trading day; both -1 means the venue's events govern.
    public var openNs: Int64 = -1
    public var closeNs: Int64 = -1
    /// Who sends a multicast line; 0: anybody.
    public var feedASource: UInt32 = 0
    public var feedBSource: UInt32 = 0
    /// The card multicast lines come in by, as an address of this host; 0: where the routes say.
    public var feedInterface: UInt32 = 0
    public var reserved2: UInt32 = 0
    /// The drop copy cold reads; port 0: there is none.
    public var dropCopyUser: Name = .blank
    public var dropCopyPassword: Name = .blank
    public var dropCopyHost: UInt32 = 0
    public var dropCopyPort: UInt16 = 0
    public var reserved4: UInt16 = 0
    /// Order to answer, 99th percentile of a window, above which cold alerts; 0 off.
    public var ackAlertNs: Int64 = 0

    @inlinable public init() {}
}

/// One instrument with its limits (risk-controls.md §2). Limits: `noLimit` when absent.
@frozen
public struct ImageInstrument: BitwiseCopyable, Sendable {
    public var symbol: Symbol = .blank
    public var tick: Int64 = 0
    public var lot: Int64 = 0
    public var maxOrderQty: Int64 = noLimit
    public var maxOrderNotional: Int64 = noLimit
    public var maxRefAgeNs: Int64 = noLimit
    public var maxSpread: Int64 = noLimit
    public var priorClose: Int64 = noLimit
    public var maxLong: Int64 = noLimit
    public var maxShort: Int64 = noLimit
    public var maxDayQty: Int64 = noLimit
    public var startLocate: Int64 = 0
    public var startPosition: Int64 = 0
    public var collarBps: Int32 = -1
    public var marketCollarBps: Int32 = 50
    /// -1: the passive check is off.
    public var passiveBps: Int32 = -1
    public var restricted: UInt8 = 0
    public var subscribed: UInt8 = 1
    /// Share of the average daily volume a day may trade, basis points; 0 off.
    public var maxAdvBps: UInt16 = 0
    /// Average daily volume, quantity units; 0 unknown.
    public var adv: Int64 = 0

    @inlinable public init() {}
}

@frozen
public struct ImageAccount: BitwiseCopyable, Sendable {
    public var name: Name = .blank
    public var maxOpenNotional: Int64 = noLimit
    public var maxGross: Int64 = noLimit
    public var maxNet: Int64 = noLimit
    public var maxDayBuy: Int64 = noLimit
    public var maxDaySell: Int64 = noLimit
    public var maxOpenOrders: Int64 = noLimit
    public var lossLimit: Int64 = noLimit
    /// Aggregation unit whose positions decide long or short, and whose locates are used.
    public var unit: UInt16 = 0
    public var reserved0: UInt16 = 0
    public var reserved1: UInt32 = 0
    public var reserved: (UInt64, UInt64) = (0, 0)

    @inlinable public init() {}
}

/// A strategy and what it may trade. Bit n of `symbols` is instrument n.
@frozen
public struct ImageStrategy: BitwiseCopyable, Sendable {
    public var name: Name = .blank
    /// OUCH GroupID (tag 24) that names it.
    public var groupID: UInt16 = 0
    public var account: UInt16 = 0
    public var ownerGroup: UInt16 = 0
    /// Bit n is venue n.
    public var venues: UInt16 = 0xFFFF
    public var ratePerS: UInt32 = 0
    public var burst: UInt32 = 0
    public var lossLimit: Int64 = noLimit
    /// 1: cold's algos may use it.
    public var coldMay: UInt8 = 1
    public var allSymbols: UInt8 = 1
    /// In whose name its orders by hand and of algos trade, and who located the shares they sell
    /// short; as of ``ImageClient``, whose own orders say the login's.
    public var capacity: UInt8 = 0x50
    public var reserved0: UInt8 = 0
    public var locateBroker: UInt32 = 0x2020_2020
    public var symbols: InstrumentSet = InstrumentSet()

    @inlinable public init() {}
}

/// One client login (semantics.md §5.1).
@frozen
public struct ImageClient: BitwiseCopyable, Sendable {
    public var user: Symbol = .blank
    public var password: Name = .blank
    public var desk: Name = .blank
    public var trader: Name = .blank
    public var account: UInt16 = 0
    public var strategy: UInt16 = 0
    public var ownerGroup: UInt16 = 0
    public var venues: UInt16 = 0xFFFF
    /// Strategies this login may name by GroupID: bit n is strategy n (first 64).
    public var strategies: UInt64 = 0
    /// 0 direct, 1 routed.
    public var mode: UInt8 = 0
    /// Bit 0 cancel on drop, bit 1 cancel on logout.
    public var cancelOnDisconnect: UInt8 = 1
    public var allSymbols: UInt8 = 1
    public var mayISO: UInt8 = 0
    public var ratePerS: UInt32 = 0
    public var burst: UInt32 = 0
    public var firm: UInt32 = 0x2020_2020
    public var symbols: InstrumentSet = InstrumentSet()
    /// In whose name this login trades, as OUCH says it: `A` agency, `P` principal, `R` riskless,
    /// `O` other.
    public var capacity: UInt8 = 0x50
    public var reserved0: UInt8 = 0
    public var reserved1: UInt16 = 0
    /// Four ASCII bytes: who located the shares this login sells short; spaces: nobody by name.
    public var locateBroker: UInt32 = 0x2020_2020

    @inlinable public init() {}

    @inlinable public var isRouted: Bool { mode == 1 }
}

/// Who may do what through hot.sock: one uid or gid and its role.
@frozen
public struct ImageRole: BitwiseCopyable, Sendable {
    public var id: UInt32 = 0xFFFF_FFFF
    /// 0 uid, 1 gid.
    public var isGroup: UInt8 = 0
    /// Bits of ``Role``.
    public var role: UInt8 = 0
    public var reserved: UInt16 = 0

    @inlinable public init() {}
}

@frozen
public struct Role: OptionSet, BitwiseCopyable, Sendable {
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// status, list: anyone in the table.
    @inlinable public static var read: Role { Role(rawValue: 1) }
    /// kill, cancel, mass cancel, stop.
    @inlinable public static var stop: Role { Role(rawValue: 2) }
    /// order new, replace, trigger.
    @inlinable public static var trade: Role { Role(rawValue: 4) }
    /// arm, limits, resolve, adjust, session roll.
    @inlinable public static var control: Role { Role(rawValue: 8) }
    /// Asking for, and confirming, one order past a hard block.
    @inlinable public static var override: Role { Role(rawValue: 16) }
}

/// What no one may do alone (semantics.md §2.16).
@frozen
public struct TwoPersons: OptionSet, BitwiseCopyable, Sendable {
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
    @inlinable public static var resolve: TwoPersons { TwoPersons(rawValue: 1) }
    @inlinable public static var adjust: TwoPersons { TwoPersons(rawValue: 2) }
    @inlinable public static var sessionRoll: TwoPersons { TwoPersons(rawValue: 4) }

    @inlinable public func contains(_ kind: Command.Kind) -> Bool {
        switch kind {
        case .resolve: contains(.resolve as TwoPersons)
        case .adjust: contains(.adjust as TwoPersons)
        case .sessionRoll: contains(.sessionRoll as TwoPersons)
        default: false
        }
    }
}

/// 512 instruments as bits. Image tables hold at most 4 096 instruments; the set names the first
/// 512, and `allSymbols` covers the rest.
@frozen
public struct InstrumentSet: BitwiseCopyable, Sendable {
    public var w0: UInt64 = 0, w1: UInt64 = 0, w2: UInt64 = 0, w3: UInt64 = 0
    public var w4: UInt64 = 0, w5: UInt64 = 0, w6: UInt64 = 0, w7: UInt64 = 0

    @inlinable public init() {}

    @inlinable public func contains(_ instrument: UInt16) -> Bool {
        let bit = UInt64(1) << UInt64(instrument & 63)
        switch instrument >> 6 {
        case 0: return w0 & bit != 0
        case 1: return w1 & bit != 0
        case 2: return w2 & bit != 0
        case 3: return w3 & bit != 0
        case 4: return w4 & bit != 0
        case 5: return w5 & bit != 0
        case 6: return w6 & bit != 0
        case 7: return w7 & bit != 0
        default: return false
        }
    }

    @inlinable public mutating func insert(_ instrument: UInt16) {
        let bit = UInt64(1) << UInt64(instrument & 63)
        switch instrument >> 6 {
        case 0: w0 |= bit
        case 1: w1 |= bit
        case 2: w2 |= bit
        case 3: w3 |= bit
        case 4: w4 |= bit
        case 5: w5 |= bit
        case 6: w6 |= bit
        case 7: w7 |= bit
        default: break
        }
    }
}
