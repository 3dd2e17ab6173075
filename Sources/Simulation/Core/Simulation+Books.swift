import Crossing
import HotPath
import Vocabulary

/// Law L18: what hot takes for a venue's book is that book as it was after some message of its feed,
/// and no order is approved for a venue of whose feed hot misses something, or hears nothing.
extension Simulation {
    /// Hot's own limit of silence, and how much later than it arrived a datagram may be read.
    private static let silenceNs: Int64 = 3_000_000_000
    private static let hangNs: Int64 = 1_500_000_000

    /// Every book hot believes, against its venue.
    func checkBooks(_ hot: SimHot) {
        for venue in venues {
            venue.followFeed()
            for row in SimImage.symbols.indices {
                let (instrument, index) = (UInt16(row), UInt8(venue.index))
                guard hot.engine.books.isBelieved(instrument: instrument, venue: index) else {
                    continue
                }
                let line = hot.engine.books.quoteLine(instrument: instrument, venue: index)
                let tops = venue.feeds.compactMap { $0.top(row, after: line.feedSeq) }
                if tops.contains(where: { same($0, line) }) { continue }
                laws.fail(
                    "L18",
                    "\(SimImage.symbols[row]) on venue \(index) after message \(line.feedSeq): hot has "
                        + "\(line.bidQty.units) at \(line.bidPx.units), \(line.askQty.units) at "
                        + "\(line.askPx.units), the venue \(tops)"
                )
            }
        }
    }

    private func same(_ top: FeedTruth.Top, _ line: QuoteLine) -> Bool {
        top.bidPx == line.bidPx.units && top.askPx == line.askPx.units
            && (top.bidPx == 0 || top.bidQty == line.bidQty.units)
            && (top.askPx == 0 || top.askQty == line.askQty.units)
    }

    /// What an approval says it saw, against the book of the venue it goes to.
    func checkMarket(_ record: AuditRecord) {
        let venue = venues[Int(record.venue)]
        if venue.wasGapped, venue.known.isGapped {
            laws.fail(
                "L18",
                "\(record.orderID) approved for venue \(venue.index), whose feed is gapped"
            )
        }
        let silentNs = record.t - venue.known.lastNs
        if silentNs > Self.silenceNs + Self.hangNs {
            laws.fail(
                "L18",
                "\(record.orderID) approved for venue \(venue.index), whose feed is silent for "
                    + "\(silentNs) ns"
            )
        }
        venue.followFeed()
        guard Int(record.instrument) < SimImage.symbols.count else { return }
        let tops = venue.feeds.compactMap { $0.top(Int(record.instrument), after: record.feedSeq) }
        let (bid, ask) = (record.bidPx.units, record.askPx.units)
        if tops.contains(where: { bid >= $0.bidPx && ($0.askPx == 0 || 1...$0.askPx ~= ask) }) {
            return
        }
        laws.fail(
            "L18",
            "\(record.orderID) approved with \(bid) bid and \(ask) asked, venue \(venue.index) had "
                + "\(tops) after message \(record.feedSeq)"
        )
    }

    func noteDatagram(_ slot: Int, _ bytes: [UInt8]) {
        switch SlotMap.owner(of: slot) {
        case .feed(let venue, _): venues[venue].known.take(bytes, isLine: true, engineNs)
        case .request(let venue): venues[venue].known.take(bytes, isLine: false, engineNs)
        case .venue, .client: break
        }
    }

    /// At the end of a turn: of which feeds hot knows that something is missing.
    func noteGaps() {
        for venue in venues {
            let slots = [SlotMap.feedA, SlotMap.feedB, SlotMap.request].map { $0 + venue.index }
            let isRead = slots.allSatisfy { wire.unread($0) == 0 }
            venue.wasGapped = isRead && venue.known.isGapped
        }
    }
}
