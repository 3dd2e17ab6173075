internal import Crossing
internal import Vocabulary

/// Orders that ended by a person's word (`apus order resolve`), beside the venue's own log.
///
/// A log in which such an order is still open in the venue's present session contradicts the person:
/// the order may fill yet. Where the venue began a session of another name since, or told us that it
/// does not know ours, it has forgotten the order: nobody but the person says how it ended, and the
/// verdict counts that apart.
struct PersonsWords {
    private struct Word {
        var orderID: ClOrdID
        var place: CheckPlace
        /// Shares of it that the person alone says were filled.
        var filled: Int64 = 0
        var isEnd = false
    }

    private struct Open {
        var qty: Int64
        var session: String
    }

    private var said: [Reconcile.Port: Word] = [:]
    private var open: [Reconcile.Port: Open] = [:]
    /// The venue's present session, by venue.
    private var session: [UInt8: String] = [:]
    /// Where the journal last says that a venue does not know our session.
    private var lostAt: [UInt8: UInt64] = [:]

    mutating func note(_ record: AuditRecord, at place: CheckPlace) {
        let lost = [SessionEvent.lost.rawValue, SessionEvent.rolled.rawValue]
        if record.kind == .session, lost.contains(record.detail) {
            lostAt[record.venue] = place.sequence
        }
        guard record.flags.contains(.byProof), record.detail == Proof.resolved.rawValue else {
            return
        }
        let port = Reconcile.Port(venue: record.venue, ref: UInt64(record.userRefNum))
        var word = said[port] ?? Word(orderID: record.orderID, place: place)
        if record.kind == .fill { word.filled &+= record.lastQty.units }
        word.isEnd = record.status.isTerminal
        said[port] = word
    }

    /// One line of our port at `venue`; `orig` is the number it replaces, 0 when none.
    mutating func take(_ line: VenueLogLine, _ venue: UInt8, replacing orig: UInt64) {
        if !line.session.isEmpty { session[venue] = line.session }
        let port = Reconcile.Port(venue: venue, ref: line.ref)
        switch line.event {
        case .accepted: open[port] = Open(qty: line.qty, session: line.session)
        case .replaced:
            open[Reconcile.Port(venue: venue, ref: orig)] = nil
            open[port] = Open(qty: line.qty, session: line.session)
        case .executed, .canceled: open[port]?.qty &-= line.qty
        case .rejected: open[port] = nil
        default: break
        }
    }

    /// `begun`: where an order of ours was recorded.
    func finish(
        _ venuesRead: Set<UInt8>,
        _ names: JournalNames,
        begun: (Reconcile.Port) -> UInt64,
        to found: inout Found
    ) {
        let ended = said.filter { $0.value.isEnd && venuesRead.contains($0.key.venue) }
        for (port, word) in ended.sorted(by: { $0.value.place.sequence < $1.value.place.sequence })
        {
            guard let left = open[port], left.qty > 0 else { continue }
            let isForgotten =
                left.session != session[port.venue] || begun(port) < lostAt[port.venue] ?? 0
            guard !isForgotten else {
                found.verdict.ordersByWord += 1
                found.verdict.filledByWord &+= word.filled
                continue
            }
            found.verdict.unexplained &+= 1
            found.add(
                .word,
                word.place,
                word.orderID,
                "a person said that it was over, and the log of \(names.venue(port.venue)) leaves "
                    + "\(left.qty) shares of order \(port.ref) open at its end: they may fill yet"
            )
        }
    }
}
