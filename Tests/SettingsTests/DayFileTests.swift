import Crossing
import Foundation
import Settings
import Testing

/// The four files of a day that is right, in a folder of their own.
private final class DayFolder {
    static let good = [
        "positions":
            "positions,2026-11-20\naccount,symbol,shares,price\nDESK1,AAPL,300,324.5\n"
            + "DESK2,SPY,-40,326.00\nend,2\n",
        "reference":
            "reference,2026-11-20\nsymbol,tick,lot,prior_close,adv\nAAPL,0.01,1,325.00,1000000\n"
            + "MSFT,0.05,10,171.25,0\nSPY,0.01,1,327.00,5\nZVZZT,0.01,100,10.00,7\nend,4\n",
        "restricted":
            "restricted,2026-11-20\nsymbol,reason\nMSFT,research\nZVZZT,test issue\nend,2\n",
        "locates":
            "locates,2026-11-20\naccount,symbol,shares\nDESK1,AAPL,5000\nDESK1,ZVZZT,1\nend,2\n",
    ]

    private let folder: TemporaryFolder

    init(_ changed: [String: String?] = [:]) throws {
        folder = try TemporaryFolder()
        for (kind, text) in Self.good {
            guard let text = changed[kind] ?? text else { continue }
            try text.write(toFile: path(kind), atomically: false, encoding: .utf8)
        }
    }

    /// The line of the configuration that names that file.
    static func line(_ kind: String) throws -> Int {
        let before = try DemoFile.text().components(separatedBy: "\nstrategies:\n")[0]
        let kinds = ["positions", "reference", "restricted", "locates"]
        let place = kinds.firstIndex(of: kind) ?? 0
        // An empty line, "day:", then one each.
        return before.components(separatedBy: "\n").count + 2 + place
    }

    func path(_ kind: String) -> String { "\(folder.path)/\(kind)-20261120.csv" }

    /// The demo configuration with these files; `more` goes behind a source's name.
    func settings(more: [String: String] = [:]) throws -> Settings {
        var day = "day:\n"
        for (kind, source) in [
            ("positions", "clearing"), ("reference", "vendor"), ("restricted", "compliance"),
            ("locates", "lender"),
        ] {
            day += "  \(kind): {file: \"\(folder.path)/\(kind)-{date}.csv\", "
            day += "source: \(source)\(more[kind] ?? "")}\n"
        }
        let text = try DemoFile.text().replacingOccurrences(
            of: "\nstrategies:\n",
            with: "\n\(day)\nstrategies:\n"
        )
        return try DemoFile.settings(text)
    }

    /// The complaint, without the folder's name; "" when there was none.
    func complaint(more: [String: String] = [:]) throws -> String {
        var day = DayStart(tradingDate: 20_261_120)
        day.positions = [DayStart.Holding(account: "DESK2", symbol: "SPY", qty: 1)]
        day.files = [
            DayStart.File(kind: .locates, source: "s", path: "p", sha256: "", rows: 3)
        ]
        let before = day
        let settings = try settings(more: more)
        do throws(SettingsError) {
            try settings.readDayFiles(into: &day)
            return ""
        } catch {
            #expect(day == before, "a refused file has changed what the date begins with")
            return error.description.replacingOccurrences(of: folder.path + "/", with: "")
        }
    }
}

/// One slip in one file, and the line it must be answered with.
struct DaySlip: CustomTestStringConvertible, Sendable {
    let kind: String
    let find: String
    let replace: String
    let message: String

    init(_ kind: String, _ find: String, _ replace: String, _ message: String) {
        (self.kind, self.find, self.replace, self.message) = (kind, find, replace, message)
    }

    var testDescription: String { message }
}

