import CFloors
import Glibc
import Vocabulary
import Wire

/// The driver's side of the sockets: buffers, the timed exchange, the venue's answers.
final class Wireline {
    let outgoing: UnsafeMutableRawPointer
    let incoming: UnsafeMutableRawPointer
    let clock: BenchClock
    /// Nothing is timed: whoever waits sleeps.
    let isPatient: Bool
    private let limitCycles: UInt64
    private let settleCycles: UInt64
    static var roomBytes: Int { 65_536 }

    init(_ clock: BenchClock, isPatient: Bool) {
        self.clock = clock
        self.isPatient = isPatient
        outgoing = .allocate(byteCount: Self.roomBytes, alignment: 128)
        incoming = .allocate(byteCount: Self.roomBytes, alignment: 128)
        outgoing.initializeMemory(as: UInt8.self, repeating: 0, count: Self.roomBytes)
        incoming.initializeMemory(as: UInt8.self, repeating: 0, count: Self.roomBytes)
        limitCycles = clock.cycles(ns: 10_000_000_000)
        // A few idle turns of the measured thread, so that it owns its lines again.
        settleCycles = clock.cycles(ns: 3_000)
    }

    deinit {
        outgoing.deallocate()
        incoming.deallocate()
    }

    /// Sends `count` bytes of ``outgoing``, waits for one whole packet in ``incoming``.
    func exchange(
        _ out: Int32,
        _ count: Int,
        _ into: Int32,
        _ what: String
    ) throws(BenchError) -> floors_exchange_result {
        let result = floors_exchange(
            out,
            outgoing,
            count,
            into,
            incoming,
            Self.roomBytes,
            limitCycles,
            isPatient
        )
        if result.got == Int64(-ETIMEDOUT) { throw .stuck(what) }
        guard result.got > 0 else { throw .system(what: what, errno: Int32(-result.got)) }
        return result
    }

    func transmit(_ fd: Int32, _ bytes: UnsafeRawPointer, _ count: Int) throws(BenchError) {
        guard send(fd, bytes, count, Int32(MSG_NOSIGNAL)) == count else {
            throw .system(what: "send", errno: errno)
        }
    }

    func settle() {
        if !isPatient { BenchClock.spin(cycles: settleCycles) }
    }

    /// Payload byte or number of the packet that came; 3 bytes of frame stand before it.
    func cameType() -> UInt8 { incoming.load(fromByteOffset: 3, as: UInt8.self) }
    func came32(at offset: Int) -> UInt32 {
        UInt32(
            bigEndian: incoming.loadUnaligned(fromByteOffset: 3 + offset, as: UInt32.self)
        )
    }

    /// The venue's Accepted for the Enter Order in ``incoming``, as a whole packet.
    func writeAccepted(
        to target: UnsafeMutableRawPointer,
        refNum: UInt32,
        px: Price,
        timeInForce: TimeInForce
    ) -> Int {
        let message = OUCH.Accepted(
            timestampNs: 1,
            userRefNum: refNum,
            side: Side.buy.rawValue,
            quantity: OrderQty(units: 100),
            symbol: TickTraffic.symbol,
            price: px,
            timeInForce: timeInForce.rawValue,
            display: UInt8(ascii: "Y"),
            orderReferenceNumber: UInt64(refNum),
            capacity: UInt8(ascii: "P"),
            interMarketSweep: UInt8(ascii: "N"),
            crossType: UInt8(ascii: "N"),
            orderState: UInt8(ascii: "L"),
            clOrdID: .blank
        )
        let count = message.write(to: target + 3)
        return Soup.writeHeader(.sequencedData, payloadLength: count, to: target) + count
    }

    /// The venue's Canceled for all of it, as a whole packet.
    func writeCanceled(to target: UnsafeMutableRawPointer, refNum: UInt32) -> Int {
        let message = OUCH.Canceled(
            timestampNs: 1,
            userRefNum: refNum,
            quantity: OrderQty(units: 100),
            reason: UInt8(ascii: "I")
        )
        let count = message.write(to: target + 3)
        return Soup.writeHeader(.sequencedData, payloadLength: count, to: target) + count
    }
}
