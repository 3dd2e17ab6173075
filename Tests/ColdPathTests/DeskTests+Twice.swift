import ColdCore
import Crossing
import Desk
import ExecutionAlgos
import Foundation
import Glibc
import Journal
import Testing
import Vocabulary

// What would send an algo's child twice, or let a paused parent trade.
extension DeskTests {
    /// Cold's log blocks (a full page cache, a slow disk) between the step that decided a child and
    /// the flush that stamps it. Hot turns on meanwhile.
    @Test("a child stamped later than its parent thinks is not asked for twice")
    mutating func stampedLater() throws {
        let path = hot.files.log
        let folder = String(path[..<path.lastIndex(of: "/")!])
        mkdir(folder, 0o750)
        #expect(mkfifo(path, 0o600) == 0)
        let fifo = open(path, O_RDWR | O_NONBLOCK)
        #expect(fifo >= 0)
        let desk = try start()
        hot.quote(bid: 1_500_000, ask: 1_500_200)
        turn(desk, ms: 60)
        turn(desk)
        let asked = startAlgo(desk, durationMs: 60_000)
        #expect(asked["ok"] == true, "\(asked)")
        let started = try #require(hot.nextCommand())
        #expect(hot.append(algoRecord(started), raw: started.raw))
        for _ in 0..<105 { turn(desk, ms: 10) }
        #expect(hot.nextCommand() == nil)

        // The quiet after the start ends within this turn; a line for the log, and a pipe that is full.
        var kill = AuditRecord()
        kill.kind = .kill
        kill.t = clock.time.nowNs
        kill.detail = UInt32(KillScope.venue.rawValue)
        kill.venue = 1
        #expect(hot.append(kill))
        let filler = [UInt8](repeating: 0x20, count: 4096)
        while Glibc.write(fifo, filler, filler.count) > 0 {}
        let control = hot.region.control
        let stallNs: Int64 = 5_000_000_000
        let time = clock.advance(ms: 300)
        hot.beat(time)
        let afterNs = UInt64(time.nowNs + stallNs)
        let thread = Thread {
            usleep(300_000)
            control[HotWord.engineNs] = afterNs
            var room = [UInt8](repeating: 0, count: 65_536)
            for _ in 0..<20 { _ = read(fifo, &room, room.count); usleep(1_000) }
        }
        thread.start()
        desk.turn(time)
        usleep(100_000)
        // UTC and the monotonic clock have gone on as well; hot has not come to the command yet.
        _ = clock.advance(ms: 5_000)
        for _ in 0..<20 { turn(desk, ms: 5) }
        var news: [Command] = []
        while let command = hot.nextCommand() { if command.kind == .new { news.append(command) } }
        let nowNs = clock.time.nowNs
        let good = news.filter { $0.validUntilNs > nowNs }
        let total = good.reduce(0) { $0 + $1.qty.units }
        #expect(total <= 50, "slice of 50, asked for \(total) of a parent of 100")
        close(fifo)
    }

    private final class SlowDisk: SyncRunner {
        private var ticket: JournalTicket?
        private(set) var outcome: Int32?
        func start(_ ticket: JournalTicket) { self.ticket = ticket; outcome = nil }
        func wait() {
            guard let ticket else { return }
            outcome = ticket.sync()
            self.ticket = nil
        }
    }

