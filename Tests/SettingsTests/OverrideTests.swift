import Settings
import Testing

@Suite("A value laid over the file")
struct OverrideTests {
    @Test("comes from the environment, two underscores for a dot, list items by name")
    func environment() throws {
        let settings = try DemoFile.settings(environment: [
            "APUS_HOT__CPU": "3",
            "APUS_VENUES__BX__OUCH__PORT": "9001",
            "APUS_INSTRUMENTS__SPY__PRIOR_CLOSE": "400.25",
            "APUS_LIMITS__SYMBOL__SPY__MAX_ORDER_QTY": "7",
            "APUS_DATA": "/somewhere",
            "HOME": "/home",
        ])
        #expect(settings.hot.cpu == 3)
        #expect(settings.venues[1].ouch.port == 9001)
        #expect(settings.instruments[2].priorClose == 4_002_500)
        #expect(settings.instruments[2].limits.maxOrderQty == 7)
    }

    @Test("on the command line wins over the environment")
    func flagWins() throws {
        let settings = try DemoFile.settings(
            environment: ["APUS_STATE_DIR": "/a"],
            overrides: [try .flag("state_dir=/b"), try .flag("limits.symbol.AAPL.max_long=9")]
        )
        #expect(settings.stateDir == "/b")
        #expect(settings.instruments[0].limits.maxLong == 9)
        #expect(settings.instruments[1].limits.maxLong == 50000)
    }

    @Test(
        "is refused by its own name when it is wrong",
        arguments: [
            (
                "APUS_HOT__CUP", "3",
                "environment APUS_HOT__CUP: unknown key \"cup\" in hot; did you mean \"cpu\"?"
            ),
            (
                "APUS_INSTANCE", "99",
                "environment APUS_INSTANCE: instance: 99 is not a whole number from 0 to 15"
            ),
            (
                "APUS_STATEDIR", "/x",
                "environment APUS_STATEDIR: unknown key \"statedir\" in the configuration; did you "
                    + "mean \"state_dir\"?"
            ),
            (
                "APUS_VENUES__ARCA__MIC", "X",
                "environment APUS_VENUES__ARCA__MIC: no item is called \"arca\""
            ),
        ]
    )
    func refused(name: String, value: String, message: String) throws {
        #expect(try DemoFile.complaint(try DemoFile.text(), environment: [name: value]) == message)
    }

    @Test("without = is refused")
    func malformedFlag() {
        #expect(throws: SettingsError("--set", "\"hot.cpu\" is not key=value, as in hot.cpu=3")) {
            try Override.flag("hot.cpu")
        }
    }
}
