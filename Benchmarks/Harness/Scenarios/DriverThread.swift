import CFloors
import CShims

/// The thread that measures.
enum DriverThread {
    /// Runs `body` on a new thread pinned to `cpu` (-1: anywhere) and waits for it.
    static func run<Result>(
        cpu: Int32,
        _ body: () throws(BenchError) -> Result
    ) throws(BenchError) -> Result {
        try withoutActuallyEscaping(body) { (body) throws(BenchError) -> Result in
            let work = Work(body)
            var thread: UInt64 = 0
            let failure = shim_thread_start(
                cpu,
                8 << 20,
                { Unmanaged<AnyWork>.fromOpaque($0!).takeUnretainedValue().run() },
                Unmanaged<AnyWork>.passUnretained(work).toOpaque(),
                &thread
            )
            guard failure == 0 else { throw .cpus("\(cpu) (errno \(-failure))") }
            _ = shim_thread_join(thread)
            guard let answer = work.answer else { throw .stuck("the measuring thread") }
            return try answer.get()
        }
    }

    /// CPUs this process may use, ascending.
    static func cpus() -> [Int32] {
        var list = [Int32](repeating: 0, count: 1_024)
        let count = floors_cpus(&list, list.count)
        return Array(list.prefix(count))
    }

    private class AnyWork {
        func run() {}
    }

    private final class Work<Result>: AnyWork {
        private let body: () throws(BenchError) -> Result
        var answer: Swift.Result<Result, BenchError>?

        init(_ body: @escaping () throws(BenchError) -> Result) { self.body = body }

        override func run() {
            do throws(BenchError) {
                answer = .success(try body())
            } catch {
                answer = .failure(error)
            }
        }
    }
}

extension BenchOptions {
    /// The two CPUs measured on when none are named: the first for the driver, the next for the
    /// engine. On a machine with one there is nothing to measure.
    package static func defaultCPUs() throws(BenchError) -> (driver: Int32, subject: Int32) {
        let cpus = DriverThread.cpus()
        guard cpus.count >= 2 else { throw .cpus("\(cpus)") }
        return (cpus[0], cpus[1])
    }
}

extension BenchOptions {
    /// Whether this machine can be measured on at all: two CPUs and a TSC to trust.
    package static var canMeasure: Bool {
        DriverThread.cpus().count >= 2 && (try? BenchClock(calibrateNs: 1_000_000)) != nil
    }
}
