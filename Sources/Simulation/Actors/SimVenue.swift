import ExchangeSimulator
import Vocabulary
import Wire

/// The real simulated exchange and the connections hot has to it.
final class SimVenue {
    let index: Int
    private(set) var venue: Venue
    /// Sessions it has lost, each with all that was said in it.
    private(set) var formerDays: [Day] = []
    private let profile: Profile
    private let seed: UInt64
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

    /// One order session: its name and its stream.
    struct Day {
        var name: String
        var store: SoupStore
    }

    init(index: Int, profile: Profile, seed: UInt64, nowNs: Int64) {
        self.index = index
        self.profile = profile
        self.seed = seed
        venue = Self.begin(index, 0, profile, seed, nowNs)
    }

    /// It comes back knowing nothing of what was: another session, other books, another feed.
    func loseDay(_ nowNs: Int64) {
        truth.follow(store)
        formerDays.append(Day(name: session, store: store))
        followFeed()
        feeds.append(FeedTruth())
        venue = Self.begin(index, formerDays.count, profile, seed, nowNs)
        formerTruth.append(truth)
        truth = VenueTruth()
        countAtDial = 0
    }

    private(set) var formerTruth: [VenueTruth] = []
    /// Of this day's feed and those before it, the newest last: hot follows an old one until it is
    /// silent.
    private(set) var feeds = [FeedTruth()]
    var known = FeedKnown()
    /// A hole that hot knew of when its last turn ended.
    var wasGapped = false
    func followFeed() { feeds[feeds.count - 1].follow(venue.mold) }
    var session: String { Self.session(index, formerDays.count) }

    private static func session(_ index: Int, _ day: Int) -> String { "S\(index)DAY\(day)" }

    private static func begin(
        _ index: Int,
        _ day: Int,
        _ profile: Profile,
        _ seed: UInt64,
        _ nowNs: Int64
    ) -> Venue {
        let name = SimImage.venues[index]
        return Venue(
            VenueConfiguration(
                name: name,
                clock: DayClock(midnightNs: SimImage.midnightNs),
                ports: [
                    PortConfiguration(
                        user: Name("apus")!,
                        password: Name("secret")!,
                        firm: Alpha4("TEST")!,
                        session: session(index, day)
                    )
                ],
                symbols: SimImage.symbols.map { Symbol($0)! },
                feedSession: Alpha10("F\(index)FEED\(day)")!,
                silenceMaxNs: 3_000_000_000
            ),
            flow: GeneratedFlow(
                seed: seed &+ UInt64(index) &* 7_919 &+ UInt64(day) &* 104_729,
                midSeed: seed,
                ratePerSecond: profile.flowPerSecond,
                zip(SimImage.symbols, SimImage.mids).map {
                    GeneratedFlow.Instrument(symbol: Symbol($0)!, mid: Price(units: $1))
                }
            ),
            now: nowNs
        )
    }

    /// In whatever session.
    func took(_ number: UInt32) -> Bool {
        truth.orders[number] != nil || formerTruth.contains { $0.orders[number] != nil }
    }

    var store: SoupStore { venue.floor.ports[0].store }
}
