import Glibc
import Testing

extension System {
    @Suite("Orders by hand", .serialized)
    struct OrderTerms {
        @Test("hidden, post-only, good till a time, reserve, FOK: each as its terms say")
        func terms() throws {
            try Apus.with { apus in
                try apus.start()
                var ids: [String: String] = [:]
                let resting = [
                    "hidden": ["--hidden"],
                    "post-only": ["--post-only"], "gtt": ["--tif", "gtt", "--until", "23:59:59"],
                    "reserve": ["--reserve", "10"],
                ]
                for (what, flags) in resting {
                    ids[what] = try enter(apus, "100", "315.00", flags)
                }
                for (what, id) in ids {
                    try require("\(what) rests", within: 5) { try status(apus, id) == "new" }
                }
                // More than anybody shows: all at once or nothing, and nothing it is.
                let fok = try enter(apus, "4999", "327.00", ["--tif", "fok"])
                let hasEnded = try waits(5) {
                    try ["canceled", "filled", "expired"].contains(status(apus, fok) ?? "")
                }
                let told = try apus.run(["journal", "print", "--order", fok])
                #expect(hasEnded, "\(told)")
                let fills = try apus.journal("fill").filter { $0["orderID"] as? String == fok }
                let filled = fills.reduce(0) { $0 + ($1["lastQty"] as? Int ?? 0) }
                #expect(filled == 0 || filled == 4999, "all or nothing, not \(filled)")
                // It would take: it is not executed.
                let crossing = try enter(apus, "10", "327.00", ["--post-only"])
                try require("the post-only order is answered", within: 5) {
                    try status(apus, crossing).map { $0 != "pendingNew" } ?? false
                }
                let taken = try apus.journal("fill").filter {
                    $0["orderID"] as? String == crossing
                }
                #expect(taken.isEmpty, "it never takes")
                try apus.down()
                try apus.expectCleanJournal()
            }
        }

        private func enter(
            _ apus: Apus,
            _ qty: String,
            _ price: String,
            _ flags: [String]
        ) throws -> String {
            let words = ["order", "new", "AAPL", "buy", qty, price, "--venue", "NASDAQ", "--json"]
            let outcome = try apus.run(words + flags)
            #expect(outcome.code == 0, "\(flags): \(outcome)")
            return outcome.json["orderID"] as? String ?? ""
        }

        private func status(_ apus: Apus, _ id: String) throws -> String? {
            let events = try apus.run(["journal", "print", "--order", id]).out
            return events.split(separator: "\n").last.flatMap { line in
                line.firstMatch(of: #/"status": ?"([^"]*)"/#).map { String($0.1) }
            }
        }
    }
}
