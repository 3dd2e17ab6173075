import Foundation
import Settings
import Testing

/// One slip in the demo file, and the line it must be answered with.
struct Slip: CustomTestStringConvertible, Sendable {
    let what: String
    let find: String
    let replace: String
    /// Where the complaint points: a part of the changed file that stands on that line.
    let at: String
    let message: String

    var testDescription: String { what }
}

@Suite("A configuration with a slip in it")
struct RefusalTests {
    static let slips: [Slip] = [
        Slip(
            what: "an unknown key",
            find: "max_net:",
            replace: "max_ent:",
            at: "max_ent:",
            message:
                "unknown key \"max_ent\" in limits.account.default; did you mean \"max_net\"?"
        ),
        Slip(
            what: "an unknown key at the top",
            find: "state_dir: ./state",
            replace: "statedir: ./state",
            at: "statedir:",
            message: "unknown key \"statedir\" in the configuration; did you mean \"state_dir\"?"
        ),
        Slip(
            what: "a limit for a symbol that is not an instrument",
            find: "    SPY:\n",
            replace: "    SPX:\n",
            at: "    SPX:",
            message: "unknown key \"SPX\" in limits.symbol; did you mean \"SPY\"?"
        ),
        Slip(
            what: "a missing limit",
            find: "      max_long: 50000\n",
            replace: "",
            at: "      max_order_qty: 5000",
            message:
                "limit max_long is missing in limits.symbol.AAPL and in limits.symbol.default"
        ),
        Slip(
            what: "a missing firm limit",
            find: "    max_open_orders: 4000\n",
            replace: "",
            at: "    max_gross: \"50000000.00\"",
            message: "max_open_orders is missing in limits.firm"
        ),
        Slip(
            what: "a price without quotes",
            find: "prior_close: \"324.00\"",
            replace: "prior_close: 324.00",
            at: "prior_close: 324.00",
            message:
                "instruments[AAPL].prior_close: 324.00 is not quoted; write \"324.00\", so that "
                + "no floating point reads it"
        ),
        Slip(
            what: "a price finer than the unit",
            find: "prior_close: \"324.00\"",
            replace: "prior_close: \"324.00001\"",
            at: "324.00001",
            message:
                "instruments[AAPL].prior_close: \"324.00001\" is not a decimal number with at most "
                + "4 places"
        ),
        Slip(
            what: "a negative price",
            find: "prior_close: \"324.00\"",
            replace: "prior_close: \"-324.00\"",
            at: "-324.00",
            message: "instruments[AAPL].prior_close: \"-324.00\" is below 0.0001 or too large"
        ),
        Slip(
            what: "a duration without its unit",
            find: "max_ref_age: 5s",
            replace: "max_ref_age: 5",
            at: "max_ref_age: 5\n",
            message: "limits.symbol.default.max_ref_age: 5 has no unit; write 500us, 250ms or 2s"
        ),
        Slip(
            what: "a duration with a unit that is none",
            find: "silent: 2s",
            replace: "silent: 2 seconds",
            at: "silent: 2 seconds",
            message:
                "cold.silent: 2 seconds is not a duration; write a whole number and ns, us, ms, s "
                + "or min"
        ),
        Slip(
            what: "a word that is not a choice",
            find: "idle: yield",
            replace: "idle: yeild",
            at: "idle: yeild",
            message: "idle: yeild is not one of spin, yield; did you mean \"yield\"?"
        ),
        Slip(
            what: "a number out of range",
            find: "instance: 0",
            replace: "instance: 16",
            at: "instance: 16",
            message: "instance: 16 is not a whole number from 0 to 15"
        ),
        Slip(
            what: "a fraction where a whole number belongs",
            find: "max_order_qty: 5000",
            replace: "max_order_qty: 5000.5",
            at: "5000.5",
            message:
                "limits.symbol.default.max_order_qty: 5000.5 is not a whole number from 0 to "
                + "1000000000000"
        ),
        Slip(
            what: "neither true nor false",
            find: "paper: true",
            replace: "paper: yes",
            at: "paper: yes",
            message: "paper: yes is neither true nor false"
        ),
        Slip(
            what: "another version",
            find: "version: 1",
            replace: "version: 2",
            at: "version: 2",
            message: "version: 2 is not a version this build reads; it reads 1"
        ),
        Slip(
            what: "a day that no calendar has",
            find: "trading_date: today",
            replace: "trading_date: 2026-02-29",
            at: "trading_date: 2026-02-29",
            message: "trading_date: 2026-02-29 is not a date; write today, or 2026-11-20"
        ),
        Slip(
            what: "a strategy's account that does not exist",
            find: "group_id: 1, account: DESK1",
            replace: "group_id: 1, account: DESK3",
            at: "account: DESK3",
            message: "no account is called \"DESK3\"; did you mean \"DESK1\"?"
        ),
        Slip(
            what: "a client's strategy that does not exist",
            find: "strategies: [CLIENT]",
            replace: "strategies: [CLEINT]",
            at: "[CLEINT]",
            message: "no strategy is called \"CLEINT\"; did you mean \"CLIENT\"?"
        ),
        Slip(
            what: "one venue name twice",
            find: "- name: BX",
            replace: "- name: NASDAQ",
            at: "- name: NASDAQ\n    mic: XBOS",
            message: "venue \"NASDAQ\" stands in the list twice"
        ),
        Slip(
            what: "one key twice",
            find: "paper: true\n",
            replace: "paper: true\npaper: false\n",
            at: "paper: true",
            message: "key \"paper\" stands here twice"
        ),
        Slip(
            what: "a real venue in paper mode",
            find: "    simulate:\n      symbols: all\n      seed: 12\n      rate: 400\n",
            replace: "",
            at: "- name: BX",
            message: "venue BX has no simulate, and paper: true trades simulated venues only"
        ),
        Slip(
            what: "a simulated venue outside paper mode",
            find: "paper: true",
            replace: "paper: false",
            at: "- name: NASDAQ",
            message: "venue NASDAQ is simulated; that needs paper: true"
        ),
        Slip(
            what: "a client port open to others",
            find: "client_listen: \"127.0.0.1:0\"",
            replace: "client_listen: \"0.0.0.0:9000\"",
            at: "client_listen:",
            message:
                "client_listen: 0.0.0.0:9000 is not a loopback address; that needs expose: true"
        ),
        Slip(
            what: "a host that is a name",
            find: "host: 127.0.0.1",
            replace: "host: ouch.example.com",
            at: "host: ouch.example.com",
            message:
                "venues[NASDAQ].ouch.host: ouch.example.com is not an IPv4 address; write "
                + "\"127.0.0.1\""
        ),
        Slip(
            what: "cancel on disconnect turned off without a reason",
            find: "cancel_on_disconnect: true\n      cancel_on_logout",
            replace: "cancel_on_disconnect: false\n      cancel_on_logout",
            at: "cancel_on_disconnect: false",
            message:
                "venues[NASDAQ].ouch.cancel_on_disconnect: false leaves orders alone at a dead "
                + "line; say why in no_cancel_reason"
        ),
        Slip(
            what: "a multicast line without its sender",
            find: "a: \"127.0.0.1:0\"",
            replace: "a: \"239.1.2.3:9000\"",
            at: "a: \"239.1.2.3:9000\"",
            message:
                "venues[NASDAQ].feed.a: 239.1.2.3:9000 is a multicast group anybody may send to; "
                + "name the venue's sender in a_source, or say why not in any_source_reason"
        ),
        Slip(
            what: "a sender of a unicast line",
            find: "a: \"127.0.0.1:0\"",
            replace: "a: \"127.0.0.1:0\"\n      a_source: 10.1.2.3",
            at: "      a_source: 10.1.2.3",
            message:
                "venues[NASDAQ].feed.a_source is for a multicast line; a is 127.0.0.1:0"
        ),
        Slip(
            what: "a ring that cannot end its orders",
            find: "audit_slots: auto",
            replace: "audit_slots: 65536",
            at: "audit_slots: 65536",
            message:
                "hot.rings.audit_slots: 65536 is too few: a tenth must hold the reserve of "
                + "4 × 4096 orders + 4096 = 20480 slots; write auto, or at least 262144"
        ),
        Slip(
            what: "a ring that is not a power of two",
            find: "command_slots: 1024",
            replace: "command_slots: 1000",
            at: "command_slots: 1000",
            message: "hot.rings.command_slots: 1000 is not a power of two"
        ),
        Slip(
            what: "a role nobody has",
            find: "uid: self",
            replace: "user: nobody-here",
            at: "user: nobody-here",
            message: "roles[0].user: \"nobody-here\" is not known on this machine"
        ),
        Slip(
            what: "a right that is none",
            find: "may: [read, stop, trade, control]",
            replace: "may: [read, halt]",
            at: "may: [read, halt]",
            message: "roles[0].may: halt is not one of read, stop, trade, control, override"
        ),
        Slip(
            what: "roles in which nobody may stop",
            find: "may: [read, stop, trade, control]",
            replace: "may: [read]",
            at: "  - {uid: self",
            message: "nobody in roles may stop; one entry needs may: [stop]"
        ),
        Slip(
            what: "text where a group of keys belongs",
            find: "    rate: {per_second: 20000, burst: 2000}",
            replace: "    rate: 20000",
            at: "    rate: 20000",
            message: "hot.door.rate is \"20000\"; a group of keys belongs here"
        ),
    ]