    @Test("a new cold sends nothing before it has read the ring it found")
    mutating func quietUnread() throws {
        let hot = try HotDouble(auditSlots: 1 << 20)
        var desk: Desk? = try Desk(files: hot.files, time: clock.advance(ms: 1))
        try hot.meetCold()
        func turn(_ desk: Desk, ms: Int64) {
            let time = clock.advance(ms: ms)
            hot.beat(time)
            desk.turn(time)
        }
        hot.quote(bid: 1_500_000, ask: 1_500_200)
        turn(desk!, ms: 60)
        turn(desk!, ms: 1)
        let asked = startAlgo(desk!, durationMs: 60_000)
        #expect(asked["ok"] == true, "\(asked)")
        let started = try #require(hot.nextCommand())
        #expect(hot.append(algoRecord(started), raw: started.raw))
        var child: Command?
        for _ in 0..<200 where child == nil { turn(desk!, ms: 10); child = hot.nextCommand() }
        let new = try #require(child)
        #expect(new.kind == .new)
        desk!.finish(clock.advance(ms: 1))
        desk = nil
        // Others' records, then the child's, which no cold has read.
        var other = AuditRecord()
        other.kind = .session
        for _ in 0..<(6 * JournalOptions().bufferBytes / AuditRecord.fixedBytes) {
            #expect(hot.append(other))
        }
        #expect(hot.append(newRecord(new, order: 1)))
        let disk = SlowDisk()
        let next = try Desk(files: hot.files, time: clock.advance(ms: 1), sync: disk)
        try hot.meetCold()
        var said = "nothing"
        for n in 0..<400 {
            turn(next, ms: 10)
            if n % 40 == 39 { disk.wait() }
            while let command = hot.nextCommand() {
                if command.kind == .new {
                    said =
                        "\(command.qty.units) more after \(n * 10) ms, journal \(String(describing: hot.coldJournalState))"
                }
            }
            if said != "nothing" { break }
        }
        #expect(said == "nothing")
    }

    @Test("a damaged time word of hot does not end cold")
    mutating func damagedWord() throws {
        let desk = try start()
        hot.quote(bid: 1_500_000, ask: 1_500_200)
        turn(desk, ms: 60)
        turn(desk)
        let time = clock.advance(ms: 10)
        hot.beat(time)
        hot.region.control[HotWord.engineNs] = UInt64(Int64.max)
        desk.turn(time)
        _ = startAlgo(desk, durationMs: 60_000)
        for _ in 0..<10 { desk.turn(clock.advance(ms: 300)) }
    }
}

@Suite("What was asked of an algo, in order")
struct AlgoOrderTests {
    @Test("a pause confirmed behind a resume holds, whatever record comes first")
    func pauseBehindResume() throws {
        var algos = ExecutionAlgos(reference: Make.reference)
        var outbox = CommandOutbox(epoch: 1)
        let spec = TwapTests.spec(qty: 100, slices: 2)
        let parent = try algos.start(spec, uid: 7, nowNs: 0, &outbox).get()
        func said(_ text: String, _ id: UInt64, t: Int64) -> Record {
            var record = Make.record(.algo, t: t)
            record.parent = parent
            record.commandID = id
            record.raw = Array(text.utf8)
            return record
        }
        algos.apply(said(spec.text(Make.reference), outbox.take()[0].id, t: 10))
        _ = try algos.stop(.pause, parent: parent, uid: 7, nowNs: 20, &outbox).get()
        algos.apply(said("twap pause", outbox.take()[0].id, t: 30))
        // Resume, and at once a pause again: both stand in the ring, hot has read neither.
        _ = try algos.resume(parent: parent, uid: 7, &outbox).get()
        _ = try algos.stop(.pause, parent: parent, uid: 7, nowNs: 40, &outbox).get()
        let both = outbox.take()
        #expect(both.count == 2)
        #expect(algos.stopping[parent]?.verb == .pause)
        // Hot records the resume; the pause's record found no room (a full ring says nothing).
        algos.apply(said("twap resume", both[0].id, t: 50))
        var words: [String] = []
        for ms in [Int64(1), 1_100, 2_200] {
            let world = AlgoWorld(
                nowNs: ms * 1_000_000,
                drainedNs: ms * 1_000_000,
                quotes: TwapMarket.quotes,
                reference: Make.reference
            )
            algos.step(world, &outbox)
            words += outbox.take().map {
                switch $0.wish {
                case .algo(let words): words.text
                case .new(let child): "NEW \(child.qty.units)"
                default: "other"
                }
            }
        }
        #expect(!words.contains { $0.hasPrefix("NEW") })
    }
}
