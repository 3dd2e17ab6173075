import Harness
import Testing

/// Counters that read zero prove something only if they can read anything else.
@Suite("The counters of a thread")
struct CounterTests {
    @Test("count every allocation, every fault and every system call that is not allowed")
    func count() throws {
        let found = try CounterProof.misbehave(allocations: 7, pages: 5, systemCalls: 3)
        #expect(found.allocations == 7)
        #expect(found.minorFaults >= 5)
        if let calls = found.unexpectedCalls {
            #expect(calls == 3)
            #expect(found.unexpectedLast == 110, "getppid on x86-64")
        }
        #expect(found.hasGrown)
    }

    @Test("read zero for a thread that behaves")
    func quiet() throws {
        let found = try CounterProof.misbehave(allocations: 0, pages: 0, systemCalls: 0)
        #expect(found.allocations == 0)
        #expect((found.unexpectedCalls ?? 0) == 0)
    }
}
