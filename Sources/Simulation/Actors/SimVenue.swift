import ExchangeSimulator
import Vocabulary
import Wire

/// The real simulated exchange and the connections hot has to it.
final class SimVenue {
    let index: Int
    let venue: Venue
    var pipes: [ConnectionID: Pipe] = [:]
    var truth = VenueTruth()
    /// The gateway refuses connections.
    var isDown = false
    /// When the schedule looks at it next; an entry of another time is stale.
    var dueNs: Int64 = 0
    /// Messages it had said when hot last connected.
    var countAtDial: UInt64 = 0
    var feedDrop = 0
    var feedDouble = 0
    var feedReorder = 0

    init(index: Int, profile: Profile, seed: UInt64, nowNs: Int64) {
        self.index = index
        let name = SimImage.venues[index]
        venue = Venue(
            VenueConfiguration(
                name: name,
                clock: DayClock(midnightNs: SimImage.midnightNs),
                ports: [
                    PortConfiguration(
                        user: Name("apus")!,
                        password: Name("secret")!,
                        firm: Alpha4("TEST")!,
                        session: "S\(index)DAY"
                    )
                ],
                symbols: SimImage.symbols.map { Symbol($0)! },
                feedSession: Alpha10("F\(index)FEED")!,
                silenceMaxNs: 3_000_000_000
            ),
            flow: GeneratedFlow(
                seed: seed &+ UInt64(index) &* 7_919,
                midSeed: seed,
                ratePerSecond: profile.flowPerSecond,
                zip(SimImage.symbols, SimImage.mids).map {
                    GeneratedFlow.Instrument(symbol: Symbol($0)!, mid: Price(units: $1))
                }
            ),
            now: nowNs
        )
    }

    var store: SoupStore { venue.floor.ports[0].store }
}
