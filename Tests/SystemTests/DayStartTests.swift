import Foundation
import Glibc
import Testing

extension System {
    @Suite("What a date begins with", .serialized)
    struct DayStart {
        @Test("a file that differs from what was carried is refused, until a person accepts it")
        func acceptPositions() throws {
            try Apus.with {
                try $0.replace("trading_date: today", "trading_date: 2026-11-20")
            } _: { apus in
                try named(apus)
                try give(apus, "20261120", ["DESK1,AAPL,300,324.00", "DESK2,SPY,-40,326.00"])
                try apus.start()
                #expect(apus.up?.out.contains("20261120 begins with 2 positions") == true)
                try apus.down()
                let rolled = try Outcome.of(
                    "apus",
                    ["day", "roll", "--config", apus.config, "--state", apus.state],
                    folder: apus.folder
                )
                #expect(rolled.code == 0, "\(rolled)")
                try refused(apus)
                try accepted(apus)
            }
        }

        private func refused(_ apus: Apus) throws {
            let start = apus.file("journal/20261123/start.json")
            let image = try Data(contentsOf: URL(filePath: "\(apus.state)/hot.image"))
            #expect(start.contains("\"positions\""))

            let path = try give(apus, "20261123", ["DESK1,AAPL,310,325.00", "DESK1,QQQ,1,1.00"])
            try ends(
                apus,
                65,
                "\(path):4: symbol: \"QQQ\" is no instrument of \(apus.config); one of AAPL, MSFT, SPY"
            )
            try give(apus, "20261123", ["DESK1,AAPL,310,325.00"])
            let differences =
                "positions of 20261123 differ from what was carried, `apus up --accept-positions "
                + "REASON` takes them: AAPL of DESK1: 310, carried from 20261120: 300; "
                + "SPY of DESK2: 0, carried from 20261120: -40"
            try ends(apus, 77, differences)
            // No reason is none.
            try ends(apus, 77, differences, "--accept-positions", "")
            #expect(apus.file("journal/20261123/start.json") == start)
            let now = try Data(contentsOf: URL(filePath: "\(apus.state)/hot.image"))
            #expect(now == image, "a refused start has changed the image")
            #expect(
                try FileManager.default.contentsOfDirectory(
                    atPath: "\(apus.state)/journal/20261123"
                ) == ["start.json"]
            )
        }

        private func accepted(_ apus: Apus) throws {
            try apus.start("--accept-positions", "clearing is right")
            let said = "20261123 begins with 1 positions, carried from 20261120 "
            #expect(
                apus.up?.out.contains("\(said)(differences accepted: clearing is right)") == true
            )
            let positions = try apus.run(["positions", "--json"])
            #expect(positions.out.contains("310"), "\(positions)")
            #expect(!positions.out.contains("-40"), "\(positions)")
            let held = try apus.run(["journal", "replay", "--json"])
            #expect(
                held.out.contains(
                    "\"positions\": [{\"account\": \"DESK1\", \"symbol\": \"AAPL\", \"position\": 310}]"
                ),
                "\(held)"
            )
            let files = try apus.journal("session", verbose: true).filter {
                "\($0)".contains("positions-20261123.csv")
            }
            #expect(files.count == 1, "whose word the date begins with is its journal's")
            try apus.down()
            let start = apus.file("journal/20261123/start.json")
            #expect(
                start.contains("\"accepted\":\"clearing is right\"")
                    || start.contains("\"accepted\": \"clearing is right\""),
                "\(start)"
            )
            try apus.expectCleanJournal()
        }

        /// Ends at once, with one line, and nothing is left running.
        private func ends(
            _ apus: Apus,
            _ code: Int32,
            _ message: String,
            _ more: String...
        ) throws {
            let up = try Outcome.of("apus", apus.upArguments + more, folder: apus.folder)
            #expect(up.code == code, "\(up)")
            #expect(up.err == "apus: \(message)\n")
            #expect(!apus.venuePids.contains(where: apus.isOurs))
        }

        private func named(_ apus: Apus) throws {
            let text = try String(contentsOfFile: apus.config, encoding: .utf8)
            let day =
                "day:\n  positions: {file: \"\(apus.folder)/positions-{date}.csv\", source: c}\n"
            try text.replacingOccurrences(of: "\nstrategies:\n", with: "\n\(day)\nstrategies:\n")
                .write(toFile: apus.config, atomically: true, encoding: .utf8)
        }

        @discardableResult
        private func give(_ apus: Apus, _ date: String, _ rows: [String]) throws -> String {
            let path = "\(apus.folder)/positions-\(date).csv"
            let day = "\(date.prefix(4))-\(date.dropFirst(4).prefix(2))-\(date.suffix(2))"
            let lines =
                ["positions,\(day)", "account,symbol,shares,price"] + rows + ["end,\(rows.count)"]
            try (lines.joined(separator: "\n") + "\n").write(
                toFile: path,
                atomically: true,
                encoding: .utf8
            )
            return path
        }
    }
}
