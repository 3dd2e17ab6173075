internal import ArgumentParser
internal import Vocabulary

extension RiskCommand {
    struct Codes: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every code the gate can answer with.",
            discussion: """
                --markdown prints docs/risk-codes.md; with --table only its table, as it stands in \
                docs/protocols/reject-codes.md.
                """
        )

        @Flag(help: "As docs/risk-codes.md.") var markdown = false
        @Flag(help: "With --markdown: the table alone.") var table = false
        @OptionGroup var output: OutputOptions

        func run() throws {
            if markdown {
                Console.out(table ? RiskCodesText.rejectTable : RiskCodesText.page)
            } else if output.json {
                Console.out(JSON.array(RiskCodesText.all.map(Self.json)).text)
            } else {
                var rows = Table(["code", "meaning", "stage"])
                for code in RiskCodesText.all {
                    rows.add([String(code.rawValue), code.meaning, RiskCodesText.stage(code)])
                }
                Console.out(rows.text)
            }
        }

        private static func json(_ code: RiskCode) -> JSON {
            [
                "code": .number(code.rawValue), "name": .string("\(code)"),
                "meaning": .string(code.meaning), "stage": .string(RiskCodesText.stage(code)),
                "latch": .bool(code.isLatch),
            ]
        }
    }
}

/// The documentation of codes, made from the enum so that it cannot lag behind it.
enum RiskCodesText {
    static var all: [RiskCode] { RiskCode.allCases.filter { $0 != .ok } }

    static func stage(_ code: RiskCode) -> String {
        switch code.rawValue / 100 {
        case 1: "state and permission"
        case 2: "form of the order"
        case 3: "price against the market"
        case 4: "position, exposure, short sale"
        case 5: "rate, resources"
        default: "self-trade"
        }
    }

    static var page: String {
        var lines = [
            "# Risk codes",
            "",
            "What the gate answers: the first check that fails, in the order of check. Stable: never",
            "renumbered, never used again for something else. In OUCH the reason of a `J`, in the",
            "journal `code`, on the command line exit status 77.",
            "",
            "Made by `apus risk codes --markdown` from `RiskCode`; a test compares. *Latch*: an",
            "operator or cold can set it (`apus kill --only`), some trip by themselves; only an",
            "operator lets go of it, with a reason (`apus arm --only`).",
            "",
            "| Code | Name | Meaning | Stage | Latch |",
            "|---|---|---|---|---|",
        ]
        for code in all {
            let latch = !code.isLatch ? "" : code.latchCancels ? "cancels its scope" : "refuses"
            lines.append(
                "| \(code.rawValue) | \(code) | \(code.meaning) | \(stage(code)) | \(latch) |"
            )
        }
        return lines.joined(separator: "\n")
    }

    static var rejectTable: String {
        let rows = all.map { code in
            let hex = String(code.rawValue, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: 4 - hex.count) + hex
            return "| \(code.rawValue) | 0x\(padded) | \(code.meaning) |"
        }
        return (["| Code | Hex | Meaning |", "|---|---|---|"] + rows).joined(separator: "\n")
    }
}
