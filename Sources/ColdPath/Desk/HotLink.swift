import ColdCore
import Crossing
import Vocabulary

/// Hot's shared file, attached, and where cold stands in its two rings.
///
/// Desk's thread only.
final class HotLink {
    let region: HotRegion
    let epoch: UInt64
    let inode: UInt64
    let auditSlots: Int
    /// When cold found it, monotonic ns.
    let attachedNs: Int64
    var audit: AuditReader
    var telemetry: TelemetryReader
    private let quotesPage: QuotesPage
    /// The heartbeat as last seen, and when it last was another, monotonic ns; `nil` before.
    private var lastBeat: UInt64
    private var beatNs: Int64?

    init(
        _ region: consuming HotRegion,
        auditFrom: UInt64,
        telemetryFrom: UInt64,
        at time: DeskTime
    ) {
        attachedNs = time.monotonicNs
        epoch = region.epoch
        inode = region.inode
        audit = AuditReader(ring: region.audit, from: auditFrom, owns: true)
        telemetry = TelemetryReader(ring: region.telemetry, from: telemetryFrom)
        auditSlots = region.audit.slots
        quotesPage = region.quotes
        lastBeat = region.heartbeat
        self.region = region
    }

    var imageHash: UInt64 { region.control[HotWord.imageHash] }
    var buildID: UInt64 { region.control[HotWord.buildID] }

    /// What the engine's clock showed at its latest turn, ns UTC; `nil` before its first, and where the
    /// word cannot be a time (2116 and after): sums with it must not overflow.
    var engineNs: Int64? {
        let shown = region.engineNs
        return (1..<1 << 62).contains(shown) ? shown : nil
    }

    /// Once a turn: has the engine turned? Life is a word that hot keeps changing; when it last did
    /// is noted on cold's own clock, so what hot counts in does not matter.
    func watchBeat(_ time: DeskTime) {
        let beat = region.heartbeat
        guard beat != lastBeat else { return }
        lastBeat = beat
        beatNs = time.monotonicNs
    }

    /// Age of the last turn cold has seen the engine make; `nil` before one: a file a dead hot left
    /// is no sign of life.
    func heartbeatAgeNs(_ time: DeskTime) -> Int64? {
        beatNs.map { max(0, time.monotonicNs - $0) }
    }

    /// How long it has been still: since its last turn or, when it has made none, since cold found
    /// it.
    func silentNs(_ time: DeskTime) -> Int64 {
        heartbeatAgeNs(time) ?? max(0, time.monotonicNs - attachedNs)
    }

    /// Slots committed and not given back.
    func usedSlots(cursor: UInt64) -> Int64 {
        Int64(truncatingIfNeeded: region.audit.position &- cursor)
    }

    func quote(_ instrument: Int, _ venue: Int) -> Quote? {
        guard let line = quotesPage.read(instrument: instrument, venue: venue) else { return nil }
        var quote = Quote()
        quote.bidPx = line.bidPx
        quote.bidQty = line.bidQty
        quote.askPx = line.askPx
        quote.askQty = line.askQty
        quote.lastPx = line.lastPx
        quote.t = line.t
        let state = BookState(rawValue: line.state)
        quote.usable = state.isDisjoint(with: [.gapped, .crossed, .halted, .poolFull])
        return quote
    }
}
