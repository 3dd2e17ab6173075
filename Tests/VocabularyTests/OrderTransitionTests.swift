import Glibc
import Testing
import Vocabulary

/// Every pair of state and event, by hand from the protocol: OUCH 5.0 Behaviour, FIX 4.4 matrices,
/// semantics.md §2.
@Suite("The table of an order's life")
struct OrderTransitionTests {
    /// State after each event in pendingNew, new, partiallyFilled, unknown and in any ended state.
    /// "=" stays, "-" illegal, "late" a late fill.
    static let golden: [OrderEvent: [String]] = [
        .accepted: ["new", "-", "-", "new", "-"],
        .acceptedDead: ["canceled", "-", "-", "canceled", "-"],
        .fill: [
            "partiallyFilled", "partiallyFilled", "partiallyFilled", "partiallyFilled", "late",
        ],
        .fillComplete: ["filled", "filled", "filled", "filled", "late"],
        .canceledPart: ["=", "=", "=", "new", "-"],
        .canceledAll: ["canceled", "canceled", "canceled", "canceled", "-"],
        .rejected: ["rejected", "-", "-", "rejected", "-"],
        .cancelRequested: ["=", "=", "=", "=", "-"],
        .replaceRequested: ["=", "=", "=", "=", "-"],
        .replaced: ["new", "=", "=", "new", "-"],
        .replaceRejected: ["=", "=", "=", "new", "-"],
        .wentSilent: ["unknown", "unknown", "unknown", "=", "-"],
        .provedAbsent: ["notReceived", "-", "-", "notReceived", "-"],
        .notSent: ["notSent", "-", "-", "-", "-"],
        .resolved: ["canceled", "canceled", "canceled", "canceled", "-"],
        .restated: ["=", "=", "=", "new", "-"],
        .busted: ["=", "=", "=", "=", "="],
        .modified: ["=", "=", "=", "new", "-"],
        .cancelPending: ["=", "=", "=", "new", "-"],
        .cancelRejected: ["=", "=", "=", "new", "-"],
        .modifyRequested: ["=", "=", "=", "=", "-"],
    ]

    private func text(_ transition: OrderTransition) -> String {
        switch transition {
        case .to(let status): "\(status)"
        case .stays: "="
        case .lateFill: "late"
        case .illegal: "-"
        }
    }

    @Test("is what the protocol says, pair by pair", arguments: OrderEvent.allCases)
    func pairs(event: OrderEvent) throws {
        let row = try #require(Self.golden[event])
        let live: [OrdStatus] = [.pendingNew, .new, .partiallyFilled, .unknown]
        for (status, wanted) in zip(live, row) {
            #expect(text(status.after(event)) == wanted, "\(status), \(event)")
        }
        for status in OrdStatus.allCases where status.isTerminal {
            #expect(text(status.after(event)) == row[4], "\(status), \(event)")
        }
        #expect(OrdStatus.vacant.after(event) == .illegal)
    }

    @Test("its rows stand where their events look for them")
    func rows() {
        let text = "\(OrderTransition.table)\n"
        #expect(text.utf8.count == OrderEvent.allCases.count * OrderTransition.rowBytes)
        for (line, event) in zip(text.split(separator: "\n"), OrderEvent.allCases) {
            #expect(line.prefix { $0 != " " } == "\(event)")
            #expect(line.utf8.count == OrderTransition.nameBytes + OrdStatus.allCases.count)
        }
    }

    @Test("silence is never a reject: only the venue, proof or a person ends an order")
    func silence() {
        for status in OrdStatus.allCases where status.isLive {
            if case .to(let next) = status.after(.wentSilent) { #expect(next == .unknown) }
        }
    }

    @Test("docs/order-states.md is this table")
    func document() throws {
        let path = "\(#filePath)".replacing(
            "Tests/VocabularyTests/OrderTransitionTests.swift",
            with: ""
        )
        let file = path + "docs/order-states.md"
        if getenv("APUS_WRITE_DOCS") != nil { try write(OrderTransition.markdown, to: file) }
        #expect(try read(file) == OrderTransition.markdown)
    }

    private func read(_ path: String) throws -> String {
        let file = try #require(fopen(path, "r"), "\(path) is there")
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"), "\(path) can be written")
        defer { fclose(file) }
        fputs(text, file)
    }
}
