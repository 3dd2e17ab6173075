import Crossing
import Glibc
import Testing
import Vocabulary

/// What a person is told of hot's answer, or of none.
@Suite("An answer of hot")
struct HotAnswerTests {
    private let state: StateJournal

    init() throws { state = try StateJournal() }

    @Test("that does not come: after 2 s what a kill waits for, and what to do")
    func silence() throws {
        let hot = try HotDouble(state.path) { _ in nil }
        let tool = Tool.run("kill", "--reason", "x", "--state", state.path)
        #expect(tool.status == 69)
        let pid = getpid()
        #expect(
            tool.err
                == "apus: \(state.path)/hot.sock: hot (pid \(pid)) has not answered in 2.0 s: it is "
                + "busy. The kill waits at its socket and is obeyed before anything else as soon as "
                + "it runs. To stop now: `kill -KILL \(pid)` (its venues then cancel what lives), and "
                + "give the kill again: a kill hot has not read ends with it\n"
        )
        withExtendedLifetime(hot) {}
    }

    @Test(
        "to a cancel tells an order that is over, or that nobody answers for",
        arguments: [
            (OrdStatus.filled, "over already (filled): nothing to cancel"),
            (.canceled, "over already (canceled): nothing to cancel"),
            (.new, "cancel sent"),
            (.unknown, "UNKNOWN: canceled once its venue answers, or over by `apus order resolve`"),
        ]
    )
    func canceled(status: OrdStatus, says: String) throws {
        let hot = try HotDouble(state.path) { frame in
            var answer = frame
            answer.status = status.rawValue
            return answer
        }
        let tool = Tool.run("order", "cancel", "0008020000001", "--state", state.path)
        #expect(tool.status == 0)
        #expect(tool.out == "0008020000001: \(says)\n")
        withExtendedLifetime(hot) {}
    }

    @Test("of 304 names the spread beyond which a market is no reference")
    func tooWide() throws {
        let hot = try HotDouble(state.path) { frame in
            var answer = frame
            if frame.verb == .orderNew {
                answer.outcome = .rejected
                answer.code = RiskCode.referenceMissing.rawValue
            } else {
                answer.value = 100
            }
            return answer
        }
        let order = ["order", "new", "AAPL", "buy", "10", "300.00", "--state", state.path]
        let tool = Tool.run(order)
        #expect(tool.status == 77)
        #expect(
            tool.err
                == "apus: refused with 304: never had a reference; no trade yet and no two sides that "
                + "close, maxSpread of AAPL is 0.01\n"
        )
        withExtendedLifetime(hot) {}
    }

    @Test(
        "is not asked for where a scope has no such latch",
        arguments: [
            (["--only", "break"], "--only break is a symbol's latch: give --symbol SYMBOL."),
            (["--only", "loss", "--symbol", "AAPL"], "--only loss: a symbol has reduce-only and"),
            (
                ["--only", "loss", "--venue", "BX"],
                "--only loss: a venue has no latch but the kill"
            ),
        ]
    )
    func noSuchLatch(words: [String], says: String) {
        for verb in ["kill", "arm"] {
            let tool = Tool.run([verb] + words + ["--reason", "x", "--state", state.path])
            #expect(tool.status == 64)
            #expect(tool.err.contains(says), "\(tool)")
        }
    }
}
