/// How hot runs: its thread, its transport, its sizes, its patience.
package struct HotSettings: Sendable {
    /// -1 does not pin.
    package var cpu: Int32
    package var requireIsolatedCPU: Bool
    package var transport: Transport
    package var testHooks: Bool
    package var sizes: Sizes
    package var timeouts: Timeouts
    package var connectionsMax: UInt16
    /// Messages a second of any one client at the door, before the gate (semantics.md §3.2).
    package var doorRate: Rate
    package var doorRefusalsMax: UInt32
    /// Commands a second of cold before any is looked at.
    package var commandRate: Rate

    package enum Transport: UInt8, Sendable {
        case automatic = 0
        case ioUring = 1
        case sockets = 2
    }

    package struct Timeouts: Sendable {
        package var stallMaxNs: Int64
        package var ackNs: Int64
        package var clientGraceNs: Int64
        package var heartbeatDeadNs: Int64
        package var loginNs: Int64
        package var reconcileNs: Int64
    }

    static let keys = [
        "cpu", "require_isolated_cpu", "transport", "test_hooks", "pools", "rings", "timeouts",
        "connections_max", "door", "commands",
    ]

    init(_ top: Section) throws(SettingsError) {
        let hot = try top.section("hot", keys: Self.keys)
        cpu = Int32(try hot.optional("cpu", .integer(0...4095).orNone, default: -1))
        requireIsolatedCPU = try hot.optional("require_isolated_cpu", .flag, default: false)
        transport = try hot.optional(
            "transport",
            .choice([
                "auto": Transport.automatic, "io_uring": .ioUring, "sockets": .sockets,
            ]),
            default: .automatic
        )
        testHooks = try hot.optional("test_hooks", .flag, default: false)
        connectionsMax = UInt16(try hot.optional("connections_max", .integer(1...64), default: 32))
        sizes = try Sizes(hot, testHooks: testHooks)
        timeouts = try Timeouts(hot)
        let door = try hot.section("door", keys: ["rate", "refusals_max"])
        doorRate = try Rate(door, "rate")
        doorRefusalsMax = UInt32(try door.required("refusals_max", .integer(1...1_000_000)))
        let commands = try hot.section("commands", keys: ["rate"])
        commandRate = try Rate(commands, "rate")
        if requireIsolatedCPU, cpu < 0 {
            throw SettingsError(
                try hot.child("require_isolated_cpu").origin,
                "hot.require_isolated_cpu: true needs hot.cpu to say which"
            )
        }
    }
}

extension HotSettings.Timeouts {
    init(_ hot: Section) throws(SettingsError) {
        let keys = ["stall_max", "ack", "client_grace", "heartbeat_dead", "login", "reconcile"]
        let none = ConfigNode(.map([]), hot.node.origin)
        let section = try Section(hot.node["timeouts"] ?? none, hot.name("timeouts"), keys: keys)
        stallMaxNs = try section.optional("stall_max", .durationNs, default: 5_000_000)
        ackNs = try section.optional("ack", .durationNs, default: 1_000_000_000)
        clientGraceNs = try section.optional("client_grace", .durationNs, default: 0)
        heartbeatDeadNs = try section.optional(
            "heartbeat_dead",
            .durationNs,
            default: 15_000_000_000
        )
        loginNs = try section.optional("login", .durationNs, default: 30_000_000_000)
        reconcileNs = try section.optional("reconcile", .durationNs, default: 10_000_000_000)
    }
}

/// Messages a second and how many at once (GCRA, risk-controls.md §3).
package struct Rate: Equatable, Sendable {
    package var perSecond: UInt32
    package var burst: UInt32

    package init(perSecond: UInt32, burst: UInt32) {
        self.perSecond = perSecond
        self.burst = burst
    }

    init(_ parent: Section, _ key: String) throws(SettingsError) {
        let section = try parent.section(key, keys: ["per_second", "burst"])
        perSecond = UInt32(try section.required("per_second", .integer(1...10_000_000)))
        burst = UInt32(try section.required("burst", .integer(1...1_000_000)))
    }
}

/// When silence of cold counts (semantics.md §3.5).
package struct ColdSettings: Sendable {
    package var silentNs: Int64
    package var deadNs: Int64
    /// How old a record may become that is not on disk yet, before new orders are refused.
    package var journalStallNs: Int64
    package var watch: WatchSettings

    init(_ top: Section) throws(SettingsError) {
        let cold = try top.section("cold", keys: ["silent", "dead", "journal_stall", "watch"])
        silentNs = try cold.required("silent", .durationNs)
        deadNs = try cold.required("dead", .durationNs)
        watch = try WatchSettings(cold)
        journalStallNs = try cold.optional("journal_stall", .durationNs, default: 1_000_000_000)
        guard journalStallNs >= 10_000_000 else {
            throw SettingsError(
                try cold.child("journal_stall").origin,
                "cold.journal_stall must be at least 10ms: a sync takes its time"
            )
        }
        guard silentNs > 0, deadNs > silentNs else {
            throw SettingsError(
                try cold.child("dead").origin,
                "cold.dead must be longer than cold.silent, and both above 0"
            )
        }
    }
}

/// How the journal is kept.
package struct JournalSettings: Sendable {
    /// Bytes from which a segment is followed by the next one; each sealed one gets a snapshot.
    package var segmentBytes: UInt64

    init(_ top: Section) throws(SettingsError) {
        let none = ConfigNode(.map([]), top.node.origin)
        let journal = try Section(
            top.node["journal"] ?? none,
            top.name("journal"),
            keys: ["segment_mib"]
        )
        segmentBytes =
            UInt64(
                try journal.optional("segment_mib", .integer(1...4096), default: 64)
            ) << 20
    }
}

extension Reader where Value == Int64 {
    /// The same, and `none` in its place means -1.
    var orNone: Reader {
        Reader { text, quoting in text == "none" ? .success(-1) : parse(text, quoting) }
    }
}