@Suite("The files a date begins with")
struct DayFileTests {
    @Test("are all taken: what is held, located, restricted and what instruments are like today")
    func good() throws {
        let files = try DayFolder()
        let settings = try files.settings()
        var day = DayStart(tradingDate: 20_261_120)
        try settings.readDayFiles(into: &day)
        #expect(
            day.positions == [
                .init(account: "DESK1", symbol: "AAPL", qty: 300, px: 3_245_000),
                .init(account: "DESK2", symbol: "SPY", qty: -40, px: 3_260_000),
            ]
        )
        #expect(day.locates == [.init(account: "DESK1", symbol: "AAPL", qty: 5000)])
        #expect(day.restricted == ["MSFT"])
        #expect(day.reference?.map(\.symbol) == ["AAPL", "MSFT", "SPY"])
        #expect(day.files.map(\.rows) == [2, 4, 2, 2])
        #expect(day.files.map(\.source) == ["clearing", "vendor", "compliance", "lender"])
        #expect(day.files.map(\.path) == day.files.map { files.path("\($0.kind)") })
        let sums = day.files.map { SHA256.hex(Array(DayFolder.good["\($0.kind)"]!.utf8)) }
        #expect(day.files.map(\.sha256) == sums)
    }

    @Test("stand in the image: over what the configuration says, not beside it")
    func image() throws {
        let files = try DayFolder()
        let settings = try files.settings()
        let folder = try TemporaryFolder()
        let secrets = Secrets(folder: folder.path)
        for file in settings.passwordFiles { try secrets.make(file) }
        var day = DayStart(tradingDate: 20_261_120)
        try settings.readDayFiles(into: &day)
        let image = try settings.compile(secrets: secrets, day: day)
        #expect(image.holdings.map(\.kind) == [1, 0, 0], "locates, then positions")
        #expect(image.holdings.map(\.qty) == [5000, 300, -40])
        #expect(image.holdings.map(\.account) == [0, 0, 1])
        #expect(image.holdings.map(\.instrument) == [0, 0, 2])
        #expect(image.instruments.map(\.startLocate) == [0, 0, 0], "10 000 each no longer hold")
        #expect(image.instruments.map(\.restricted) == [0, 1, 0])
        #expect(image.instruments.map(\.tick) == [100, 500, 100])
        #expect(image.instruments.map(\.lot) == [1, 10, 1])
        #expect(image.instruments.map(\.priorClose) == [3_250_000, 1_712_500, 3_270_000])
        #expect(image.dayFiles.map(\.kind) == [1, 2, 3, 4])
        let sum = SHA256.hex(Array(DayFolder.good["positions"]!.utf8))
        #expect(image.dayFiles.map(\.checksum).first == UInt64(sum.prefix(16), radix: 16))
    }

    @Test("may end their lines as other systems do, and have empty lines at the end")
    func lineEnds() throws {
        let text = try #require(DayFolder.good["positions"])
        let crlf = text.replacingOccurrences(of: "\n", with: "\r\n") + "\r\n"
        #expect(try DayFolder(["positions": crlf]).complaint() == "")
    }

    static let slips = [
        DaySlip(
            "positions",
            "positions,2026-11-20",
            "positions,2026-11-19",
            ":1: \"positions,2026-11-19\" is not \"positions,2026-11-20\": this is not that day's "
                + "file"
        ),
        DaySlip(
            "locates",
            "locates,2026-11-20",
            "positions,2026-11-20",
            ":1: \"positions,2026-11-20\" is not \"locates,2026-11-20\": this is not that day's file"
        ),
        DaySlip(
            "positions",
            "symbol,shares",
            "shares,symbol",
            ":2: \"account,shares,symbol,price\" is not \"account,symbol,shares,price\""
        ),
        DaySlip(
            "positions",
            "end,2\n",
            "",
            ":4: the last line is no \"end,2\": the file was cut short"
        ),
        DaySlip(
            "positions",
            "DESK2,SPY,-40,326.00\n",
            "",
            ":4: \"end,2\" is not \"end,1\": there are 1 rows"
        ),
        DaySlip(
            "positions",
            "DESK1,AAPL,300,324.5",
            "DESK1,AAPL,300",
            ":3: \"DESK1,AAPL,300\" has 3 fields, 4 belong here: account,symbol,shares,price"
        ),
        DaySlip(
            "positions",
            "DESK1,AAPL,300,324.5",
            "DESK1,AAPL,1,300,324.5",
            ":3: \"DESK1,AAPL,1,300,324.5\" has 5 fields, 4 belong here: "
                + "account,symbol,shares,price"
        ),
        DaySlip(
            "positions",
            "DESK1",
            "DESK9",
            ":3: account: \"DESK9\" is none of demo.yaml; one of DESK1, DESK2"
        ),
        DaySlip(
            "positions",
            "AAPL",
            "QQQ",
            ":3: symbol: \"QQQ\" is no instrument of demo.yaml; one of AAPL, MSFT, SPY"
        ),
        DaySlip(
            "positions",
            ",300,",
            ",3e2,",
            ":3: shares: \"3e2\" is not a whole number from -1000000000 to 1000000000"
        ),
        DaySlip(
            "positions",
            ",-40,",
            ",-1000000001,",
            ":4: shares: \"-1000000001\" is not a whole number from -1000000000 to 1000000000"
        ),
        DaySlip(
            "positions",
            "324.5",
            "324.50001",
            ":3: price: \"324.50001\" is not a price from 0.0001 to 199999.99 with at most 4 places"
        ),
        DaySlip(
            "positions",
            "324.5",
            "0",
            ":3: price: \"0\" is not a price from 0.0001 to 199999.99 with at most 4 places"
        ),
        DaySlip(
            "positions",
            "DESK2,SPY",
            "DESK1,AAPL",
            ":4: symbol: \"AAPL\" repeats line 3; one row each belongs here"
        ),
        DaySlip(
            "reference",
            "SPY,0.01,1,327.00,5\n",
            "QQQ,0.01,1,327.00,5\n",
            ": has no row for SPY; every instrument of demo.yaml needs one"
        ),
        DaySlip(
            "reference",
            "MSFT,0.05,10",
            "MSFT,0.05,0",
            ":4: lot: \"0\" is not a whole number from 1 to 1000000"
        ),
        DaySlip(
            "reference",
            "MSFT,0.05",
            "MSFT,0",
            ":4: tick: \"0\" is not a price from 0.0001 to 199999.99 with at most 4 places"
        ),
        DaySlip(
            "reference",
            "171.25",
            "",
            ":4: prior_close: \"\" is not a price from 0.0001 to 199999.99 with at most 4 places"
        ),
        DaySlip(
            "reference",
            ",1000000\n",
            ",-1\n",
            ":3: adv: \"-1\" is not a whole number from 0 to 1000000000000"
        ),
        DaySlip(
            "reference",
            "ZVZZT",
            "AAPL",
            ":6: symbol: \"AAPL\" repeats line 3; one row each belongs here"
        ),
        DaySlip(
            "restricted",
            "MSFT,research",
            "MSFT,",
            ":3: reason: \"\" is empty; why MSFT is restricted belongs here"
        ),
        DaySlip(
            "restricted",
            "MSFT,research",
            ",research",
            ":3: symbol: \"\" is not 1 to 8 ASCII characters without spaces"
        ),
        // Passed over as another's, it would restrict nothing.
        DaySlip(
            "restricted",
            "MSFT,",
            "MSFT ,",
            ":3: symbol: \"MSFT \" is not 1 to 8 ASCII characters without spaces"
        ),
        DaySlip(
            "restricted",
            "MSFT,",
            "msft,",
            ":3: symbol: \"msft\" is not how demo.yaml writes it; MSFT"
        ),
        DaySlip(
            "restricted",
            "ZVZZT",
            "MSFT",
            ":4: symbol: \"MSFT\" repeats line 3; one row each belongs here"
        ),
        DaySlip(
            "locates",
            ",5000",
            ",-1",
            ":3: shares: \"-1\" is not a whole number from 0 to 1000000000"
        ),
        DaySlip(
            "locates",
            "DESK1,ZVZZT",
            "DESK3,ZVZZT",
            ":4: account: \"DESK3\" is none of demo.yaml; one of DESK1, DESK2"
        ),
        // The two share one unit: two rows would be two words about one locate.
        DaySlip(
            "locates",
            "DESK1,ZVZZT",
            "DESK2,AAPL",
            ":4: symbol: \"AAPL\" repeats line 3; one row each belongs here"
        ),
    ]

    @Test("are refused whole at the first slip, by file, line, field and value", arguments: slips)
    func refused(slip: DaySlip) throws {
        let good = try #require(DayFolder.good[slip.kind])
        #expect(good.components(separatedBy: slip.find).count == 2, "the slip is one")
        let bad = good.replacingOccurrences(of: slip.find, with: slip.replace)
        let complaint = try DayFolder([slip.kind: bad]).complaint()
        #expect(complaint == "\(slip.kind)-20261120.csv\(slip.message)")
    }

    @Test("cut off anywhere, are refused: never half a day's positions")
    func cutAnywhere() throws {
        let good = try #require(DayFolder.good["positions"])
        // Without its last line feed it is whole.
        for count in 0..<good.count - 1 {
            let complaint = try DayFolder(["positions": String(good.prefix(count))]).complaint()
            #expect(complaint.hasPrefix("positions-20261120.csv:"), "\(count) bytes: \(complaint)")
        }
    }

    @Test("that are missing are refused by their path, with the date in it")
    func missing() throws {
        #expect(
            try DayFolder(["locates": nil]).complaint()
                == "demo.yaml:\(try DayFolder.line("locates")): day.locates.file: "
                + "locates-20261120.csv: cannot be read: No such file or directory"
        )
    }

    @Test("are held to the checksum their sender gave")
    func checksum() throws {
        let good = try #require(DayFolder.good["positions"])
        let sum = SHA256.hex(Array(good.utf8))
        #expect(try DayFolder().complaint(more: ["positions": ", sha256: \"\(sum)\""]) == "")
        // One share more, and everything else as it was.
        let other = good.replacingOccurrences(of: "300", with: "301")
        let found = SHA256.hex(Array(other.utf8))
        #expect(
            try DayFolder(["positions": other]).complaint(
                more: ["positions": ", sha256: \"\(sum)\""]
            ) == "positions-20261120.csv: its SHA-256 is \(found), day.positions.sha256 is \(sum)"
        )
    }

    @Test("say every difference from what was carried, in both directions")
    func differences() {
        var day = DayStart(tradingDate: 20_261_123)
        day.positions = [
            .init(account: "DESK1", symbol: "AAPL", qty: 300),
            .init(account: "DESK2", symbol: "SPY", qty: 7),
        ]
        #expect(day.differences() == [], "a first date has nothing to differ from")
        day.from = 20_261_120
        day.carried = [
            .init(account: "DESK1", symbol: "AAPL", qty: 290),
            .init(account: "DESK1", symbol: "MSFT", qty: -5),
            .init(account: "DESK2", symbol: "SPY", qty: 7),
        ]
        #expect(
            day.differences() == [
                "AAPL of DESK1: 300, carried from 20261120: 290",
                "MSFT of DESK1: 0, carried from 20261120: -5",
            ]
        )
    }
}
