import Crossing
import Journal
import Testing
import Vocabulary

@Suite("An event as a line of JSON")
struct JournalPrintTests {
    @Test("has the keys of DESIGN §6 in order, names where they are known, null where none is")
    func fill() {
        let story = OrderStory()
        var print = JournalPrint(names: OrderStory.names)
        var lines: [String] = []
        for (index, item) in story.records.enumerated() {
            lines.append(print.line(item.record, raw: item.raw, sequence: UInt64(index + 1)))
        }
        #expect(
            lines[4]
                == "{\"seq\":5,\"t\":1005,\"kind\":\"fill\",\"venue\":\"NSDQ\",\"session\":\"S1\""
                + ",\"ref\":1,\"orderID\":\"0000000000001\",\"clOrdID\":\"0000000000001\""
                + ",\"symbol\":\"AAPL\",\"side\":\"B\",\"ordType\":\"2\",\"tif\":\"0\",\"qty\":0"
                + ",\"px\":1000000,\"leavesQty\":60,\"cumQty\":40,\"lastQty\":40"
                + ",\"lastPx\":999900,\"match\":501,\"status\":\"partiallyFilled\",\"code\":0"
                + ",\"parent\":null,\"strategy\":\"twap\",\"account\":\"desk\"}"
        )
        #expect(
            lines[0]
                == "{\"seq\":1,\"t\":1001,\"kind\":\"session\",\"venue\":\"NSDQ\""
                + ",\"session\":\"S1\",\"ref\":null,\"orderID\":null,\"clOrdID\":null"
                + ",\"symbol\":null,\"side\":null,\"ordType\":null,\"tif\":null,\"qty\":null"
                + ",\"px\":null,\"leavesQty\":null,\"cumQty\":null,\"lastQty\":null"
                + ",\"lastPx\":null,\"match\":null,\"status\":null,\"code\":0"
                + ",\"parent\":null,\"strategy\":null,\"account\":null}"
        )
    }

    @Test("without names indexes are printed as they are")
    func unnamed() {
        var print = JournalPrint()
        let story = OrderStory()
        let line = print.line(story.records[3].record, raw: [], sequence: 1)
        #expect(line.contains("\"venue\":\"0\""))
        #expect(line.contains("\"account\":\"0\""))
    }

    @Test("words of an operator are escaped")
    func escaped() {
        var record = AuditRecord()
        record.kind = .kill
        record.uid = 1000
        var print = JournalPrint(verbose: true)
        let line = print.line(record, raw: Array("a \"b\" \\c".utf8), sequence: 1)
        #expect(line.hasSuffix(",\"text\":\"a \\\"b\\\" \\\\c\"}"))
        #expect(line.contains("\"uid\":1000"))
    }
}
