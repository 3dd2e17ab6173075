import CFloors

/// What taking two stamps costs by itself; part of every other figure.
final class TimerFloor: Contender {
    static var title: String { "emptyTimerPair" }
    let name = TimerFloor.title

    func resume() {}
    func park() {}

    func measure(_ samples: Int, into legs: [SampleBlock]) {
        for block in legs {
            floors_timer_pairs(block.cycles, samples)
            block.filled(samples)
        }
    }
}
