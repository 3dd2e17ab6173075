import CFloors

/// The raw samples of one block: written by the timed loop into memory that is there already, read
/// afterwards.
final class SampleBlock {
    /// Cycles.
    let cycles: UnsafeMutablePointer<UInt64>
    let capacity: Int
    private(set) var count = 0
    /// Samples dropped because the thread was on another CPU at the end than at the beginning.
    private(set) var cpuChanged = 0

    init(capacity: Int) {
        self.capacity = capacity
        cycles = .allocate(capacity: capacity)
        cycles.initialize(repeating: 0, count: capacity)
    }

    deinit { cycles.deallocate() }

    func clear() {
        count = 0
        cpuChanged = 0
    }

    /// For the floors that fill the memory themselves.
    func filled(_ count: Int) { self.count = count }

    func add(cycles sample: UInt64) {
        guard count < capacity else { return }
        cycles[count] = sample
        count += 1
    }

    func add(_ result: floors_exchange_result) {
        guard !result.cpu_changed else { return cpuChanged += 1 }
        add(cycles: result.end &- result.begin)
    }
}
