import Commands
import Foundation
import Testing

/// The documents of codes are what the program says of them.
@Suite("apus risk codes")
struct RiskCodesTests {
    private static let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs")

    @Test("docs/risk-codes.md is what --markdown prints")
    func page() throws {
        let file = Self.docs.appending(path: "risk-codes.md")
        let tool = Tool.run("risk", "codes", "--markdown")
        #expect(tool.status == 0)
        #expect(try String(contentsOf: file, encoding: .utf8) == tool.out)
        #expect(tool.out.contains("| 415 | portfolioLimit | portfolio limit |"))
    }

    @Test("the table of reject-codes.md is what --markdown --table prints")
    func table() throws {
        let file = Self.docs.appending(path: "protocols/reject-codes.md")
        let tool = Tool.run("risk", "codes", "--markdown", "--table")
        #expect(tool.status == 0)
        #expect(try String(contentsOf: file, encoding: .utf8).contains("\n" + tool.out))
    }
}
