import Glibc
import Recovery
import Testing

/// A crash loop at the same venue sequence: the third start is cancel-only (semantics.md §2.14).
@Suite("The log of starts")
struct StartLogTests {
    private static let second: Int64 = 1_000_000_000

    private func log(_ starts: (Int64, [UInt64])...) -> StartLog {
        StartLog(starts: starts.map { .init(nowNs: $0.0 * Self.second, appliedSeqs: $0.1) })
    }

    private func stuck(_ log: StartLog, at seconds: Int64, _ sequences: [UInt64]) -> Int? {
        log.stuckVenue(.init(nowNs: seconds * Self.second, appliedSeqs: sequences))
    }

    @Test("the third at the same message of one venue is stuck, whatever the others did")
    func third() {
        #expect(stuck(log((100, [7, 40])), at: 101, [7, 41]) == nil, "the second")
        #expect(stuck(log((100, [7, 40]), (101, [7, 41])), at: 102, [7, 42]) == 0)
        #expect(stuck(log((100, [6, 40]), (101, [7, 40])), at: 102, [8, 40]) == 1)
    }

    @Test("every venue has moved on, or nothing was ever applied: no loop")
    func progress() {
        #expect(stuck(log((100, [6, 40]), (101, [7, 41])), at: 102, [8, 42]) == nil)
        #expect(stuck(log((100, [0, 1]), (101, [0, 2])), at: 102, [0, 3]) == nil)
        // The long run before the first death knew less.
        #expect(stuck(log((1, [2]), (101, [7])), at: 102, [7]) == nil)
    }

    @Test("longer than a minute ago, or from a clock that was set back: no loop")
    func window() {
        #expect(stuck(log((100, [7]), (150, [7])), at: 159, [7]) == 0)
        #expect(stuck(log((100, [7]), (150, [7])), at: 160, [7]) == nil)
        #expect(stuck(log((100, [7]), (150, [7])), at: 149, [7]) == nil)
    }

    @Test("it is read back as it was written, the two last starts; nonsense is none")
    func file() {
        let path = "/tmp/apus-starts-\(getpid())"
        defer { unlink(path) }
        #expect(StartLog(path: path).starts.isEmpty)
        var log = log((1, [1, 1]), (2, [2, 2]))
        log.add(.init(nowNs: 3, appliedSeqs: [3, UInt64.max]))
        #expect(log.starts.count == 2)
        #expect(log.write(path))
        #expect(StartLog(path: path) == log)
        let fd = open(path, O_WRONLY | O_TRUNC)
        let text = Array("once upon\n17 x\n\n99\n".utf8)
        #expect(write(fd, text, text.count) == text.count)
        close(fd)
        #expect(StartLog(path: path).starts == [.init(nowNs: 99, appliedSeqs: [])])
    }
}