    @Test(
        "is refused in one line that names file, line, value and what would be right",
        arguments: slips
    )
    func refused(slip: Slip) throws {
        let demo = try DemoFile.text()
        let range = try #require(demo.range(of: slip.find), "the demo file changed")
        let yaml = demo.replacingCharacters(in: range, with: slip.replace)
        let line = try DemoFile.line(of: slip.at, in: yaml)

        let complaint = try DemoFile.complaint(yaml)

        #expect(complaint == "demo.yaml:\(line): \(slip.message)")
        #expect(!complaint.contains("\n"))
    }

    @Test("that is not YAML at all says where it stops being YAML")
    func notYAML() throws {
        let complaint = try DemoFile.complaint("version: 1\nhot: [1, 2\nvenues: 3\n")
        #expect(complaint.hasPrefix("demo.yaml:3: not YAML: "))
    }

    @Test("that is empty says what to start with")
    func empty() throws {
        #expect(
            try DemoFile.complaint("") == "demo.yaml:1: the file is empty; start with version: 1"
        )
    }

    @Test("that is not there names the file and the reason")
    func absent() {
        #expect(throws: SettingsError("/no/such.yaml", "cannot be read: No such file or directory"))
        {
            try Settings.load(file: "/no/such.yaml")
        }
    }
}
