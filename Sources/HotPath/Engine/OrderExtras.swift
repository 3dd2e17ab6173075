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
