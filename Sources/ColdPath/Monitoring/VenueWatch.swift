package import ColdCore
import Vocabulary

/// What cold has seen of each venue: its session, how fast it answers, how often it refuses.
package struct VenueWatch: Sendable {
    package struct Venue: Sendable {
        /// `SessionEvent` of the last session record; 0 before any.
        package fileprivate(set) var sessionEvent: UInt32 = 0
        package fileprivate(set) var feedEvent: UInt32 = 0
        package fileprivate(set) var changedNs: Int64 = 0
        package fileprivate(set) var orders = 0
        package fileprivate(set) var acks = 0
        package fileprivate(set) var filledOrders = 0
        package fileprivate(set) var fills = 0
        package fileprivate(set) var rejects = 0
        package fileprivate(set) var cancels = 0
        package fileprivate(set) var gaps = 0
        /// Order recorded to answer recorded, ns.
        package fileprivate(set) var answerNs = HopHistogram()

        /// Share of orders in millionths; 0 without orders.
        package var fillPpm: Int64 {
            orders == 0 ? 0 : Int64(filledOrders) * 1_000_000 / Int64(orders)
        }
        package var rejectPpm: Int64 {
            orders == 0 ? 0 : Int64(rejects) * 1_000_000 / Int64(orders)
        }
    }

    /// Orders waiting for their answer; beyond this the oldest are no longer timed.
    static let waitingMax = 65_536

    package private(set) var venues: [Venue]
    private var waiting: [ClOrdID: (t: Int64, venue: Int)] = [:]
    /// The last answers of each venue, for the alert: when, and how long they took.
    private var recent: [[(t: Int64, ns: Int64)]]
    private let alertNs: [Int64]
    private var filled: Set<ClOrdID> = []

    package init(reference: Reference) {
        venues = Array(repeating: Venue(), count: reference.venues.count)
        recent = Array(repeating: [], count: reference.venues.count)
        alertNs = reference.venues.map(\.ackAlertNs)
    }

    package mutating func apply(_ record: Record) {
        let index = Int(record.venue)
        guard index < venues.count, !record.flags.contains(.duplicate) else { return }
        switch record.kind {
        case .session where record.client == noIndex16: session(record, index)
        case .new:
            venues[index].orders += 1
            if waiting.count >= Self.waitingMax { waiting.removeAll() }
            waiting[record.orderID] = (record.t, index)
        case .ack:
            venues[index].acks += 1
            answered(record, index)
        case .reject where !record.isGateReject:
            venues[index].rejects += 1
            answered(record, index)
        case .fill:
            venues[index].fills += 1
            if filled.insert(record.orderID).inserted { venues[index].filledOrders += 1 }
        case .canceled:
            venues[index].cancels += 1
            // Over without an answer: proved absent, or told by a person.
            waiting[record.orderID] = nil
        case .gap: venues[index].gaps += 1
        default: break
        }
    }

    private mutating func session(_ record: Record, _ index: Int) {
        switch record.detail {
        // Up, down, contested: the feed's.
        case 9, 10, 25: venues[index].feedEvent = record.detail
        // The order session's: its life up to the end, rolled, unreconciled. What else a venue answers
        // (a mass cancel, 0; entry off and on) does not change where it stands.
        case 1...8, 15, 22: venues[index].sessionEvent = record.detail
        default: return
        }
        venues[index].changedNs = record.t
    }

    private mutating func answered(_ record: Record, _ index: Int) {
        guard let sent = waiting.removeValue(forKey: record.orderID)?.t, record.t >= sent else {
            return
        }
        venues[index].answerNs.record(UInt64(record.t - sent))
        if recent[index].count == Self.recentMax { recent[index].removeFirst() }
        recent[index].append((record.t, record.t - sent))
    }

    // MARK: Slow

    /// Answers the alert looks at, and how far back.
    static let recentMax = 100
    static let recentNs: Int64 = 60_000_000_000

    /// Why the venue is slow now, in words; `nil` when it is not, or no limit is set.
    ///
    /// Slow is a 99th percentile of the last minute's answers (at most ``recentMax``) above the
    /// limit, or an order that has waited longer than that for its first answer.
    package func slow(_ venue: Int, nowNs: Int64) -> String? {
        guard venue < alertNs.count, alertNs[venue] > 0 else { return nil }
        let limitNs = alertNs[venue]
        let oldest = waiting.values.filter { $0.venue == venue }.map(\.t).min()
        if let oldest, nowNs - oldest > limitNs {
            return "an order has waited \((nowNs - oldest) / 1_000_000) ms for its first answer"
        }
        let answers = recent[venue].filter { nowNs - $0.t <= Self.recentNs }.map(\.ns).sorted()
        guard !answers.isEmpty else { return nil }
        let p99 = answers[(answers.count * 99 + 99) / 100 - 1]
        guard p99 > limitNs else { return nil }
        return "99 % of its last \(answers.count) answers took up to \(p99 / 1_000) us"
    }
}
