import Vocabulary
import Wire

/// Direct mode (semantics.md §5.2): the venue's message is the client's message with two fields
/// changed back to the client's own: UserRefNum and ClOrdID. The rest passes through untouched,
/// reference numbers and appendage included.
enum ClientTranslation {
    /// Where the fields stand in an outbound message; −1 where it has none.
    struct Places: BitwiseCopyable {
        var userRefNum: Int
        var origUserRefNum: Int
        var clOrdID: Int
    }

    @inline(__always)
    static func places(in type: OUCH.OutboundType) -> Places? {
        switch type {
        case .accepted: Places(userRefNum: 9, origUserRefNum: -1, clOrdID: 48)
        case .replaced: Places(userRefNum: 13, origUserRefNum: 9, clOrdID: 52)
        case .canceled, .aiqCanceled, .executed, .cancelPending, .cancelReject, .priorityUpdate,
            .modified, .restated:
            Places(userRefNum: 9, origUserRefNum: -1, clOrdID: -1)
        case .brokenTrade: Places(userRefNum: 9, origUserRefNum: -1, clOrdID: 22)
        case .rejected: Places(userRefNum: 9, origUserRefNum: -1, clOrdID: 15)
        case .systemEvent, .massCancelResponse, .disableResponse, .enableResponse,
            .accountQueryResponse:
            nil
        }
    }

    /// Copies `count` bytes of the venue's message to `target` with the client's own names.
    @inline(__always)
    static func write(
        _ message: UnsafeRawPointer,
        count: Int,
        places: Places,
        names: ClientNames,
        to target: UnsafeMutableRawPointer
    ) {
        unsafe target.copyMemory(from: message, byteCount: count)
        unsafe target.storeBytes(
            of: names.refNum.bigEndian,
            toByteOffset: places.userRefNum,
            as: UInt32.self
        )
        if places.origUserRefNum >= 0 {
            unsafe target.storeBytes(
                of: names.origRefNum.bigEndian,
                toByteOffset: places.origUserRefNum,
                as: UInt32.self
            )
        }
        if places.clOrdID >= 0 {
            unsafe target.storeBytes(
                of: names.clOrdID.low,
                toByteOffset: places.clOrdID,
                as: UInt64.self
            )
            unsafe target.storeBytes(
                of: names.clOrdID.middle,
                toByteOffset: places.clOrdID + 8,
                as: UInt32.self
            )
            unsafe target.storeBytes(
                of: names.clOrdID.high,
                toByteOffset: places.clOrdID + 12,
                as: UInt16.self
            )
        }
    }
}

/// What the client calls its order.
struct ClientNames: BitwiseCopyable {
    var refNum: UInt32
    var origRefNum: UInt32
    var clOrdID: ClOrdIDField

    init(refNum: UInt32, origRefNum: UInt32, clOrdID: ClOrdIDField) {
        self.refNum = refNum
        self.origRefNum = origRefNum
        self.clOrdID = clOrdID
    }
}
