import ColdCore
import Crossing
import ExecutionAlgos
import Monitoring
import OrderManagement
import Vocabulary

extension Desk {
    /// Copies the quotes the rooms need out of hot's page: those of working parents each step, all
    /// of them with the pages.
    func refreshQuotes(all: Bool) {
        guard let hot else { return }
        let wanted =
            all ? Array(0..<reference.instruments.count) : rooms.algos.instruments.map(Int.init)
        for instrument in wanted {
            for venue in 0..<reference.venues.count {
                if let quote = hot.quote(instrument, venue) {
                    quotes[UInt16(instrument), venue] = quote
                }
            }
        }
    }

    /// Publishes what exposures are valued at (prior close before the first quote) and what cold
    /// has measured of the venues; each only when it changed, for every version hot adopts is a
    /// record.
    func publishPages(_ time: DeskTime) {
        let marks = reference.instruments.enumerated().map { index, row in
            quotes.mark(UInt16(index), priorClose: row.priorClose) ?? .zero
        }
        if marks != publishedMarks {
            publishedMarks = marks
            cold.region.valuation.publish(
                zip(marks, reference.instruments).map { mark, row in
                    ValuationRow(valuation: mark, adv: OrderQty(units: row.adv))
                }
            )
        }
        let rows = reference.venues.enumerated().map { index, venue in
            var row = RouterRow()
            row.removeFee = venue.removeFee
            row.addRebate = venue.addRebate
            let seen = rooms.venues.venues[index]
            row.latencyNs = Int64(clamping: seen.answerNs.percentile(perMille: 500))
            row.fillProbabilityPpm = seen.fillPpm
            row.rejectRatePpm = seen.rejectPpm
            return row
        }
        if rows != publishedRows {
            publishedRows = rows
            cold.region.router.publish(rows)
        }
    }

    // MARK: Watching

    func watch(_ time: DeskTime) {
        watchHot(time)
        watchVenues(time)
        let counts = rooms.orders.counts
        let lastBreak = rooms.orders.lastBreak ?? ""
        let unknown = rooms.orders.unknownCount
        raise(
            "mirror-breaks",
            .critical,
            counts.breaks > 0,
            "mirror: \(counts.breaks) differences from the engine; \(lastBreak)",
            time
        )
        raise(
            "illegal-transitions",
            .warning,
            counts.illegalTransitions > 0,
            "mirror: \(counts.illegalTransitions) steps the order table does not allow",
            time
        )
        raise(
            "orders-unknown",
            .warning,
            unknown > 0,
            "\(unknown) orders owe an answer; `apus order list` names them",
            time
        )
    }

    /// Acks that take longer than `venues[].ack_alert` says.
    private func watchVenues(_ time: DeskTime) {
        for (index, venue) in reference.venues.enumerated() where venue.ackAlertNs > 0 {
            let slow = rooms.venues.slow(index, nowNs: engineNow(time))
            raise(
                "venue-slow:\(venue.name)",
                .warning,
                slow != nil,
                "\(venue.name): \(slow ?? ""); allowed are \(venue.ackAlertNs / 1_000) us",
                time
            )
        }
    }

    private func watchHot(_ time: DeskTime) {
        var used: Int64 = 0
        var slots: Int64 = 0
        if let hot {
            used = hot.usedSlots(cursor: cursor)
            slots = Int64(hot.auditSlots)
            rooms.monitoring.ring(usedSlots: used, slots: slots)
        }
        raise(
            "ring-high",
            .warning,
            slots > 0 && used * 4 >= slots * 3,
            "audit ring: \(used) of \(slots) slots wait for the journal",
            time
        )
        raise(
            "hot-silent",
            .critical,
            (hot?.silentNs(time) ?? 0) > Self.hotAliveNs,
            "hot: no heartbeat for more than \(Self.hotAliveNs / 1_000_000) ms",
            time
        )
        raise("ring-damaged", .critical, ringFailure != nil, ringFailure ?? "", time)
    }

    func raise(
        _ name: String,
        _ severity: Monitoring.Severity,
        _ raised: Bool,
        _ text: String,
        _ time: DeskTime
    ) {
        rooms.monitoring.watch(name, severity, raised: raised, nowNs: time.nowNs, text)
    }
}
