import CFloors
import Glibc
import HotPath
import Vocabulary

/// What does the gate cost: whole and hot, whole after an idle gap over 4 096 symbols, and check by
/// check?
///
/// One thread, no sockets. Hot: the same order again and again. Cold: each sample sleeps 10 ms, then
/// decides on a symbol nobody has touched for seconds. A check's cost is the difference between the
/// time to its refusal and to the refusal before it in the order of the checks, of 64 decisions at
/// a time, so that the timer is not in it.
enum RiskScenario {
    static var symbols: Int { 4_096 }
    static var batch: Int { 64 }

    static func run(_ options: BenchOptions) throws(BenchError) -> Report {
        var clock = try BenchClock(calibrateNs: options.calibrateNs)
        let whole: [any Contender] = [
            HotGate(), TimerFloor(), GateCopyFloor(), ColdGate(), TimerAfterGap(),
        ]
        var rounds = Rounds(whole.map(\.name), legs: 1, hops: nil, options)
        try rounds.run(whole, clock)
        let cases = try GateCase.all()
        let each = cases.map { GateUntil($0) }
        var steps = Rounds(each.map(\.name), legs: 1, hops: nil, options)
        try steps.run(each, clock)
        clock.measureDrift()

        let all = rounds.series.map { $0[0] }
        let hot = Comparisons(
            "gate, all checks, hot",
            all[0],
            floors: [all[1], all[2]],
            compared: [TimerFloor.title]
        )
        let cold = Comparisons(
            "gate, \(symbols) symbols, after 10 ms",
            all[3],
            floors: [all[4]],
            compared: [TimerAfterGap.title]
        )
        var report = rounds.report(.risk, options, clock, main: hot, back: cold)
        report.checks = steps.series.map { $0[0] }
        return report
    }
}

/// The same passing order, one decision a sample.
private final class HotGate: Contender {
    let name = "gateHot"
    private let bench = GateBench()
    private var refused = 0

    func resume() {}
    func park() {}
    func measure(_ samples: Int, into legs: [SampleBlock]) throws(BenchError) {
        for _ in 0..<samples {
            let begin = BenchClock.now()
            let code = bench.decide()
            legs[0].add(cycles: BenchClock.now() &- begin)
            if code != .ok { refused += 1 }
        }
        guard refused == 0 else { throw .engine("the gate refused what it should pass") }
    }
}

/// A symbol that has left every cache, after the thread slept.
private final class ColdGate: Contender {
    let name = "gateCold"
    private let bench = GateBench(instruments: RiskScenario.symbols)
    private var state: UInt64 = 1
    private var refused = 0

    func resume() {}
    func park() {}
    func measure(_ samples: Int, into legs: [SampleBlock]) throws(BenchError) {
        for _ in 0..<samples {
            let row = bench.nextRow(&state)
            usleep(10_000)
            let begin = BenchClock.now()
            let code = bench.decide(instrument: row)
            legs[0].add(cycles: BenchClock.now() &- begin)
            if code != .ok { refused += 1 }
        }
        guard refused == 0 else { throw .engine("the gate refused what it should pass") }
    }
}

/// Two stamps after the same sleep.
private final class TimerAfterGap: Contender {
    static var title: String { "emptyTimerPairAfterGap" }
    let name = TimerAfterGap.title

    func resume() {}
    func park() {}
    func measure(_ samples: Int, into legs: [SampleBlock]) {
        for _ in 0..<samples {
            usleep(10_000)
            let begin = BenchClock.now()
            legs[0].add(cycles: BenchClock.now() &- begin)
        }
    }
}

/// What no gate can be below: copying an intent, a market and a verdict.
private final class GateCopyFloor: Contender {
    let name = "copyItsBytes"
    private let source = ParkedThread.lines(512)
    private let target = ParkedThread.lines(512)

    deinit {
        source.deallocate()
        target.deallocate()
    }

    func resume() {}
    func park() {}
    func measure(_ samples: Int, into legs: [SampleBlock]) {
        let bytes =
            MemoryLayout<OrderIntent>.size + MemoryLayout<MarketView>.size
            + MemoryLayout<Verdict>.size
        for _ in 0..<samples {
            let begin = BenchClock.now()
            memcpy(target, source, min(bytes, 512))
            legs[0].add(cycles: BenchClock.now() &- begin)
        }
    }
}

/// Until the refusal by one check, a batch a sample.
private final class GateUntil: Contender {
    let name: String
    private let it: GateCase

    init(_ it: GateCase) {
        self.it = it
        name = it.code == .ok ? "passes" : "\(it.code.rawValue) \(it.code)"
    }

    func resume() {}
    func park() {}
    func measure(_ samples: Int, into legs: [SampleBlock]) throws(BenchError) {
        var wrong = 0
        for _ in 0..<samples {
            let begin = BenchClock.now()
            for _ in 0..<RiskScenario.batch where it.bench.decide() != it.code { wrong += 1 }
            let cycles = BenchClock.now() &- begin
            legs[0].add(cycles: cycles / UInt64(RiskScenario.batch))
        }
        guard wrong == 0 else { throw .engine("gate case \(it.code.rawValue) changed its answer") }
    }
}
