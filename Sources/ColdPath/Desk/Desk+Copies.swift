import ColdCore
import Crossing
import DropCopy
import Monitoring
import Reconciliation
import Vocabulary

/// The venues' own drop copies, against hot's records (risk-controls.md, control 33).
extension Desk {
    /// A copy that says nothing for this long is told of; it blocks nothing.
    static let copySilentNs: Int64 = 3_000_000_000

    static func copyLines(_ reference: Reference) -> [CopyLine?] {
        reference.venues.enumerated().map { index, venue in
            venue.dropCopy.map {
                CopyLine($0, venue: UInt8(clamping: index), midnightNs: reference.midnightNs)
            }
        }
    }

    /// Reads what the venues say; before the comparison, so that a cold that was held up does not
    /// take its own delay for theirs.
    func readCopies(_ time: DeskTime) {
        for venue in rooms.reconciliation.takeRolled() {
            if Int(venue) < copies.count { copies[Int(venue)]?.forget() }
        }
        for case let copy? in copies {
            for fact in copy.serve(time.monotonicNs) { rooms.reconciliation.heard(fact) }
        }
    }

    func compareCopies(_ time: DeskTime) {
        let lines = copies.map { copy in
            copy.map {
                Reconciliation.Line(
                    isUp: $0.session.state == .up,
                    heardNs: $0.session.heardNs,
                    idleNs: $0.session.idleNs,
                    isRead: $0.isRead
                )
            }
        }
        rooms.reconciliation.check(
            lines: lines,
            hotIsRead: ringIsRead && isHotAlive(time),
            hotAgeNs: hot?.silentNs(time) ?? .max,
            nowNs: time.monotonicNs
        )
        for (target, text) in rooms.reconciliation.takeBlocks(nowNs: time.monotonicNs) {
            block(target, text, time)
        }
    }

    private func block(_ target: Reconciliation.Target, _ text: String, _ time: DeskTime) {
        raise(alertName(target), .critical, true, alertText(target, text), time)
        switch target {
        case .symbol(let instrument):
            outbox.push(
                .latch(.symbol, row: instrument, code: .unknownOrderOnSymbol, reason: text)
            )
        case .venue(let venue):
            outbox.push(.latch(.venue, row: UInt16(venue), code: .ok, reason: text))
        }
    }

    private func alertName(_ target: Reconciliation.Target) -> String {
        switch target {
        case .symbol(let instrument): "drop-copy-break:\(reference.symbol(instrument))"
        case .venue(let venue): "drop-copy-break:\(reference.venueName(venue))"
        }
    }

    private func alertText(_ target: Reconciliation.Target, _ text: String) -> String {
        switch target {
        case .symbol(let instrument):
            let symbol = reference.symbol(instrument)
            return """
                \(symbol): \(text); new orders in it are 112 until \
                `apus arm --symbol \(symbol) --only break --reason WHY`
                """
        case .venue(let venue):
            let name = reference.venueName(venue)
            return """
                \(name): \(text), and its symbol is not known; the venue is killed until \
                `apus arm --venue \(name) --reason WHY`
                """
        }
    }

    // MARK: Alerts

    func watchCopies(_ time: DeskTime) {
        let broken = rooms.reconciliation.broken
        let names = Set(broken.keys.map(alertName))
        for name in rooms.monitoring.alerts.keys
        where name.hasPrefix("drop-copy-break:") && !names.contains(name) {
            raise(name, .critical, false, "", time)
        }
        for (index, copy) in copies.enumerated() {
            guard let copy else { continue }
            watch(copy, index, time)
        }
    }

    private func watch(_ copy: CopyLine, _ index: Int, _ time: DeskTime) {
        let venue = reference.venues[index].name
        let silentNs = time.monotonicNs - copy.aliveNs
        raise(
            "drop-copy-silent:\(venue)",
            .warning,
            copy.aliveNs > 0 && silentNs > Self.copySilentNs,
            "\(venue): its drop copy has said nothing for \(silentNs / 1_000_000_000) s"
                + "\(why(copy)); hot's records of it are not being compared",
            time
        )
        let waiting = rooms.reconciliation.waiting(index, nowNs: time.monotonicNs)
        raise(
            "drop-copy-ahead:\(venue)",
            .warning,
            waiting.theirs > 0 && waiting.theirsAgeNs > 5_000_000_000,
            "\(venue): its drop copy tells \(waiting.theirs) things hot has not recorded, "
                + "and hot's session there is not reconciled",
            time
        )
        raise(
            "drop-copy-unread:\(venue)",
            .warning,
            copy.session.malformed > 0,
            "\(venue): \(copy.session.malformed) messages of its drop copy could not be read",
            time
        )
    }

    private func why(_ copy: CopyLine) -> String {
        switch copy.session.state {
        case .refused(let reason):
            " (login refused, \(Character(UnicodeScalar(reason))))"
        case .down: " (no connection)"
        case .loggingIn: " (the login is not answered)"
        case .ended: " (the session is over)"
        case .up: ""
        }
    }
}
