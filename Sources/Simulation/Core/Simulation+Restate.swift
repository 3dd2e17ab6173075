import ExchangeSimulator
import HotPath
import Vocabulary
import Wire

/// What a venue says of a live order without filling, canceling or replacing it.
extension Simulation {
    /// `T`: another price and reference, never a worse one unless the venue talks nonsense; `R`: a
    /// reserve refreshed, or the price shown.
    func restate(_ venue: SimVenue) {
        let port = venue.venue.floor.ports[0]
        let live = port.live.values.sorted { $0.key < $1.key }
        guard !live.isEmpty else { return }
        let order = faults.pick(live)
        let timestampNs = UInt64(nowNs - SimImage.midnightNs)
        let number = order.key.userRefNum
        let isReprice = faults.below(2) == 0
        let bytes =
            isReprice
            ? SimClient.made(OUCH.PriorityUpdate.maxLength) { target in
                let message = OUCH.PriorityUpdate(
                    timestampNs: timestampNs,
                    userRefNum: number,
                    price: repriced(order),
                    display: order.display,
                    orderReferenceNumber: faults.next() >> 8
                )
                return message.write(to: target)
            }
            : SimClient.made(OUCH.Restated.maxLength) { target in
                var appendage = OUCH.Appendage()
                let isRefresh = faults.below(2) == 0
                if isRefresh {
                    appendage.secondaryOrderReferenceNumber = faults.next() >> 8
                    appendage.displayQuantity = OrderQty(units: faults.within(1, 100))
                } else {
                    appendage.displayPrice = repriced(order)
                }
                let message = OUCH.Restated(
                    timestampNs: timestampNs,
                    userRefNum: number,
                    reason: isRefresh ? UInt8(ascii: "R") : UInt8(ascii: "P"),
                    appendage: appendage
                )
                return message.write(to: target)
            }
        trace.say(nowNs, "venue \(venue.index) restates \(number): \(bytes)")
        counts.restated += 1
        port.say(raw: bytes)
        serve(venue)
    }

    private func repriced(_ order: PortOrder) -> Price {
        let isWorse = profile.has(.nonsense) && faults.below(10) == 0
        let away = faults.within(0, 3) * 100 * (isWorse ? -1 : 1)
        return Price(units: max(100, order.price.units + (order.isBuy ? -away : away)))
    }
}
