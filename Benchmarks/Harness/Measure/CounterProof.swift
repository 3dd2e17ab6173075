import CFloors
import Glibc
import HotPath

/// Shows that the counters count: a thread that allocates, faults and asks the kernel on purpose.
package enum CounterProof {
    /// What a thread did that was watched while it made so many of each.
    package static func misbehave(
        allocations: Int,
        pages: Int,
        systemCalls: Int
    ) throws(BenchError) -> Growth {
        try DriverThread.run(cpu: -1) { () throws(BenchError) -> Growth in
            var growth = Growth()
            if floors_watch_system_calls(nil, 0) == 0 { growth.unexpectedCalls = 0 }
            let room = pages * 4_096
            let flags = MAP_PRIVATE | MAP_ANONYMOUS
            guard pages == 0 || room > 0,
                let memory = mmap(nil, max(room, 4_096), PROT_READ | PROT_WRITE, flags, -1, 0),
                memory != MAP_FAILED
            else { throw .system(what: "mmap", errno: errno) }
            let before = ThreadCounters.read()
            let (heap, calls) = (floors_allocations(), floors_unexpected_calls())
            for _ in 0..<allocations {
                UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 8).deallocate()
            }
            for _ in 0..<systemCalls { _ = getppid() }
            for page in 0..<pages {
                memory.storeBytes(of: 1, toByteOffset: page * 4_096, as: UInt8.self)
            }
            growth.allocations = floors_allocations() - heap
            if growth.unexpectedCalls != nil {
                growth.unexpectedCalls = floors_unexpected_calls() - calls
                growth.unexpectedLast = floors_unexpected_last()
            }
            growth.minorFaults = ThreadCounters.read().minorFaults - before.minorFaults
            munmap(memory, max(room, 4_096))
            return growth
        }
    }
}
