package import Crossing
import Vocabulary

/// A crash between storing a client's answer and committing its record leaves one message that was
/// never sent and whose cause will come again from the venue (ARCHITECTURE §3): it is dropped.
package enum StoreRepair {
    /// Cuts `store` back to what is recorded; how many messages went.
    ///
    /// Refusals at the door (`J` 501) have no record each, so they stay: they may have been sent.
    package static func repair(_ store: ClientStore, recorded: UInt64) -> Int {
        let count = store.count
        guard count > recorded, let last = unsafe store.message(count) else { return 0 }
        if unsafe isDoorRefusal(last.bytes, count: last.count) { return 0 }
        store.truncate(to: count - 1)
        return 1
    }

    private static func isDoorRefusal(_ bytes: UnsafeRawPointer, count: Int) -> Bool {
        guard count >= 15, unsafe bytes.load(as: UInt8.self) == UInt8(ascii: "J") else {
            return false
        }
        let reason = unsafe bytes.loadUnaligned(fromByteOffset: 13, as: UInt16.self)
        return UInt16(bigEndian: reason) == RiskCode.messageRate.rawValue
    }
}
