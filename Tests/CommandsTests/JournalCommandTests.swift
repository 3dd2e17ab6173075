import Foundation
import Testing

@Suite("apus journal")
struct JournalCommandTests {
    private let state: StateJournal

    init() throws {
        state = try StateJournal()
        try state.write([
            StateJournal.adjust(account: 0, instrument: 0, 300),
            StateJournal.adjust(account: 0, instrument: 1, 5),
        ])
    }

    @Test("print refuses a kind there is not, with those there are")
    func bogusKind() {
        let tool = Tool.run("journal", "print", "--kind", "bogus", "--state", state.path)
        #expect(tool.status == 65)
        #expect(tool.out == "")
        #expect(
            tool.err
                == "apus: --kind \"bogus\" is not one of new, ack, reject, fill, cancelReq, canceled, "
                + "replaceReq, replaced, bust, restated, kill, arm, limit, session, gap, algo, "
                + "snapshot, operator, incident, page, timer, clock, pressure, adjust, parent, "
                + "modifyReq\n"
        )
        let adjusts = Tool.run("journal", "print", "--kind", "adjust", "--state", state.path)
        #expect(adjusts.out.split(separator: "\n").count == 2)
        #expect(Tool.run("journal", "print", "--kind", "fill", "--state", state.path).status == 0)
    }

    @Test("check ends at a torn tail, and tells of it", .timeLimit(.minutes(1)))
    func torn() throws {
        let segment = "\(state.path)/journal/\(state.date)/000001.seg"
        let whole = try #require(FileManager.default.contents(atPath: segment))
        try (whole + Data(repeating: 7, count: 40)).write(to: URL(filePath: segment))
        let tool = Tool.run("journal", "check", "--state", state.path)
        #expect(tool.out.contains("40 bytes are no whole entry"), "\(tool.out)\(tool.err)")
    }

    @Test("replay refuses an end beyond the journal's, naming the journal's")
    func beyond() {
        func replay(_ upTo: String) -> Tool {
            Tool.run("journal", "replay", "--up-to", upTo, "--state", state.path)
        }
        let last = replay("2")
        #expect(last.status == 0, "\(last.err)")
        #expect(last.out.hasPrefix("2 records replayed"))
        #expect(replay("1").out.hasPrefix("1 records replayed"))
        let tool = replay("3")
        #expect(tool.status == 65)
        #expect(tool.out == "")
        #expect(
            tool.err
                == "apus: --up-to 3 is beyond the journal of \(state.date), which ends with 2\n"
        )
    }
}
