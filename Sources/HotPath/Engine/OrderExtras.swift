import Crossing
import Vocabulary
import Wire

/// What an order carries to the venue beside what the gate looks at.
struct OrderExtras: BitwiseCopyable {
    var display: UInt8 = 0x59  // Y
    var capacity: UInt8 = 0x50  // P
    var interMarketSweep: UInt8 = 0x4E  // N
    var crossType: UInt8 = 0x4E  // N
    /// Tags to forward; empty for our own orders, which carry only the firm.
    var appendage = OUCH.Appendage()
    var hasAppendage = false

    init() {}

    /// True when every field is what the pre-built template holds.
    @inline(__always)
    var isPlain: Bool {
        !hasAppendage && display == 0x59 && capacity == 0x50 && interMarketSweep == 0x4E
            && crossType == 0x4E
    }
}

extension Engine {
    /// What an order that is no client's says of itself: its strategy's capacity and locate broker.
    @inline(__always)
    func extras(of intent: OrderIntent, _ appendage: OUCH.Appendage = .init()) -> OrderExtras {
        var extras = OrderExtras()
        extras.appendage = appendage
        if Int(intent.strategy) < config.strategyCount {
            let rule = image.strategy(Int(intent.strategy))
            extras.capacity = rule.capacity
            ClientRules.addBroker(&extras.appendage, side: intent.side, rule.locateBroker)
        }
        extras.hasAppendage = !extras.appendage.isEmpty
        return extras
    }

    /// Who located the shares of an order that is sold short, by configuration.
    @inline(__always)
    func locateBroker(_ order: Order) -> UInt32 {
        order.client != noIndex16
            ? image.client(Int(order.client)).locateBroker
            : image.strategy(Int(order.strategy)).locateBroker
    }
}
