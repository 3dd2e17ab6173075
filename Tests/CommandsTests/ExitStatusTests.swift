import Commands
import Foundation
import Testing

/// The numbers scripts depend on, and the one line that comes with each.
@Suite("apus ends")
struct ExitStatusTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("with 0 and help when asked for help")
    func help() {
        let tool = Tool.run("--help")
        #expect(tool.status == 0)
        #expect(tool.out.contains("USAGE: apus"))
    }

    @Test(
        "with 64 for a command line it does not know",
        arguments: [["oder"], ["order", "new"], ["kill"], ["order", "new", "AAPL", "buy", "1"]]
    )
    func usage(arguments: [String]) {
        let tool = Tool.run(arguments)
        #expect(tool.status == 64)
        #expect(tool.err.contains("Usage: apus"))
    }

    @Test(
        "with 65 for a value that cannot be, naming it and what would be right",
        arguments: [
            (
                ["order", "new", "AAPL", "byu", "100", "324.50"],
                "SIDE \"byu\" is not one of buy, sell, short, exempt (or B, S, T, E)"
            ),
            (
                ["order", "new", "AAPL", "buy", "1.5", "324.50"],
                "QTY \"1.5\" is not a whole number above 0"
            ),
            (
                ["order", "new", "AAPL", "buy", "100", "324.50001"],
                "PRICE \"324.50001\" is not a price above 0 with at most 4 places, as in 324.50"
            ),
            (
                ["order", "new", "TOOLONGNAME", "buy", "100", "324.50"],
                "SYMBOL \"TOOLONGNAME\" is not 1 to 8 ASCII characters, as in AAPL"
            ),
            (
                ["order", "new", "AAPL", "buy", "100", "324.50", "--tif", "gtc"],
                "--tif \"gtc\" is not one of day, ioc, fok, gtt"
            ),
            (
                ["order", "new", "AAPL", "buy", "100", "324.50", "--tif", "gtt"],
                "--tif gtt needs --until, as in --until 15:30:00"
            ),
            (
                ["order", "new", "AAPL", "buy", "100", "324.50", "--until", "15:30:00"],
                "--until \"15:30:00\" goes with --tif gtt"
            ),
            (
                [
                    "order", "new", "AAPL", "buy", "100", "324.50", "--tif", "gtt", "--until",
                    "24:00:00",
                ],
                "--until \"24:00:00\" is not a time of day, as in 15:30:00"
            ),
            (
                ["order", "new", "AAPL", "buy", "100", "324.50", "--min-qty", "50"],
                "--min-qty \"50\" goes with --tif ioc"
            ),
            (
                [
                    "order", "new", "AAPL", "buy", "100", "324.50", "--tif", "ioc", "--min-qty",
                    "101",
                ],
                "--min-qty \"101\" is not a whole number from 1 to the order's 100"
            ),
            (
                ["order", "new", "AAPL", "buy", "100", "324.50", "--reserve", "0"],
                "--reserve \"0\" is not a whole number from 1 to the order's 100"
            ),
            (
                ["order", "new", "AAPL", "buy", "100", "324.50", "--reserve", "10", "--hidden"],
                "--reserve \"10\" does not go with --hidden"
            ),
            (
                ["order", "new", "AAPL", "buy", "100", "324.50", "--tif", "ioc", "--post-only"],
                "--post-only does not go with an order that only takes"
            ),
            (
                ["order", "cancel", "12"],
                "ID \"12\" is not an order id: 13 characters 0-9 and A-V, as `apus order list` shows"
            ),
            (
                ["limits", "set", "maxOrderQyt", "5", "--symbol", "AAPL", "--reason", "x"],
                "FIELD \"maxOrderQyt\" is not a limit; did you mean \"maxOrderQty\"?"
            ),
            (
                ["limits", "set", "maxOrderQty", "5", "--account", "A", "--reason", "x"],
                "maxOrderQty is one symbol's; give --symbol"
            ),
            (
                ["limits", "set", "firmMaxGross", "5", "--symbol", "AAPL", "--reason", "x"],
                "firmMaxGross is the firm's; give no --symbol"
            ),
            (
                ["algo", "start", "vwap", "AAPL", "buy", "100", "--over", "30s"],
                "ALGO \"vwap\" is not known; there is twap"
            ),
            (
                ["algo", "start", "twap", "AAPL", "buy", "100", "--over", "30"],
                "--over \"30\" is not a duration; write 30s, 500ms or 5min"
            ),
        ]
    )
    func badValue(arguments: [String], message: String) {
        let tool = Tool.run(arguments)
        #expect(tool.status == 65)
        #expect(tool.err == "apus: \(message)\n")
    }

    @Test(
        "with 69 when nothing runs on that state directory",
        arguments: [
            ["status"], ["order", "list"], ["order", "new", "AAPL", "buy", "100", "324.50"],
            ["kill", "--reason", "test"], ["arm", "--reason", "test"], ["positions"], ["stat"],
            ["algo", "list"], ["fills"], ["venues"],
        ]
    )
    func notRunning(arguments: [String]) {
        let tool = Tool.run(arguments + ["--state", folder.path])
        #expect(tool.status == 69)
        #expect(tool.err.split(separator: "\n").count == 1)
        #expect(tool.err.hasPrefix("apus: "))
    }

    @Test("with 64 and the form that needs it when cancel --all has no reason")
    func cancelAll() {
        let tool = Tool.run("order", "cancel", "--all")
        #expect(tool.status == 64)
        #expect(tool.err.contains("--all needs --reason"))
        #expect(tool.err.contains("apus order cancel --all --reason <reason> [--account"))
        #expect(tool.err.contains("apus order cancel <id> [--state"))
    }

    @Test("never because of a minus that is a sign: it is read with its option")
    func minus() {
        let adjust = [
            "position", "adjust", "AAPL", "--account", "DESK1", "--price", "324.00", "--reason",
            "x",
            "--state", folder.path,
        ]
        for words in [["--qty", "-100"], ["--qty=-100"]] {
            // Read, and then nobody is there to be asked.
            #expect(Tool.run(adjust + words).status == 69)
        }
        let id = "0000000000001"
        let resolve = Tool.run(
            "order",
            "resolve",
            id,
            "--outcome",
            "filled",
            "--evidence",
            "desk",
            "--price",
            "-5"
        )
        #expect(resolve.status == 65)
        #expect(
            resolve.err
                == "apus: --price \"-5\" is not a price above 0 with at most 4 places, as in 324.50\n"
        )
    }

    @Test(
        "with 64 for a minus that stands alone, naming the way",
        arguments: [
            ["order", "new", "AAPL", "buy", "-100", "324.50"],
            ["position", "adjust", "AAPL", "-100", "--account", "DESK1"],
        ]
    )
    func minusAlone(arguments: [String]) {
        let tool = Tool.run(arguments)
        #expect(tool.status == 64)
        #expect(
            tool.err
                == "apus: \"-100\" stands alone, where a number is above 0; one below 0 goes with "
                + "its option, as in --qty=-100\n"
        )
    }

    @Test("with 77 when something irreversible is not confirmed")
    func refused() {
        let tool = Tool.run("session", "roll", "--venue", "BX", "--reason", "x")
        #expect(tool.status == 77)
        #expect(
            tool.err == "apus: session roll needs --confirm: what the old session knew is gone\n"
        )
    }
}

