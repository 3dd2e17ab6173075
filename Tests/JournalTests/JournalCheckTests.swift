import Crossing
import Journal
import Testing
import Vocabulary

/// The proof that a day adds up, and that it finds what does not.
@Suite("The check of a day")
struct JournalCheckTests {
    private let story = OrderStory()

    /// Laws broken, each once, in the order of their declaration.
    private func laws(_ verdict: JournalVerdict) -> [JournalLaw] {
        JournalLaw.allCases.filter { !verdict.found($0).isEmpty }
    }

    @Test("a correct day is clean, counted, and every venue event matched")
    func clean() throws {
        let verdict = try story.verdict()
        #expect(verdict.findings == [])
        #expect(verdict.isClean)
        #expect(verdict.entries == 13)
        #expect(verdict.orders == 3)
        #expect(verdict.fills == 2)
        #expect(verdict.filledQty == 70)
        #expect(verdict.openOrders == 0)
        #expect(verdict.venueEvents == 6)
        #expect(verdict.matched == 6)
        #expect(verdict.lost == 0 && verdict.duplicated == 0 && verdict.unexplained == 0)
        #expect(verdict.description.hasSuffix("verdict: clean"))
    }

    @Test("behind a session a person has rolled, packets count from 1 and none may be missing")
    func rolled() throws {
        story.rollsSession()
        #expect(try story.verdict().findings == [])
        // The first of the new session, seen by nobody: the one behind it tells.
        story.records.remove(at: story.index(.ack, 1))
        let verdict = try story.verdict(withLog: false)
        #expect(verdict.found(.venueSequence).map(\.text) == ["NSDQ: packet 2 after 0"])
        // Without the roll they are packets a second time.
        story.records.removeAll {
            $0.record.kind == .session && $0.record.detail == SessionEvent.rolled.rawValue
        }
        #expect(!(try story.verdict(withLog: false).found(.venueSequence)).isEmpty)
    }

    @Test("an execution recorded twice")
    func duplicateFill() throws {
        let index = story.index(.fill)
        story.records.insert(story.records[index], at: index + 1)
        let verdict = try story.verdict(withLog: false)
        #expect(verdict.found(.duplicateFill).count == 1)
        #expect(verdict.found(.venueSequence).count == 1)
        #expect(verdict.duplicated == 2)
        #expect(verdict.found(.duplicateFill).first?.orderID == ClOrdID(1))
        #expect(verdict.found(.duplicateFill).first?.sequence == 6)
    }

    @Test("the same, admitted by the engine as seen before, is none")
    func admittedDuplicate() throws {
        let index = story.index(.fill)
        var again = story.records[index]
        again.record.flags.insert(.duplicate)
        story.records.insert(again, at: index + 1)
        #expect(try story.verdict().isClean)
    }

    @Test("an execution of the same match under another packet number")
    func duplicateMatch() throws {
        let index = story.index(.fill, 1)
        story.records[index].record.match = 501
        #expect(laws(try story.verdict(withLog: false)) == [.duplicateFill])
    }

    @Test("a fill left out: packet, quantities and sums all tell")
    func missingFill() throws {
        story.records.remove(at: story.index(.fill))
        let verdict = try story.verdict()
        #expect(verdict.found(.venueSequence).count == 1)
        #expect(!verdict.found(.order).isEmpty)
        #expect(verdict.found(.missing).count == 1)
        #expect(verdict.lost == 2)
    }

