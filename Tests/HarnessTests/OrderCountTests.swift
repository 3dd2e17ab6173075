import Harness
import Testing

/// The engine thread, after its warm-up, asks nothing of allocator, page tables or kernel but the
/// port's own calls. Counted exactly: the allocator's entry points on that thread, its faults by
/// the kernel, its system calls by a seccomp filter.
@Suite("Orders there and back", .serialized, .enabled(if: BenchOptions.canMeasure))
struct OrderCountTests {
    @Test(
        "2 000 orders: no allocation, no fault, no unexpected system call",
        arguments: [true, false]
    )
    func few(overRing: Bool) throws {
        try check(2_000, overRing)
    }

    @Test("100 000 orders: no allocation, no fault, no unexpected system call")
    func many() throws {
        try check(100_000, true)
    }

    private func check(_ orders: Int, _ overRing: Bool) throws {
        var options = BenchOptions.smoke
        options.firstWarmUp = 2_000
        options.use(overRing ? .auto : .sockets)
        let growth = try Scenario.countOrders(orders, options)
        #expect(growth.allocations == 0)
        #expect(growth.minorFaults == 0)
        #expect(growth.majorFaults == 0)
        // A kernel without seccomp counts none; then the port's own count is all there is.
        if let unexpected = growth.unexpectedCalls {
            #expect(unexpected == 0, "last one: system call \(growth.unexpectedLast)")
        }
        // A receive and a send a message at the least, or the port counts wrongly.
        #expect(growth.portCalls >= UInt64(orders))
    }
}