@Suite("apus config")
struct ConfigCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("check finds the demo configuration sound")
    func sound() {
        let tool = Tool.run("config", "check", Tool.demo)
        #expect(tool.status == 0)
        #expect(tool.out.contains("venues        NASDAQ, BX, PSX"))
        // 262 144 slots of 128 bytes.
        #expect(tool.out.contains("audit ring 262144 slots = 32 MiB"))
    }

    @Test("check answers 65 with file and line")
    func unsound() throws {
        let path = try folder.write("x.yaml", "version: 1\nvenus: []\n")
        let tool = Tool.run("config", "check", path)
        #expect(tool.status == 65)
        #expect(
            tool.err
                == "apus: \(path):2: unknown key \"venus\" in the configuration; did you mean "
                + "\"venues\"?\n"
        )
    }

    @Test("check refuses a fault no venue knows, with file, line and what there is")
    func unknownFault() throws {
        let demo = try String(contentsOfFile: Tool.demo, encoding: .utf8)
        let flow = "simulate:\n      symbols: all\n      seed: 13\n"
        try #require(demo.components(separatedBy: flow).count == 2)
        let text = demo.replacingOccurrences(
            of: flow,
            with: flow + "      faults: [\"silent@5s\", explode]\n"
        )
        let path = try folder.write("fault.yaml", text)
        let line = text.components(separatedBy: "explode")[0].components(separatedBy: "\n").count
        for words in [["config", "check", path], ["up", "--config", path]] {
            let tool = Tool.run(words + ["--state", "\(folder.path)/state"])
            #expect(tool.status == 65)
            #expect(
                tool.err.hasPrefix(
                    "apus: \(path):\(line): venues[PSX].simulate.faults: \"explode\" is not one of "
                        + "drop-after=N, reject-all[=REASON], "
                ),
                "\(tool.err)"
            )
        }
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/state"))
        let sound = text.replacingOccurrences(of: "explode", with: "delay=50ms")
        #expect(Tool.run("config", "check", try folder.write("sound.yaml", sound)).status == 0)
    }

    @Test("check refuses a day file that is not there, or is another day's")
    func missingDayFile() throws {
        let demo = try String(contentsOfFile: Tool.demo, encoding: .utf8)
        let file = "\(folder.path)/restricted-{date}.csv"
        let text = demo.replacingOccurrences(
            of: "\nstrategies:\n",
            with: "\nday:\n  restricted: {file: \"\(file)\", source: compliance}\n\nstrategies:\n"
        )
        let path = try folder.write("day.yaml", text)
        let words = [
            "config", "check", path, "--set", "trading_date=2026-11-20", "--state",
            "\(folder.path)/state",
        ]
        let line =
            text.components(separatedBy: "\n  restricted: {")[0]
            .components(separatedBy: "\n").count + 1
        let tool = Tool.run(words)
        #expect(tool.status == 65)
        #expect(
            tool.err
                == "apus: \(path):\(line): day.restricted.file: \(folder.path)/"
                + "restricted-20261120.csv: cannot be read: No such file or directory\n"
        )
        let old = try folder.write("restricted-20261120.csv", "restricted,2026-11-19\n")
        #expect(Tool.run(words).err.contains("\(old):1: \"restricted,2026-11-19\" is not "))
        let day = "restricted,2026-11-20\nsymbol,reason\nMSFT,research\nend,1\n"
        _ = try folder.write("restricted-20261120.csv", day)
        #expect(Tool.run(words).status == 0)
    }

    @Test("compile writes the image and, on paper, the passwords it needs")
    func compile() {
        let tool = Tool.run("config", "compile", Tool.demo, "--state", folder.path)
        #expect(tool.status == 0)
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/hot.image"))
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/secrets/NASDAQ"))
    }

    @Test("compile changes nothing when the configuration is unsound")
    func compileUnsound() throws {
        let tool = Tool.run(
            "config",
            "compile",
            Tool.demo,
            "--state",
            folder.path,
            "--set",
            "instance=99"
        )
        #expect(tool.status == 65)
        #expect(
            tool.err == "apus: --set instance: instance: 99 is not a whole number from 0 to 15\n"
        )
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/hot.image"))
    }

    @Test("diff names each change and ends with 1")
    func diff() throws {
        let demo = try String(contentsOfFile: Tool.demo, encoding: .utf8)
        let other = try folder.write(
            "other.yaml",
            demo.replacingOccurrences(of: "max_long: 50000", with: "max_long: 60000")
        )
        let tool = Tool.run("config", "diff", Tool.demo, other)
        #expect(tool.status == 1)
        #expect(tool.out == "limits.symbol.default.max_long: 50000 → 60000\n")
        #expect(Tool.run("config", "diff", Tool.demo, Tool.demo).status == 0)
    }
}
