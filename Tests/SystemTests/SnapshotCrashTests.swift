import Foundation
import Glibc
import Testing

extension System {
    /// A snapshot may be older than what happened, or half written: it is a shortcut, nothing else.
    @Suite("Killed around a snapshot", .serialized)
    struct SnapshotCrash {
        @Test("between a snapshot and the next segment, and between a segment and its snapshot")
        func killed() throws {
            try Apus.with { config in
                try config.replace("\ncold:\n", "\njournal: {segment_mib: 1}\n\ncold:\n")
                try config.replace("trading_date: today", "trading_date: 2026-11-20")
            } _: { apus in
                try apus.start()
                let launcher = try #require(apus.up)
                let day = DayFolder("\(apus.state)/journal/20261120")
                let trader = Trader(OuchClient(apus, user: "DESKA"), perSecond: 500)
                try trader.start()
                try require("the last sealed segment has its snapshot", within: 60) {
                    day.snapshots.count >= 2 && day.snapshots.last == day.sealed
                }
                // Nobody makes another one, or starts again what dies.
                launcher.tell(SIGSTOP)
                let newest = try #require(day.snapshots.last)
                let formers = try ["hot", "cold"].map { try apus.signal($0, SIGKILL) }
                try require("both are gone", within: 5) { !formers.contains(where: apus.isOurs) }
                let first = try Pair(apus)
                try first.goesOn(from: newest, day, trader)

                try require("a segment without a snapshot", within: 60) { day.sealed > newest }
                first.kill()
                // One that its writer was killed over.
                let half = try Data(contentsOf: day.snapshot(newest))
                let torn = day.snapshot(day.sealed).path() + ".new"
                try half.prefix(half.count / 2).write(to: URL(filePath: torn))
                let second = try Pair(apus)
                try second.goesOn(from: newest, day, trader)
                try sameAsWithout(apus, day, behind: newest)
                try trader.finish()
                try second.end()
                launcher.tell(SIGKILL)
                try conclude(apus, trader.client)
            }
        }

        /// What the next snapshot, made from the one before it, says the state is there is what the
        /// whole journal says without any.
        private func sameAsWithout(
            _ apus: Apus,
            _ day: DayFolder,
            behind newest: Int
        ) throws {
            let made = try Outcome.of(
                "apus-hot",
                ["--snapshot", "--state", apus.state],
                folder: apus.folder
            )
            #expect(made.code == 0 && made.out.contains("wrote "), "\(made)")
            let last = try #require(day.snapshots.last)
            #expect(last > newest)
            for segment in [newest, last] {
                let header = try day.header(segment)
                let replay = try apus.run([
                    "journal", "replay", "--up-to", "\(header.sequence)", "--json",
                ])
                #expect(replay.code == 0, "\(replay)")
                #expect(
                    replay.json["stateHash"] as? String == String(header.stateHash, radix: 16),
                    "segment \(segment): \(replay)"
                )
                print("  snapshot of segment \(segment): sequence \(header.sequence), same state")
            }
        }

        private func conclude(_ apus: Apus, _ client: OuchClient) throws {
            #expect(client.broken == [])
            #expect(client.unanswered == [])
            #expect(client.liveOrders() == [])
            client.close()
            try apus.expectCleanJournal()
            let executed = apus.venueLog("executed").reduce(0) { $0 + ($1["qty"] as? Int ?? 0) }
            #expect(client.filledQty == Int64(executed))
            let rolled = try Outcome.of(
                "apus",
                ["day", "roll", "--config", apus.config, "--state", apus.state],
                folder: apus.folder
            )
            #expect(rolled.out.contains("  carries \(executed) AAPL of DESK2 at "), "\(rolled)")
        }
    }

    /// Hot and cold started by hand; end with it.
    private final class Pair {
        private let apus: Apus
        private let hot: Started
        private let cold: Started
        private let logged: Int

        init(_ apus: Apus) throws {
            self.apus = apus
            logged = Self.lines(apus).count
            hot = try apus.startByHand("apus-hot")
            cold = try apus.startByHand("apus-cold")
        }

        deinit { kill() }

        func kill() {
            for process in [hot, cold] {
                process.tell(SIGKILL)
                _ = process.wait(seconds: 5)
            }
        }

        func end() throws {
            for process in [hot, cold] {
                process.tell(SIGTERM)
                #expect(process.wait(seconds: 30))
                #expect(process.exitCode == 0, "\(process.out) \(process.err)")
            }
        }

        /// Hot began with that snapshot and what is behind it, and the client trades again.
        func goesOn(from segment: Int, _ day: DayFolder, _ trader: Trader) throws {
            let before = trader.progress
            try require("the client trades again", within: 30) {
                let now = trader.progress
                return now.logins > before.logins && now.accepted > before.accepted + 100
            }
            let line = Self.lines(apus).dropFirst(logged).first { $0.contains("recovered ") } ?? ""
            let sequence = try day.header(segment).sequence
            #expect(line.contains("recovered snapshot at \(sequence), "), "\(line)")
            print("  \(line)")
        }

        private static func lines(_ apus: Apus) -> [Substring] {
            apus.file("logs/hot.jsonl").split(separator: "\n")
        }
    }

    /// The files of one date's journal, as docs name them.
    private struct DayFolder {
        let path: String
        init(_ path: String) { self.path = path }

        /// The newest segment nobody writes any more.
        var sealed: Int { (numbers("seg").last ?? 1) - 1 }
        var snapshots: [Int] { numbers("snap") }

        func snapshot(_ number: Int) -> URL {
            URL(filePath: "\(path)/\(String(format: "%06d", number)).snap")
        }

        /// Offsets as in `Snapshot.Header`.
        func header(_ number: Int) throws -> (sequence: UInt64, stateHash: UInt64) {
            let bytes = try Data(contentsOf: snapshot(number))
            guard bytes.count >= 128 else { throw Missed("\(number).snap: \(bytes.count) bytes") }
            return bytes.withUnsafeBytes { raw in
                (
                    raw.loadUnaligned(fromByteOffset: 24, as: UInt64.self),
                    raw.loadUnaligned(fromByteOffset: 56, as: UInt64.self)
                )
            }
        }

        private func numbers(_ kind: String) -> [Int] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            return names.filter { $0.hasSuffix(".\(kind)") }.compactMap { Int($0.prefix(6)) }
                .sorted()
        }
    }
}
