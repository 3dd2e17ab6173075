import ColdCore
import Crossing
import ExecutionAlgos
import Monitoring
import OrderManagement
import Portfolio
import Vocabulary

extension Desk {
    func status(_ time: DeskTime) -> JSON {
        let counts = rooms.orders.counts
        return [
            "pid": .number(DeskLog.processID), "tradingDate": .number(reference.tradingDate),
            "paper": .bool(reference.paper), "coldEpoch": .number(coldEpoch),
            "upNs": .int(time.nowNs - startTime.nowNs), "hot": hotJSON(time),
            "journal": [
                "path": .string(journal.path), "entries": .number(journal.entries),
                "pendingBytes": .number(journal.pendingBytes), "cursor": .number(cursor),
                "state": .string("\(journalState)"),
                "failure": .optional(journalFailure ?? journalFull),
            ],
            "orders": [
                "total": .number(counts.orders), "open": .number(rooms.orders.openCount),
                "unknown": .number(rooms.orders.unknownCount),
                "refused": .number(counts.refused), "fills": .number(rooms.orders.fills.count),
                "breaks": .number(counts.breaks),
                "illegalTransitions": .number(counts.illegalTransitions),
                "lateFills": .number(counts.lateFills),
                "duplicates": .number(counts.duplicates),
            ],
            "parents": [
                "total": .number(rooms.algos.order.count),
                "working": .number(rooms.algos.parents.values.count { !$0.state.isOver }),
            ],
            "alerts": rooms.monitoring.alertsJSON(),
        ]
    }

    private func hotJSON(_ time: DeskTime) -> JSON {
        guard let hot else {
            return ["attached": false, "alive": false, "why": .optional(pairingRefused)]
        }
        let used = hot.usedSlots(cursor: cursor)
        let control = hot.region.control
        return [
            "attached": true, "alive": .bool(isHotAlive(time)), "epoch": .number(hot.epoch),
            "pid": .number(control[HotWord.pid]),
            "heartbeatAgeNs": hot.heartbeatAgeNs(time).map(JSON.int) ?? .null,
            "gateOpen": .bool(control[HotWord.gateOpen] != 0),
            "pressure": .number(control[HotWord.pressure]),
            "ringUsedSlots": .int(used), "ringSlots": .number(hot.auditSlots),
        ]
    }

    func stat(_ time: DeskTime) -> JSON {
        var hotCounters: [JSON.Member] = []
        if let hot {
            let page = hot.region.counters
            hotCounters = HotCounter.allCases.map { JSON.Member($0.name, .number(page.get($0))) }
        }
        return [
            "cold": rooms.monitoring.countersJSON(), "hot": .object(hotCounters),
            "hops": rooms.monitoring.hopsJSON(), "alerts": rooms.monitoring.alertsJSON(),
        ]
    }

    func venuesAnswer(_ time: DeskTime) -> JSON {
        refreshQuotes(all: true)
        return [
            "venues": .array(
                reference.venues.enumerated().map { index, venue in
                    let seen = rooms.venues.venues[index]
                    return [
                        "venue": .string(venue.name), "mic": .string(venue.mic),
                        "session": .string(eventName(seen.sessionEvent)),
                        "feed": .string(eventName(seen.feedEvent)),
                        "changedNs": .int(seen.changedNs), "orders": .number(seen.orders),
                        "acks": .number(seen.acks), "fills": .number(seen.fills),
                        "rejects": .number(seen.rejects), "cancels": .number(seen.cancels),
                        "gaps": .number(seen.gaps),
                        "answerNsP50": .number(seen.answerNs.percentile(perMille: 500)),
                        "answerNsP99": .number(seen.answerNs.percentile(perMille: 990)),
                        "fillPpm": .int(seen.fillPpm), "rejectPpm": .int(seen.rejectPpm),
                        "removeFee": .int(venue.removeFee), "addRebate": .int(venue.addRebate),
                    ]
                }
            )
        ]
    }

    private func eventName(_ event: UInt32) -> String {
        SessionEvent(rawValue: event).map { "\($0)" } ?? "none"
    }

    func positions() -> JSON {
        refreshQuotes(all: true)
        return [
            "positions": .array(
                rooms.portfolio.valuations(quotes, reference).map { valuation in
                    var members = base(valuation)
                    members.append(JSON.Member("lots", .number(valuation.lots)))
                    members.append(JSON.Member("openCost", valuation.openCost.json))
                    return .object(members)
                }
            ),
            "moneyScale": .int(Money.scale),
        ]
    }

    func profit() -> JSON {
        refreshQuotes(all: true)
        let valuations = rooms.portfolio.valuations(quotes, reference)
        var realized = Money.zero
        var unrealized = Money.zero
        var fees = Money.zero
        var total = Money.zero
        for valuation in valuations {
            realized += valuation.realized
            fees += valuation.fees
            unrealized += valuation.unrealized ?? .zero
            total += valuation.total ?? .zero
        }
        return [
            "pnl": .array(valuations.map(profitJSON)), "realized": realized.json,
            "unrealized": unrealized.json, "fees": fees.json, "total": total.json,
            "unpriced": .number(valuations.count { $0.mark == nil }),
            "moneyScale": .int(Money.scale),
        ]
    }

    /// Shares nobody could claim are the house's, which no configuration names.
    private func holderName(_ account: UInt16) -> String {
        account == noIndex16 ? "house" : reference.accountName(account)
    }

    private func base(_ valuation: Valuation) -> [JSON.Member] {
        [
            JSON.Member("account", .string(holderName(valuation.account))),
            JSON.Member("symbol", .string(reference.symbol(valuation.instrument))),
            JSON.Member("position", .int(valuation.position)),
            JSON.Member("boughtQty", .int(valuation.boughtQty)),
            JSON.Member("soldQty", .int(valuation.soldQty)),
            JSON.Member("fills", .number(valuation.fills)),
            JSON.Member("mark", valuation.mark.map { .int($0.units) } ?? .null),
        ]
    }

    private func profitJSON(_ valuation: Valuation) -> JSON {
        .object(
            base(valuation) + [
                JSON.Member("gross", valuation.gross.json),
                JSON.Member("realized", valuation.realized.json),
                JSON.Member("unrealized", valuation.unrealized?.json ?? .null),
                JSON.Member("fees", valuation.fees.json),
                JSON.Member("total", valuation.total?.json ?? .null),
            ]
        )
    }
}
