import Foundation
import Testing

extension System {
    @Suite("The demo", .serialized)
    struct Demo {
        @Test("from nothing to a clean verdict within 90 seconds")
        func generated() throws { try demo([]) }

        @Test(
            "on five real hours of one symbol, too",
            .enabled(
                if: Built.data != nil && Self.isLong,
                "needs APUS_DATA, and APUS_LONG_TESTS=1: it takes another minute"
            )
        )
        func recorded() throws {
            let file = "\(Built.data ?? "")/itch50/aapl_20200130_locate13_first10k.itch50"
            try demo(["--itch", file])
        }

        static let isLong = ProcessInfo.processInfo.environment["APUS_LONG_TESTS"] != nil

        private func demo(_ more: [String]) throws {
            try Apus.with { apus in
                let began = monotonicNs()
                let words = ["demo", "--config", apus.config, "--state", apus.state] + more
                let outcome = try Outcome.of("apus", words, folder: apus.folder, seconds: 100)
                let tookNs = monotonicNs() - began
                #expect(outcome.code == 0, "\(outcome)")
                #expect(outcome.out.contains("verdict: clean"))
                #expect(tookNs < 90_000_000_000)
                print("  the demo took \(text(ns: tookNs))")
            }
        }
    }
}
