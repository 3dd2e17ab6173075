import ColdCore
import Crossing
import Desk
import ExchangeSimulator
import Glibc
import HotControl
import HotPath
import Recovery
import Vocabulary
import Wire

/// The whole of Apus in one thread: venues, links, hot, cold, clients and an operator, with time and
/// every accident made of one seed.
package final class Simulation {
    let seed: UInt64
    let profile: Profile
    let folder = SimFolder()
    let image: HotImageView
    let wire: MemoryWire
    private let imageBytes: UnsafeMutableRawPointer

    var nowNs = SimImage.startNs
    var schedule: Schedule
    var laws: Laws
    var hash = RunHash()
    package internal(set) var stepsDone = 0

    var acts: Dice
    var links: Dice
    var feeds: Dice
    var faults: Dice

    var hot: SimHot?
    var isHotHung = false
    var hotBusyUntilNs: Int64 = 0
    var hotTurnDueNs: Int64 = .max
    var hotTickNs: Int64
    /// The next start finds none, and takes what the journal has then for all there was.
    var isHotRegionLost = false
    /// Lives of hot: a datagram for a former one is lost.
    var hotLife = 0
    var crash: CrashPlan?
    var nextStallNs: Int64 = 0
    package var counts = Counts()

    var cold: SimCold?
    let sync = SimSync()
    var coldPage: ColdPage?
    /// Differences the desk counts and a venue gone wrong explains.
    var mirrorBreaks = 0
    var durableAtStart: [UInt64: UInt64] = [:]
    var isColdStalled = false
    /// The journal's disk takes no more bytes.
    var isDiskFull = false
    var fullAtBytes = 0
    /// How far the machine's clock is ahead of the time that passes.
    var utcAheadNs: Int64 = 0
    /// Nobody vouches for it.
    var isClockDoubted = false
    /// Hot was told that its time is not to be trusted.
    var isClockBad = false
    /// The latest hot's clock has shown, in any life.
    var engineShownNs: Int64 = 0
    var lastHotTurnNs: Int64 = 0
    /// When hot last turned after standing still for long, and when hot or cold last began.
    var longGapNs: Int64 = 0
    var bornNs: Int64 = 0
    /// Commands whose answer is due and whose age it judges.
    var asked: [UInt64: Asked] = [:]
    /// A record of this life of hot found no room, and there has been none since.
    var isRingFull = false
    var unwrittenSeen: UInt64 = 0
    /// Leave asked for whose answer is due, and leave on its way.
    var wishesAsked: [UInt64: Command] = [:]
    var wishes: [Wish] = []
    /// Cancels of operators whose answer is due, by command.
    var cancelsAsked: [UInt64: ClOrdID] = [:]
    /// Kills whose answer is due.
    var killsAsked: Set<UInt64> = []

    var venues: [SimVenue] = []
    var clients: [SimClient] = []
    /// The connection each of hot's stream sockets has now.
    var pipes: [Int: Pipe] = [:]
    var backOffNs: [Int64]
    var nextPipe = 0
    var nextCommand: UInt64 = 1
    var isQuiet = false
    let trace: Trace
    /// Told the number of each step as it begins.
    var progress: ((Int) -> Void)?

    /// What a run did, so that a run that did nothing is seen.
    package struct Counts: Sendable {
        package var hotTurns = 0
        package var records = 0
        package var orders = 0
        package var fills = 0
        package var hotCrashes = 0
        package var coldCrashes = 0
        package var cuts = 0
        package var refused = 0
        package var restated = 0
        package var daysLost = 0
        package var clocksSet = 0
        /// Orders of clients told refused or accepted at all, and those hot passed on.
        package var asked = 0
        /// Orders venues accepted, of those hot approved.
        package var accepted = 0
        package var routed = 0
        package var remarked = 0
        package var expired = 0
        /// Orders triggers gave.
        package var triggered = 0
        /// Stops for a loss, by a fill or by the market.
        package var lossStops = 0
    }

    package init(seed: UInt64, profile: Profile, traces: Bool = false) throws {
        self.seed = seed
        self.profile = profile
        trace = Trace(isOn: traces)
        schedule = Schedule(seed: seed)
        acts = Dice(seed: seed, "acts")
        links = Dice(seed: seed, "links")
        feeds = Dice(seed: seed, "feeds")
        faults = Dice(seed: seed, "faults")
        hotTickNs = profile.hotTickNs
        let bytes = SimImage.bytes(profile)
        imageBytes = .allocate(byteCount: bytes.count, alignment: 64)
        imageBytes.copyMemory(from: bytes, byteCount: bytes.count)
        image = try HotImageView(imageBytes, count: bytes.count)
        folder.write(bytes, to: "hot.image")
        wire = MemoryWire(ends: SlotMap.firstClient + SimImage.connections)
        var config = LedgerConfig(image)
        SimHot.shrink(&config)
        laws = Laws(config)
        backOffNs = Array(repeating: 50_000_000, count: SimImage.venues.count)
        for index in SimImage.venues.indices {
            let venue = SimVenue(index: index, profile: profile, seed: seed, nowNs: nowNs)
            venues.append(venue)
            lookAt(venue)
        }
        clients = SimImage.clients.indices.map { SimClient(index: $0) }
        startCold()
        startHot()
        schedule.add(.coldTurn, at: nowNs)
        schedule.add(.coldWatch, at: nowNs)
        schedule.add(.hotTick, at: nowNs)
        schedule.add(.adminClock, at: nowNs)
        for client in clients { schedule.add(.clientDue(client.index), at: nowNs + 20_000_000) }
    }

    deinit {
        hot = nil
        cold = nil
        wire.deallocate()
        imageBytes.deallocate()
    }

    // MARK: Steps

    /// Runs `steps` steps, or up to the first law broken.
    package func run(steps: Int) -> Violation? {
        runUntil(nowNs + 300_000_000)
        while stepsDone < steps, laws.violation == nil {
            stepsDone += 1
            progress?(stepsDone)
            act()
            runUntil(nowNs + gap())
            check()
        }
        return violation
    }

    package var violation: Violation? {
        guard var found = laws.violation else { return nil }
        found.step = stepsDone
        found.timeNs = nowNs - SimImage.startNs
        return found
    }

    private func gap() -> Int64 {
        switch acts.below(1_000) {
        case ..<300: 0
        case ..<750: acts.within(1_000, 200_000)
        case ..<945: acts.within(200_000, 5_000_000)
        case ..<995: acts.within(5_000_000, 300_000_000)
        default: acts.within(300_000_000, 3_000_000_000)
        }
    }

    func runUntil(_ endNs: Int64) {
        // A long gap is walked in strides: how often hot looks means nothing to it.
        hotTickNs = max(profile.hotTickNs, (endNs - nowNs) / 64)
        while let due = schedule.nextNs, due <= endNs, laws.violation == nil {
            guard let entry = schedule.pop() else { break }
            nowNs = max(nowNs, entry.timeNs)
            sync.nowNs = nowNs
            handle(entry.due, entry.timeNs)
        }
        nowNs = max(nowNs, endNs)
        sync.nowNs = nowNs
    }

    private func handle(_ due: Due, _ timeNs: Int64) {
        switch due {
        case .toHot(let pipe): deliverToHot(pipe)
        case .toPeer(let pipe): deliverToPeer(pipe)
        case .datagram(let slot, let bytes, let life):
            guard life == hotLife, hot != nil else { return }
            let taken = bytes.withUnsafeBytes { wire.push(slot, $0.baseAddress!, $0.count) }
            if taken > 0 { noteDatagram(slot, bytes) }
            wantHotTurn(at: nowNs + 20_000)
        case .request(let venue, let bytes): answerRequest(venue, bytes)
        case .hotTurn where timeNs == hotTurnDueNs: hotTurn()
        case .hotTurn: break
        case .hotTick:
            schedule.add(.hotTick, at: nowNs + hotTickNs)
            hotTurn()
        case .coldTurn:
            schedule.add(.coldTurn, at: nowNs + max(profile.coldTickNs, hotTickNs))
            coldTurn()
        case .venue(let index) where venues[index].dueNs == timeNs: serve(venues[index])
        case .venue: break
        case .dial(let venue, let life) where life == hotLife: dial(venue)
        case .dial: break
        case .coldWatch:
            schedule.add(.coldWatch, at: nowNs + 20_000_000)
            _ = hot?.watch.look()
        case .killCommand(let wanted, let life): killFollows(wanted, life)
        case .adminClock:
            schedule.add(.adminClock, at: nowNs + Self.clockEveryNs)
            adminClock()
        case .hotStart: startHot()
        case .coldStart: startCold()
        case .heal(let mischief): heal(mischief)
        case .clientDue(let index): clientDue(clients[index])
        }
    }

    func check() {
        guard let hot else { return }
        let deep = stepsDone % 16 == 0
        checkBooks(hot)
        laws.compare(hot.engine.ledger, deep: deep)
        for client in clients {
            if let broken = client.broken { laws.fail("L10", broken) }
        }
        if stepsDone % 64 == 0 { checkMirror() }
        if deep { hash.add(laws.shadow.stateHash()) }
    }

    var deskTime: DeskTime {
        DeskTime(nowNs: utcNs, monotonicNs: nowNs - SimImage.startNs + 1_000_000_000_000)
    }
}

/// The last things that happened, as text, when somebody reads it.
final class Trace {
    let isOn: Bool
    init(isOn: Bool) { self.isOn = isOn }
    func say(_ nowNs: Int64, _ text: @autoclosure () -> String) {
        guard isOn else { return }
        print("\(Double(nowNs - SimImage.startNs) / 1e6) ms  \(text())")
    }
}