    @Test("leavesQty that does not follow from the fills")
    func leaves() throws {
        story.records[story.index(.fill)].record.leavesQty = OrderQty(units: 61)
        let verdict = try story.verdict(withLog: false)
        #expect(laws(verdict) == [.order])
        #expect(
            verdict.findings.first?.text
                == "leavesQty 61, but 100 = 40 filled + 0 canceled + 0 rejected leaves 60"
        )
    }

    @Test("cumQty that is not the sum of the fills")
    func cum() throws {
        story.records[story.index(.fill, 1)].record.cumQty = OrderQty(units: 71)
        #expect(laws(try story.verdict(withLog: false)) == [.order])
    }

    @Test("the last word on an order leaves something open: strategy and venue do not add up")
    func sums() throws {
        story.records[story.index(.fill, 1)].record.leavesQty = OrderQty(units: 5)
        #expect(laws(try story.verdict(withLog: false)) == [.order, .strategy, .venue])
    }

    @Test("more canceled than was open, without an incident")
    func overCancel() throws {
        let index = story.index(.canceled)
        story.records[index].record.lastQty = OrderQty(units: 60)
        #expect(laws(try story.verdict(withLog: false)).contains(.order))
        story.records[index].record.flags.insert(.incident)
        story.records[index].record.status = .canceled
        story.records[index].record.leavesQty = .zero
        story.records.remove(at: story.index(.fill, 1))
        #expect(!laws(try story.verdict(withLog: false)).contains(.order))
    }

    @Test("an acknowledgement after the end is no legal step")
    func legality() throws {
        var late = story.records[story.index(.ack)]
        late.record.venueSeq = 7
        story.records.append(late)
        let verdict = try story.verdict(withLog: false)
        #expect(laws(verdict) == [.legality])
        #expect(verdict.findings.first?.text == "ack while filled")
    }

    @Test("a fill after the end is an incident, and must say so")
    func lateFill() throws {
        var late = story.records[story.index(.fill)]
        late.record.venueSeq = 7
        late.record.match = 503
        story.records.append(late)
        #expect(laws(try story.verdict(withLog: false)) == [.legality])
        story.records[story.records.count - 1].record.flags = [.late, .incident]
        let verdict = try story.verdict(withLog: false)
        #expect(verdict.isClean)
        #expect(verdict.incidents == 1)
        #expect(verdict.filledQty == 110)
    }

    @Test("a venue's answer for an order never recorded")
    func unknownOrder() throws {
        story.records.remove(at: story.index(.new, 0))
        #expect(laws(try story.verdict(withLog: false)) == [.unknownOrder])
    }

    @Test("an order number used twice")
    func reused() throws {
        story.records[story.index(.new, 1)].record.orderID = ClOrdID(1)
        #expect(try story.verdict(withLog: false).found(.order).isEmpty == false)
    }

    @Test("children beyond their parent")
    func parent() throws {
        var second = story.records[story.index(.new, 2)]
        second.record.parent = 7
        second.record.qty = OrderQty(units: 101)
        second.record.leavesQty = second.record.qty
        // While the first child of 200 still lives.
        story.records.insert(
            (second.record.with(id: 9, ref: 9), []),
            at: story.index(.reject)
        )
        let verdict = try story.verdict(withLog: false)
        #expect(laws(verdict) == [.parent])
        #expect(
            verdict.findings.first?.text == "children of parent 7 reach 301, the parent is 300"
        )
    }

    @Test("legs beyond their routed order, whatever the legs say of it")
    func routed() throws {
        var parent = story.records[story.index(.new, 2)]
        parent.record.kind = .parent
        parent.record.orderID = ClOrdID(8)
        parent.record.userRefNum = 0
        parent.record.qty = OrderQty(units: 150)
        parent.record.leavesQty = .zero
        story.records.insert(parent, at: 1)
        let leg = story.index(.new, 1)
        story.records[leg].record.parent = 8
        story.records[leg].record.value = 500
        let verdict = try story.verdict(withLog: false)
        #expect(laws(verdict) == [.parent])
        #expect(
            verdict.findings.first?.text == "children of parent 8 reach 200, the parent is 150"
        )
    }

    @Test("a ring slot that never came")
    func ring() throws {
        let verdict = try story.verdict(skippingSlotsAt: 5)
        #expect(laws(verdict) == [.ring])
        #expect(verdict.lost == 2)
    }

    @Test("a packet number left out")
    func packet() throws {
        for index in story.records.indices where story.records[index].record.venueSeq > 3 {
            story.records[index].record.venueSeq += 2
        }
        let verdict = try story.verdict()
        #expect(laws(verdict) == [.venueSequence])
        #expect(verdict.lost == 2)
    }

    @Test("a damaged entry, with file and offset")
    func damage() throws {
        let day = Day()
        try day.write((1...3).map { numbered($0) })
        var bytes = File.read(day.segment(1))
        bytes[128 + 304 + 90] ^= 4
        File.write(day.segment(1), bytes)
        let verdict = try JournalCheck.run(journal: day.journal, tradingDate: Day.date)
        #expect(laws(verdict) == [.damage])
        #expect(verdict.findings.first?.place == 128 + 304)
        #expect(verdict.entries == 1)
    }
}

extension AuditRecord {
    fileprivate func with(id: UInt64, ref: UInt32) -> AuditRecord {
        var copy = self
        copy.orderID = ClOrdID(id)
        copy.userRefNum = ref
        return copy
    }
}

