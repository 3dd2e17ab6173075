import Crossing
import Journal
import Testing
import Vocabulary

@Suite("journal check, what is approved under a latch")
struct ShutCheckTests {
    private func kill(_ code: UInt16 = 0) -> AuditRecord {
        var record = AuditRecord()
        record.kind = .kill
        record.detail = UInt32(KillScope.firm.rawValue)
        record.code = code
        record.t = 1_001
        return record
    }

    @Test("a replace under a kill of the firm is found")
    func replaceUnderKill() throws {
        let story = OrderStory()
        story.records.insert((kill(), []), at: story.index(.replaceReq))
        story.records.removeLast(4)
        let verdict = try story.verdict(withLog: false)
        let texts = verdict.findings.map(\.text)
        #expect(
            texts.contains { $0.contains("the kill of firm") && $0.contains("replace") },
            "\(texts)"
        )
    }

    @Test("a new order under 415 of the firm is found")
    func newUnderPortfolio() throws {
        let story = OrderStory()
        story.records.insert((kill(415), []), at: story.index(.new, 1))
        let verdict = try story.verdict(withLog: false)
        #expect(!verdict.found(.shut).isEmpty, "\(verdict.findings.map(\.text))")
    }
}
