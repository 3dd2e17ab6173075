import Crossing
import Foundation
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

    @Test("that a look waits for: 2 s, as a kill does")
    func silentLook() throws {
        let hot = try HotDouble(state.path) { _ in nil }
        let begun = ContinuousClock.now
        let tool = Tool.run("order", "list", "--state", state.path)
        #expect(tool.status == 69)
        #expect(tool.err.contains("has not answered in 2.0 s: it is busy"), "\(tool.err)")
        #expect(ContinuousClock.now - begun < .seconds(8), "it was 10 s")
        withExtendedLifetime(hot) {}
    }

    @Test(
        "that is cut off says that what was asked may have been done, and where that shows",
        arguments: [
            (
                ["order", "new", "AAPL", "buy", "10", "300.00"],
                "the order may have been taken and sent: before it is asked for again, see `apus order "
                    + "list` and `apus order why ID` once hot is up, or `apus journal print --kind new "
                    + "--kind replaceReq`"
            ),
            (
                ["arm", "--reason", "x"],
                "it may have been done: before it is asked for again, see `apus journal print --kind "
                    + "operator --kind arm`"
            ),
            (
                ["kill", "--reason", "x"],
                "the kill may not have been obeyed: `apus status` says KILLED once it holds; give it "
                    + "again when hot is up"
            ),
            (["order", "list"], "`apus status` says whether it is up"),
        ]
    )
    func cutOff(words: [String], says: String) throws {
        let hot = try HotDouble(state.path, hangsUp: true) { _ in nil }
        let tool = Tool.run(words + ["--state", state.path])
        #expect(tool.status == 69)
        #expect(
            tool.err
                == "apus: \(state.path)/hot.sock: hot ended, or closed the connection, before it had "
                + "answered; \(says)\n"
        )
        withExtendedLifetime(hot) {}
    }

    @Test(
        "of a latch names whose it is and what lets go of it",
        arguments: [
            (
                RiskCode.killFirm, KillScope.firm, 0,
                "101: kill: firm; kill of firm; `apus arm --reason WHY` lets go of it"
            ),
            (
                .killAccount, .account, 0,
                "102: kill: account; kill of account DESK1; `apus arm --account DESK1 --reason WHY` "
                    + "lets go of it"
            ),
            (
                .killStrategy, .strategy, 0,
                "103: kill: strategy; kill of strategy HAND; `apus arm --strategy HAND --reason WHY` "
                    + "lets go of it"
            ),
            (
                .venueSessionDown, .venue, 0,
                "105: venue session down; kill of venue BX; `apus arm --venue BX --reason WHY` lets go "
                    + "of it"
            ),
            (
                .reduceOnly, .symbol, 108,
                "108: reduce-only; buy 10 is more than takes the position down; 108 reduce-only of "
                    + "symbol AAPL; `apus arm --symbol AAPL --only reduce-only --reason WHY` lets go of "
                    + "it"
            ),
        ]
    )
    func latch(code: RiskCode, scope: KillScope, latch: UInt32, says: String) throws {
        let hot = try HotDouble(state.path) { frame in
            var answer = frame
            switch frame.verb {
            case .orderNew:
                answer.outcome = .rejected
                answer.code = code.rawValue
                answer.venue = Name("BX")!
            case .latchShow where frame.value < 0:
                answer.scope = scope.rawValue
                answer.detail = latch
                (answer.account, answer.strategy) = (Name("DESK1")!, Name("HAND")!)
                (answer.symbol, answer.venue) = (Symbol("AAPL")!, Name("BX")!)
                answer.value = 1
            default: answer.value = -1
            }
            return answer
        }
        let order = ["order", "new", "AAPL", "buy", "10", "300.00", "--state", state.path]
        let tool = Tool.run(order)
        #expect(tool.status == 77)
        #expect(tool.err == "apus: refused with \(says)\n")
        withExtendedLifetime(hot) {}
    }

    @Test("of 601 names the order of ours it would meet")
    func selfTrade() throws {
        let hot = try HotDouble(state.path) { frame in
            var answer = frame
            if frame.verb == .orderNew {
                answer.outcome = .rejected
                answer.code = RiskCode.selfTrade.rawValue
                return answer
            }
            answer.orderID = ClOrdID(7)
            (answer.symbol, answer.account) = (Symbol("AAPL")!, Name("DESK2")!)
            answer.side = Side.sell.rawValue
            answer.leavesQty = OrderQty(units: 30)
            answer.px = Price(units: 2_999_900)
            return answer
        }
        let order = ["order", "new", "AAPL", "buy", "10", "300.00", "--state", state.path]
        let tool = Tool.run(order)
        #expect(
            tool.err
                == "apus: refused with 601: self-trade; at 300.00 it would meet our \(ClOrdID(7)), sell "
                + "30 at 299.99 of DESK2\n"
        )
        withExtendedLifetime(hot) {}
    }

    @Test("to a replace of an order that does not live says so by its id")
    func nothingToReplace() throws {
        let hot = try HotDouble(state.path) { frame in
            var answer = frame
            if frame.verb == .orderReplace {
                answer.outcome = .rejected
                answer.code = RiskCode.orderNotFound.rawValue
            } else {
                answer.orderID = .none
            }
            return answer
        }
        let words = ["order", "replace", "0008020000001", "10", "300.00", "--state", state.path]
        let tool = Tool.run(words)
        #expect(tool.status == 77)
        #expect(
            tool.err.contains(
                "213: order not found; no order 0008020000001 lives; `apus order list --all` has the "
                    + "day's"
            ),
            "\(tool.err)"
        )
        withExtendedLifetime(hot) {}
    }

    @Test("to an arm with orders open says how many, whose, and both ways on")
    func armWithOrders() throws {
        let hot = try HotDouble(state.path) { frame in
            var answer = frame
            answer.outcome = .rejected
            answer.code = RiskCode.unknownOrderOnSymbol.rawValue
            answer.value = 3
            return answer
        }
        let tool = Tool.run("arm", "--symbol", "SPY", "--reason", "x", "--state", state.path)
        #expect(tool.status == 77)
        #expect(
            tool.err
                == "apus: refused: 3 orders of symbol SPY are open, and it is stopped: cancel them "
                + "(`apus order cancel --all --symbol SPY --reason WHY`), or give --override to trade on "
                + "beside them\n"
        )
        withExtendedLifetime(hot) {}
    }

    @Test("to status stands beside what the machine says of a process that stands still")
    func stopped() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sleep")
        process.arguments = ["60"]
        try process.run()
        let pid = process.processIdentifier
        defer {
            kill(pid, SIGKILL)
            process.waitUntilExit()
        }
        _ = try state.folder.write(
            "ports.json",
            "{\"hot\": 0, \"cold\": \(pid), \"venues\": {}}"
        )
        let hot = try HotDouble(state.path) { frame in
            var answer = frame
            withUnsafeMutableBytes(of: &answer.fields) {
                $0.storeBytes(
                    of: 3_000_000_000,
                    toByteOffset: StatusField.coldAgeNs.rawValue * 8,
                    as: Int64.self
                )
            }
            return answer
        }
        let running = Tool.run("status", "--state", state.path)
        #expect(running.out.contains("cold       SILENT, heard 3.0 s ago"), "\(running)")
        #expect(!running.out.contains("STOPPED"))
        kill(pid, SIGSTOP)
        var status: Int32 = 0
        waitpid(pid, &status, WUNTRACED)
        let tool = Tool.run("status", "--state", state.path)
        #expect(
            tool.out.contains(
                "STOPPED    cold, pid \(pid), stands still and answers nothing; `kill -CONT \(pid)` "
                    + "lets it run\n"
            ),
            "\(tool)"
        )
        let json = Tool.run("status", "--json", "--state", state.path)
        #expect(json.out.contains("\"stopped\": [\"cold\"]"), "\(json.out)")
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
