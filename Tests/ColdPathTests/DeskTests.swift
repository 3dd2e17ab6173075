import ColdCore
import Crossing
import Desk
import Foundation
import Journal
import OrderManagement
import Portfolio
import Testing
import Vocabulary

@Suite("The desk, over a real ring and a real journal", .serialized)
struct DeskTests {
    var clock = TestClock()
    let hot: HotDouble

    init() throws { hot = try HotDouble() }

    mutating func start() throws -> Desk {
        let desk = try Desk(files: hot.files, time: clock.advance(ms: 1))
        try hot.meetCold()
        return desk
    }

    mutating func turn(_ desk: Desk, ms: Int64 = 1) {
        let time = clock.advance(ms: ms)
        hot.beat(time)
        desk.turn(time)
    }

    /// A random record with random raw bytes: small ring, so that records straddle its end.
    static func anything(_ random: inout SplitMix64) -> (AuditRecord, [UInt8]) {
        var record = AuditRecord()
        record.kind =
            [.new, .ack, .fill, .canceled, .session].randomElement(using: &random) ?? .new
        record.t = 1_767_600_000_000_000_000
        record.orderID = ClOrdID(UInt64.random(in: 1...50, using: &random))
        record.instrument = 0
        record.account = 0
        record.strategy = 0
        record.venue = 0
        record.side = Side.buy.rawValue
        record.qty = OrderQty(units: 100)
        record.px = Price(units: 1_500_000)
        record.lastQty = OrderQty(units: Int64.random(in: 1...40, using: &random))
        record.lastPx = Price(units: 1_500_000)
        record.match = random.next()
        let count = Int.random(in: 0...256, using: &random)
        return (record, (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    @Test(
        "killed at any moment and started again, it loses nothing and doubles nothing",
        arguments: 1...25
    )
    mutating func killed(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var held: Desk? = try start()
        var kills = 0
        while hot.written.count < 400 {
            let (record, raw) = Self.anything(&random)
            while !hot.append(record, raw: raw) { turn(try #require(held)) }
            if Int.random(in: 0..<4, using: &random) == 0 { turn(try #require(held)) }
            if Int.random(in: 0..<40, using: &random) == 0 {
                kills += 1
                try restart(&held)
            }
        }
        turn(try #require(held), ms: 60)
        try #require(held).finish(clock.advance(ms: 1))
        let live = try #require(held).rooms
        let expected = hot.written.map(HotDouble.meaning)
        #expect(try hot.journaled() == expected)
        #expect(hot.coldAuditCursor == hot.region.audit.position)

        // The rooms, kills and all, are what one reading of the journal makes.
        try restart(&held)
        let fresh = try #require(held)
        #expect(fresh.rooms.orders.fills == live.orders.fills)
        #expect(fresh.rooms.orders.counts == live.orders.counts)
        #expect(fresh.rooms.orders.recent(1_000) == live.orders.recent(1_000))
        #expect(
            fresh.rooms.portfolio.position(account: 0, instrument: 0)
                == live.portfolio.position(account: 0, instrument: 0)
        )
        #expect(kills > 0)
    }

    /// Nothing is flushed, nothing said: what was not durable is gone as with a process.
    mutating func restart(_ desk: inout Desk?) throws {
        // Lock and journal go with the last reference.
        desk = nil
        desk = try start()
    }

    @Test("the cursor never passes what is on disk")
    mutating func cursor() throws {
        var random = SplitMix64(seed: 9)
        let desk = try start()
        turn(desk, ms: 60)
        for _ in 0..<2_000 {
            let (record, raw) = Self.anything(&random)
            _ = hot.append(record, raw: raw)
            turn(desk)
            var durable: UInt64 = 0
            var reader = try JournalReader(
                journal: hot.files.journals,
                tradingDate: hot.reference.tradingDate
            )
            if hot.written.count % 97 == 0 {
                while let entry = try reader.next() { durable = entry.head.slotEnd }
                #expect(hot.coldAuditCursor <= durable)
            }
        }
    }

    @Test("hot's new epoch: the old ring is drained first, then the new one followed")
    mutating func newEpoch() throws {
        var random = SplitMix64(seed: 11)
        let desk = try start()
        turn(desk, ms: 60)
        for _ in 0..<5 {
            let (record, raw) = Self.anything(&random)
            #expect(hot.append(record, raw: raw))
        }
        try hot.newEpoch()
        for _ in 0..<5 {
            let (record, raw) = Self.anything(&random)
            #expect(hot.append(record, raw: raw))
        }
        for _ in 0..<10 { turn(desk, ms: 60) }
        desk.finish(clock.advance(ms: 1))
        #expect(try hot.journaled() == hot.written.map(HotDouble.meaning))
        #expect(hot.coldAuditCursor == hot.region.audit.position)
    }

    @Test("a region lost while cold lives is journaled whole before cold says it follows none")
    mutating func letsGo() throws {
        var random = SplitMix64(seed: 12)
        let desk = try start()
        turn(desk, ms: 60)
        #expect(hot.coldFollowedEpoch == 100)
        for _ in 0..<5 {
            let (record, raw) = Self.anything(&random)
            #expect(hot.append(record, raw: raw))
        }
        // The next hot's, which has yet to read the journal.
        try hot.newEpoch(isPaired: false)
        #expect(hot.coldFollowedEpoch == 100)
        for _ in 0..<3 { turn(desk, ms: 60) }
        #expect(hot.coldFollowedEpoch == 0)
        #expect(try hot.journaled() == hot.written.map(HotDouble.meaning))
        hot.pair()
        for _ in 0..<3 { turn(desk, ms: 60) }
        #expect(hot.coldFollowedEpoch == 101)
    }

    /// A disk that takes a group only when somebody waits for it.
    private final class SleepingDisk: SyncRunner {
        private var ticket: JournalTicket?
        private(set) var outcome: Int32?

        func start(_ ticket: JournalTicket) {
            self.ticket = ticket
            outcome = nil
        }
        func wait() {
            guard let ticket else { return }
            outcome = ticket.sync()
            self.ticket = nil
        }
    }

    @Test("told to end while the journal's memory is full, it still takes all of the ring")
    mutating func endsFull() throws {
        let hot = try HotDouble(auditSlots: 1 << 18)
        let desk = try Desk(files: hot.files, time: clock.advance(ms: 1), sync: SleepingDisk())
        try hot.meetCold()
        var record = AuditRecord()
        record.kind = .session
        // Twice what the journal holds in memory.
        for _ in 0..<(2 * JournalOptions().bufferBytes / AuditRecord.fixedBytes) {
            #expect(hot.append(record))
        }
        for _ in 0..<200 {
            let time = clock.advance(ms: 1)
            hot.beat(time)
            desk.turn(time)
        }
        #expect(hot.coldAuditCursor < hot.region.audit.position)
        desk.finish(clock.advance(ms: 1))
        #expect(hot.coldAuditCursor == hot.region.audit.position)
        #expect(try hot.journaled().count == hot.written.count)
    }

    @Test("a hot that turns no more is missed within a second, whatever its counter says")
    mutating func hotDies() throws {
        let desk = try start()
        turn(desk, ms: 60)
        for _ in 0..<5 { turn(desk, ms: 10) }
        #expect(alive(desk) == true)
        // It dies: cold turns on, the word stands still.
        var deadMs = 0
        while alive(desk) == true, deadMs < 5_000 {
            desk.turn(clock.advance(ms: 10))
            deadMs += 10
        }
        #expect(deadMs == 1_000)
        for _ in 0..<30 { desk.turn(clock.advance(ms: 10)) }
        #expect(alerts(desk).contains("hot-silent"))
        // It is back.
        turn(desk, ms: 10)
        #expect(alive(desk) == true)
        for _ in 0..<30 { turn(desk, ms: 10) }
        #expect(alerts(desk).contains("hot-silent") == false)
    }

    @Test("the word a dead hot left behind is no sign of life")
    mutating func deadFile() throws {
        hot.beat(clock.time)
        let desk = try start()
        for _ in 0..<20 { desk.turn(clock.advance(ms: 10)) }
        #expect(alive(desk) == false)
    }

    private func alive(_ desk: Desk) -> Bool? {
        let status = desk.answer(["verb": "status"], uid: 0, gid: 0, clock.time)
        return status["hot"]?["alive"].map { $0 == true }
    }

    private func alerts(_ desk: Desk) -> String {
        let bytes = desk.answer(["verb": "alerts"], uid: 0, gid: 0, clock.time).bytes
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("it refuses to pair with a hot of another image, in one line")
    mutating func pairing() throws {
        hot.pair(imageHash: 1)
        let desk = try start()
        turn(desk, ms: 60)
        let status = desk.answer(["verb": "status"], uid: 0, gid: 0, clock.time)
        #expect(status["hot"]?["attached"] == false)
        #expect(status["hot"]?["why"]?.text?.contains("hot runs image 1,") == true)
        #expect(desk.pairingRefused?.contains("\n") == false)
    }

    @Test("a second desk on the same state folder fails on the lock, naming the pid")
    mutating func secondDesk() throws {
        let desk = try start()
        let error = #expect(throws: DeskError.self) {
            try Desk(files: hot.files, time: desk.startTime)
        }
        #expect(error?.kind == .alreadyRunning)
        #expect(error?.description.contains("held by pid") == true)
    }

    @Test("an image that is damaged or not there gives exit code 65 and the path")
    mutating func badImage() throws {
        let files = DeskFiles(stateDir: hot.folder + "/shm", shmDir: hot.files.shmDir)
        let error = #expect(throws: DeskError.self) {
            try Desk(files: files, time: clock.advance(ms: 1))
        }
        #expect(error?.kind == .badFile)
        #expect(error?.description.contains("hot.image") == true)
    }

    /// We are on both sides of each of these matches.
    private mutating func wash(
        _ desk: Desk,
        _ matches: ClosedRange<UInt64>,
        _ random: inout SplitMix64
    ) throws {
        for match in matches {
            for side in [Side.buy, .sell] {
                var (record, raw) = Self.anything(&random)
                record.kind = .fill
                record.side = side.rawValue
                record.match = match
                // The disk takes its time; the desk's second is not to be over with it. 10 ms are
                // enough for a sync to fall due.
                var turns = 0
                while !hot.append(record, raw: raw) {
                    turn(desk, ms: turns < 10 ? 1 : 0)
                    turns += 1
                }
            }
        }
    }

    @Test(
        "surveillance cases have 20 lines a second; the rest is one line behind it, or at the end"
    )
    mutating func caseLines() throws {
        let desk = try start()
        var random = SplitMix64(seed: 3)
        /// Lines of an event in the log so far.
        func lines(_ event: String) throws -> [String] {
            try String(contentsOfFile: hot.files.log, encoding: .utf8).split(separator: "\n")
                .filter { $0.contains("\"event\":\"\(event)\"") }.map(String.init)
        }
        try wash(desk, 1...50, &random)
        for _ in 0..<40 { turn(desk, ms: 10) }
        #expect(try lines("case").count == 20)
        #expect(try lines("cases") == [])
        for _ in 0..<120 { turn(desk, ms: 10) }
        #expect(try lines("cases").count == 1)
        #expect(
            try lines("cases").first?.contains("30 more without a line of their own: 30 wash")
                == true
        )
        // Another second has lines again; nothing is told of twice.
        try wash(desk, 51...75, &random)
        desk.finish(clock.advance(ms: 1))
        #expect(try lines("case").count == 40)
        #expect(try lines("cases").count == 2)
        #expect(try lines("cases").last?.contains("\"wash\":5") == true)
        #expect(try lines("alert").filter { $0.contains("surveillance-wash") }.count == 1)
    }

    @Test("the valuation page is published at once, with prior close")
    mutating func valuation() throws {
        let desk = try start()
        let region = try ColdRegion.attach(path: hot.files.coldRegion, writable: false)
        var row = ValuationRow()
        let version = withUnsafeMutablePointer(to: &row) { region.valuation.read(into: $0) }
        #expect(version?.version == 1)
        #expect(row.valuation == Price(units: 1_500_000))
        turn(desk)
        #expect(hot.coldHeartbeat == UInt64(clock.time.monotonicNs))
    }

    @Test("every verb answers, empty day or not, and a wrong field is named")
    mutating func verbs() throws {
        let desk = try start()
        turn(desk, ms: 60)
        turn(desk)
        let verbs = [
            "status", "stat", "alerts", "venues", "positions", "pnl", "fills", "orders", "tca",
            "report", "algo.list", "parents",
        ]
        for verb in verbs {
            let answer = desk.answer(["verb": .string(verb)], uid: 0, gid: 0, clock.time)
            #expect(answer["ok"] == true, "\(verb): \(answer)")
        }
        let wrong: [(JSON, String)] = [
            ([:], "verb"), (["verb": "nonsense"], "nonsense"), ([], "object"),
            (["verb": "fills", "limit": 0], "limit"),
            (["verb": "orders", "symbol": "X"], "symbol"),
            (["verb": "order", "id": "x"], "id"), (["verb": "why"], "id"),
            (["verb": "algo.show", "id": 7], "7"), (["verb": "algo.start"], "symbol"),
        ]
        for (request, word) in wrong {
            let answer = desk.answer(request, uid: 0, gid: 0, clock.time)
            #expect(answer["ok"] == false)
            #expect(answer["error"]?.text?.contains(word) == true, "\(answer)")
        }
    }

    @Test("somebody without a role is told nothing and may start nothing")
    mutating func roles() throws {
        let desk = try start()
        #expect(!desk.mayAsk(uid: 4_000_000_001, gid: 4_000_000_001))
        let answer = desk.answer(
            ["verb": "algo.start"],
            uid: 4_000_000_001,
            gid: 4_000_000_001,
            clock.time
        )
        #expect(answer["ok"] == false)
        #expect(answer["error"]?.text?.hasPrefix("refused: uid 4000000001") == true)
    }
}

extension Command {
    var raw: [UInt8] { Array(text.string(length: textLength).utf8) }
}