/// The journal against the venue's own log.
@Suite("Reconciling with a venue's log")
struct ReconcileTests {
    private let story = OrderStory()

    private func line(_ event: String, _ nth: Int = 0) -> Int {
        story.log.indices.filter { story.log[$0].contains("\"ev\":\"\(event)\"") }[nth]
    }

    private func edit(_ event: String, _ nth: Int = 0, _ from: String, _ to: String) {
        let index = line(event, nth)
        let parts = story.log[index].split(separator: from, maxSplits: 1)
        story.log[index] = parts.joined(separator: to)
    }

    @Test(
        "an answer that the journal has not is missing, with its line",
        arguments: ["accepted", "executed", "canceled", "replaced", "rejected"]
    )
    func missing(event: String) throws {
        let index = line(event)
        story.log.append(
            story.log[index].replacingRef(with: 77)
        )
        let verdict = try story.verdict()
        #expect(verdict.findingCount == 1)
        #expect(verdict.found(.missing).first?.place == story.log.count)
        #expect(verdict.lost == 1)
    }

    @Test(
        "an answer that the venue never gave is unexplained",
        arguments: ["accepted", "executed", "canceled", "replaced", "rejected"]
    )
    func unexplained(event: String) throws {
        story.log.remove(at: line(event))
        let verdict = try story.verdict()
        #expect(verdict.findingCount == 1)
        #expect(verdict.found(.unexplained).count == 1)
        #expect(verdict.unexplained == 1)
    }

    @Test("another quantity or another price is different")
    func different() throws {
        edit("executed", 0, "\"qty\":40", "\"qty\":41")
        edit("executed", 1, "\"px\":999900", "\"px\":999800")
        edit("canceled", 0, "\"qty\":20", "\"qty\":21")
        let verdict = try story.verdict()
        #expect(verdict.found(.different).count == 3)
        #expect(verdict.findingCount == 3)
        #expect(verdict.matched == 3)
    }

    @Test(
        "the other side, or another symbol, is different, whichever line says it",
        arguments: [
            ("enter", 0), ("accepted", 0), ("executed", 0), ("replace", 0), ("replaced", 0),
            ("canceled", 0), ("executed", 1),
        ],
        [("\"side\":\"B\"", "\"side\":\"S\""), ("\"symbol\":\"AAPL\"", "\"symbol\":\"MSFT\"")]
    )
    func otherTerms(at place: (event: String, nth: Int), change: (from: String, to: String)) throws
    {
        edit(place.event, place.nth, change.from, change.to)
        let verdict = try story.verdict()
        #expect(verdict.found(.different).count == 1)
        #expect(verdict.findingCount == 1)
    }

    @Test("what reached the venue with other shares or another price than were recorded")
    func otherThanSent() throws {
        edit("enter", 0, "\"qty\":100", "\"qty\":1000")
        edit("enter", 1, "\"px\":1000000", "\"px\":1000100")
        edit("replace", 0, "\"qty\":90", "\"qty\":100")
        let verdict = try story.verdict()
        #expect(verdict.found(.different).count == 3)
        #expect(verdict.findingCount == 3)
    }

    @Test("a mark that was changed on the way is no other side")
    func remarked() throws {
        for kind in [RecordKind.new, .ack, .fill] {
            story.records[story.index(kind)].record.side = Side.sellShort.rawValue
        }
        edit("enter", 0, "\"side\":\"B\"", "\"side\":\"T\"")
        edit("accepted", 0, "\"side\":\"B\"", "\"side\":\"T\"")
        edit("executed", 0, "\"side\":\"B\"", "\"side\":\"S\"")
        #expect(try story.verdict().found(.different).isEmpty)
    }

    @Test("an order that the venue got and nobody recorded")
    func unrecorded() throws {
        story.log.append(story.log[line("enter")].replacingRef(with: 55))
        let verdict = try story.verdict()
        #expect(verdict.found(.unrecordedOrder).count == 1)
        #expect(verdict.findingCount == 1)
    }

    @Test("an order recorded, never at the venue, and never proved absent")
    func neverThere() throws {
        let index = story.records.count - 1
        story.records[index].record.flags = []
        story.records[index].record.venueSeq = 7
        story.log.append(
            story.log[line("canceled")].replacingRef(with: 4)
                .replacing("\"qty\":20", "\"qty\":10")
        )
        let verdict = try story.verdict()
        #expect(verdict.found(.unexplained).count == 1)
        #expect(verdict.found(.unexplained).first?.orderID == ClOrdID(3))
    }

