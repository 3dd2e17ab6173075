package import ColdCore
import Vocabulary

/// Hot's records against the venue's own drop copy: every accept, fill, cancel, replace, break and
/// reject must be told by both, with the same figures, within a second (risk-controls.md, 33).
///
/// A fact only one side tells is a break: its symbol is to be blocked with 112 until an operator
/// arms it. The comparison rests, and does not break, while one side cannot speak: the order session
/// is not reconciled, hot's ring is not read to its end, the copy is down, silent or still replaying
/// the day. What that silence hides is compared when it ends.
package struct Reconciliation: Sendable {
    /// How long the other side may take.
    package static let waitNs: Int64 = 1_000_000_000
    /// A copy that has not been heard for this long after a fact proves nothing about it: its own
    /// line may be slower than hot's.
    static let slowerNs: Int64 = 100_000_000
    /// A copy that has told nothing newer than a fact, and was not idle since, is behind, not silent of
    /// it: it has so long to catch up.
    static let behindNs: Int64 = 10_000_000_000
    /// How long hot must have turned without a pause before it is held to what it has not recorded:
    /// what came while it stood still, or died, may lie unread at its socket.
    static let steadyForNs: Int64 = 250_000_000
    /// A hot that has not turned for so long has paused.
    static let pauseNs: Int64 = 100_000_000
    /// A block that hot has not recorded is asked for again.
    static let askAgainNs: Int64 = 2_000_000_000

    /// What a break blocks.
    package enum Target: Hashable, Sendable {
        case symbol(UInt16)
        /// The order's symbol is not known: nothing new goes to that venue.
        case venue(UInt8)
    }

    /// What the owner of the socket knows of one copy now.
    package struct Line: Sendable {
        package var isUp: Bool
        package var heardNs: Int64?
        package var idleNs: Int64?
        /// Nothing waits unread in the socket.
        package var isRead: Bool

        package init(isUp: Bool, heardNs: Int64?, idleNs: Int64?, isRead: Bool = true) {
            self.isUp = isUp
            self.heardNs = heardNs
            self.idleNs = idleNs
            self.isRead = isRead
        }
    }

    package struct Counts: Equatable, Sendable {
        package var compared = 0
        package var breaks = 0
        /// Differences an operator has seen and armed, met again when the day was read anew.
        package var forgiven = 0

        package init(compared: Int = 0, breaks: Int = 0, forgiven: Int = 0) {
            self.compared = compared
            self.breaks = breaks
            self.forgiven = forgiven
        }
    }

    package private(set) var counts = Counts()
    /// Breaks nobody has armed yet, with the first difference of each.
    package private(set) var broken: [Target: String] = [:]

    private var venues: [Side]
    private var instruments: [Symbol: UInt16] = [:]
    /// Which symbol an order number is about, by venue and number.
    private var symbols: [UInt64: UInt16] = [:]
    private var latched: Set<Target> = []
    private var askedNs: [Target: Int64] = [:]
    /// Facts up to this time (UTC) are settled: an operator armed the target then.
    private var armedNs: [Target: Int64] = [:]
    private var rolled: Set<UInt8> = []
    private var hotReadNs: Int64?
    private var hotSteadyNs: Int64?

    /// Both tellings of one venue.
    private struct Side: Sendable {
        let isCopied: Bool
        var isOpen = false
        var openNs: Int64?
        var venueSeq: UInt64 = 0
        var ours = FactQueue()
        var theirs = FactQueue()
        /// Newest of ours that the copy has told.
        var toldNumber = -1
        var wasUp = false
        var oursAtLogin = 0
        /// Since when the copy is no longer replaying what is old.
        var liveNs: Int64?
    }

    package init(reference: Reference) {
        venues = reference.venues.map { Side(isCopied: $0.dropCopy != nil) }
        for (index, instrument) in reference.instruments.enumerated() {
            if let symbol = Symbol(instrument.symbol) { instruments[symbol] = UInt16(index) }
        }
    }

    // MARK: Hot's telling

    package mutating func apply(_ record: Record) {
        switch record.kind {
        case .kill, .arm: latch(record)
        case .session: session(record)
        default:
            guard Int(record.venue) < venues.count, venues[Int(record.venue)].isCopied else {
                return
            }
            name(record.venue, record.userRefNum, record.instrument)
            if let fact = record.venueFact { recorded(fact, record) }
        }
    }

    private mutating func recorded(_ fact: VenueFact, _ record: Record) {
        let venue = Int(record.venue)
        // A number met again is the same packet, recorded once more after a restart.
        guard record.venueSeq > venues[venue].venueSeq else { return }
        venues[venue].venueSeq = record.venueSeq
        if venues[venue].theirs.take(fact, record.instrument) != nil {
            counts.compared += 1
            // All that waits here is older than what the copy has told now.
            venues[venue].toldNumber = venues[venue].ours.end - 1
        } else {
            venues[venue].ours.push(fact, record.instrument)
        }
    }

    private mutating func session(_ record: Record) {
        switch record.sessionChange {
        case .none: return
        case .allShut: for index in venues.indices { venues[index].isOpen = false }
        case .open, .shut, .rolled:
            let index = Int(record.venue)
            guard index < venues.count else { return }
            venues[index].isOpen = record.sessionChange == .open
            guard record.sessionChange == .rolled else { return }
            // Neither stream goes on: what only one of them told stays untold.
            venues[index].ours.clear()
            venues[index].theirs.clear()
            venues[index].venueSeq = 0
            venues[index].toldNumber = venues[index].ours.end - 1
            rolled.insert(record.venue)
        }
    }

    private mutating func latch(_ record: Record) {
        let target: Target
        if record.isOfSymbol {
            target = .symbol(record.instrument)
        } else if record.isOfVenue {
            target = .venue(record.venue)
        } else {
            return
        }
        let isOurs =
            record.code == RiskCode.unknownOrderOnSymbol.rawValue
            || (record.code == 0 && (record.isOfVenue || record.kind == .arm))
        guard isOurs else { return }
        if record.kind == .kill {
            latched.insert(target)
        } else if latched.remove(target) != nil {
            armedNs[target] = record.t
            broken[target] = nil
            askedNs[target] = nil
        }
    }

    /// Venues whose copy begins a new stream, each told once.
    package mutating func takeRolled() -> Set<UInt8> {
        defer { rolled.removeAll() }
        return rolled
    }

    // MARK: The venue's telling

    package mutating func heard(_ fact: VenueFact) {
        let venue = fact.content.venue
        guard Int(venue) < venues.count, venues[Int(venue)].isCopied else { return }
        var instrument = noIndex16
        if fact.symbol != .blank {
            instrument = instruments[fact.symbol] ?? noIndex16
            name(venue, fact.content.userRefNum, instrument)
        } else {
            instrument = symbol(of: fact)
        }
        if let number = venues[Int(venue)].ours.take(fact, instrument) {
            venues[Int(venue)].toldNumber = max(venues[Int(venue)].toldNumber, number)
            counts.compared += 1
        } else {
            venues[Int(venue)].theirs.push(fact, instrument)
        }
    }

    private mutating func name(_ venue: UInt8, _ userRefNum: UInt32, _ instrument: UInt16) {
        guard userRefNum > 0, instrument != noIndex16 else { return }
        symbols[UInt64(venue) << 32 | UInt64(userRefNum)] = instrument
    }

    private func symbol(of fact: VenueFact) -> UInt16 {
        let key = UInt64(fact.content.venue) << 32 | UInt64(fact.content.userRefNum)
        return symbols[key] ?? noIndex16
    }

    // MARK: Comparing

    /// Looks for facts the other side should have told by now.
    ///
    /// - Parameters:
    ///   - lines: One a venue; `nil` where there is no copy.
    ///   - hotIsRead: Hot lives and its ring is read to the end.
    ///   - hotAgeNs: Since it was last seen to turn.
    ///   - nowNs: Monotonic, as all times of lines.
    package mutating func check(
        lines: [Line?],
        hotIsRead: Bool,
        hotAgeNs: Int64,
        nowNs: Int64
    ) {
        hotReadNs = hotIsRead ? hotReadNs ?? nowNs : nil
        hotSteadyNs = hotAgeNs <= Self.pauseNs ? hotSteadyNs ?? nowNs : nil
        for index in venues.indices where venues[index].isCopied {
            guard index < lines.count, let line = lines[index] else { continue }
            venues[index].ours.stamp(nowNs)
            venues[index].theirs.stamp(nowNs)
            follow(index, line, nowNs)
            checkOurs(index, line, nowNs)
            checkTheirs(index, nowNs)
        }
    }

    /// Since when each side can be held to what it tells.
    private mutating func follow(_ index: Int, _ line: Line, _ nowNs: Int64) {
        venues[index].openNs = venues[index].isOpen ? venues[index].openNs ?? nowNs : nil
        if !line.isUp {
            venues[index].liveNs = nil
        } else if !venues[index].wasUp {
            venues[index].oursAtLogin = venues[index].ours.end
        }
        venues[index].wasUp = line.isUp
        guard line.isUp, venues[index].liveNs == nil else { return }
        let hasTold = venues[index].toldNumber >= venues[index].oursAtLogin - 1
        if hasTold || line.idleNs != nil { venues[index].liveNs = nowNs }
    }

    private mutating func checkOurs(_ index: Int, _ line: Line, _ nowNs: Int64) {
        guard line.isRead, let openNs = venues[index].openNs, let liveNs = venues[index].liveNs,
            let heardNs = line.heardNs
        else { return }
        while let (number, entry) = venues[index].ours.oldest() {
            let sinceNs = max(entry.seenNs ?? nowNs, openNs, liveNs)
            let isPassed =
                venues[index].toldNumber >= number
                || line.idleNs.map { $0 - sinceNs >= Self.slowerNs } == true
            guard nowNs - sinceNs >= (isPassed ? Self.waitNs : Self.behindNs),
                heardNs - sinceNs >= Self.slowerNs
            else { return }
            venues[index].ours.end(number)
            let instrument =
                entry.instrument == noIndex16 ? symbol(of: entry.fact) : entry.instrument
            let other = venues[index].theirs.other(entry.fact)
            if let other { venues[index].theirs.end(other.number) }
            let copy = other.map { "the drop copy says \($0.entry.fact.text)" }
            raise(
                entry.fact,
                instrument,
                "hot recorded \(entry.fact.text); \(copy ?? "the drop copy does not have it")"
            )
        }
    }

    private mutating func checkTheirs(_ index: Int, _ nowNs: Int64) {
        guard let openNs = venues[index].openNs, let hotReadNs, let hotSteadyNs,
            nowNs - hotSteadyNs >= Self.steadyForNs
        else { return }
        while let (number, entry) = venues[index].theirs.oldest() {
            let sinceNs = max(entry.seenNs ?? nowNs, openNs, hotReadNs)
            guard nowNs - sinceNs >= Self.waitNs else { return }
            venues[index].theirs.end(number)
            let instrument =
                entry.instrument == noIndex16 ? symbol(of: entry.fact) : entry.instrument
            let other = venues[index].ours.other(entry.fact)
            if let other { venues[index].ours.end(other.number) }
            let hot = other.map { "hot recorded \($0.entry.fact.text)" }
            raise(
                entry.fact,
                instrument,
                "the drop copy says \(entry.fact.text); \(hot ?? "hot has no record of it")"
            )
        }
    }

    private mutating func raise(_ fact: VenueFact, _ instrument: UInt16, _ text: String) {
        let target: Target =
            instrument == noIndex16 ? .venue(fact.content.venue) : .symbol(instrument)
        if let armedNs = armedNs[target], fact.t <= armedNs {
            counts.forgiven += 1
            return
        }
        counts.breaks += 1
        if broken[target] == nil { broken[target] = text }
    }

    /// Targets to be blocked now: broken, and not latched as far as hot's records say.
    package mutating func takeBlocks(nowNs: Int64) -> [(target: Target, text: String)] {
        var blocks: [(Target, String)] = []
        for (target, text) in broken where !latched.contains(target) {
            if let asked = askedNs[target], nowNs - asked < Self.askAgainNs { continue }
            askedNs[target] = nowNs
            blocks.append((target, text))
        }
        return blocks.sorted { $0.1 < $1.1 }
    }

    // MARK: What waits

    /// Facts hot recorded and the copy has not told, and the other way round; with the age of the
    /// oldest that hot has not recorded.
    package mutating func waiting(
        _ venue: Int,
        nowNs: Int64
    ) -> (
        ours: Int, theirs: Int, theirsAgeNs: Int64
    ) {
        guard venue < venues.count else { return (0, 0, 0) }
        let oldest = venues[venue].theirs.oldest()?.entry.seenNs ?? nowNs
        return (venues[venue].ours.count, venues[venue].theirs.count, nowNs - oldest)
    }
}