    @Test("events of another port are counted and left alone")
    func foreign() throws {
        story.log.append(
            story.log[line("executed")].replacing("\"session\":\"S1\"", "\"session\":\"OTHER\"")
        )
        let verdict = try story.verdict()
        #expect(verdict.isClean)
        #expect(verdict.foreignEvents == 1)
    }

    @Test(
        "a line that is no event is a finding with its number",
        arguments: [
            "{", "nonsense", "{\"t\":1,\"venue\":\"NSDQ\"}", "{\"t\":\"x\",\"venue\":\"NSDQ\"}",
            "{\"t\":1,\"venue\":\"NSDQ\",\"ev\":\"dance\"}",
            "{\"t\":1,\"venue\":\"MARS\",\"ev\":\"enter\"}",
            "{\"t\":1,\"t\":2,\"venue\":\"NSDQ\",\"ev\":\"enter\"}",
            "{\"t\":1,\"venue\":\"NSDQ\",\"ev\":\"enter\"} x",
            "{\"t\":1,\"venue\":\"NSDQ\",\"ev\":\"enter\",\"ref\":-1}",
        ]
    )
    func malformed(text: String) throws {
        story.log.insert(text, at: 2)
        let verdict = try story.verdict()
        #expect(verdict.findingCount == 1)
        #expect(verdict.found(.venueLog).first?.place == 3)
    }

    @Test("every venue: one that answered and has no log, or an empty one, is a finding")
    func everyVenue() throws {
        #expect(try story.verdict(everyVenue: true).isClean)
        #expect(try story.verdict(withLog: false).isClean)
        for isThere in [false, true] {
            let story = OrderStory()
            story.log = []
            let found = try story.verdict(withLog: isThere, everyVenue: true).found(.venueLog)
            #expect(found.count == 1)
            #expect(found.first?.text.hasPrefix("NSDQ gave 6 answers, and there is no log") == true)
        }
    }

    @Test("a person's word that the venue's log contradicts is a finding")
    func contradicted() throws {
        let told = OrderStory()
        told.personSaysFilled(venue: "executed")
        #expect(try told.verdict().isClean)
        story.personSaysFilled(venue: "canceled")
        let found = try story.verdict().found(.unexplained)
        #expect(
            found.map(\.text).first?.hasPrefix("a person said 10 more shares of order 5") == true
        )
    }

    @Test("a person's word on an order that the venue's log leaves open is a finding")
    func stillOpenThere() throws {
        for (filled, open) in [(Int64(0), 10), (4, 10), (10, 10)] {
            let told = OrderStory()
            told.personSaysOver(filled: filled)
            let verdict = try told.verdict()
            let expected =
                "a person said that it was over, and the log of NSDQ leaves \(open) shares of order 5 "
                + "open at its end: they may fill yet"
            #expect(verdict.found(.word).map(\.text) == [expected])
            #expect(verdict.found(.word).first?.orderID == ClOrdID(4))
            #expect(verdict.unexplained == 1)
            #expect(!verdict.isClean)
        }
    }

    @Test("where the venue began anew the person alone knows: no finding, and counted")
    func byWordAlone() throws {
        story.personSaysOver(filled: 4, anew: true)
        let verdict = try story.verdict()
        #expect(verdict.isClean, "\(verdict)")
        #expect(verdict.ordersByWord == 1 && verdict.filledByWord == 4)
        #expect(
            verdict.description.contains(
                "by a person's word alone: the end of 1 orders, 4 shares filled"
            )
        )
    }

    @Test("a log that is not there is an error")
    func noLog() throws {
        let day = Day()
        try day.write([numbered(1)])
        #expect(throws: JournalError.self) {
            _ = try JournalCheck.run(
                journal: day.journal,
                tradingDate: Day.date,
                venueLogs: ["/nowhere/NSDQ.jsonl"]
            )
        }
    }
}

extension String {
    fileprivate func replacing(_ from: String, _ to: String) -> String {
        split(separator: from, maxSplits: 1).joined(separator: to)
    }

    /// The same line about another UserRefNum (and another match, as a trade would have).
    fileprivate func replacingRef(with ref: Int) -> String {
        let parts = split(separator: "\"ref\":", maxSplits: 1)
        let rest = parts[1].drop { $0 != "," }
        return "\(parts[0])\"ref\":\(ref)\(rest)"
    }
}
