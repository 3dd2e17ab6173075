import HotPath
import Vocabulary
import Wire

/// A venue that keeps its stream as a real one does and tells it from wherever it is asked: one
/// resting order of ours, then so many fills of one share, whatever we say. It answers fences and
/// queries behind all that.
final class TellingVenue {
    private let rig: EngineRig
    private var peer: PeerSocket
    private var head: [[UInt8]] = []
    private var tail: [[UInt8]] = []
    private let fills: Int
    private let px: Int64
    /// Sequence of the next packet to send on this connection; nil before a login.
    private var next: UInt64?
    private var highest: UInt32 = 0
    private(set) var loginsAsked: [UInt64] = []
    private(set) var heard: [UInt8] = []
    /// Numbers of the mass cancels heard, in order.
    private(set) var massCancels: [UInt32] = []

    init(_ rig: EngineRig, fills: Int, px: Int64 = 999_000) {
        self.rig = rig
        self.fills = fills
        self.px = px
        peer = rig.connect(slot: 0)
    }

    /// Packets in the stream as it is now.
    var count: UInt64 { UInt64(head.count + (hasOrder ? fills : 0) + tail.count) }
    private var hasOrder: Bool { orderRefNum != 0 }
    private var orderRefNum: UInt32 = 0

    /// Reads what arrived and sends at most `batch` packets.
    func turn(batch: Int = 32) {
        let released = rig.takeReleases().contains { $0.slot == 0 }
        if released || peer.isClosed && rig.peers[0] == nil { redial() }
        for packet in peer.packets() { take(packet) }
        guard var sequence = next else { return }
        var bytes: [UInt8] = []
        for _ in 0..<batch where sequence <= count {
            bytes += message(sequence)
            sequence += 1
        }
        next = sequence
        if !bytes.isEmpty { peer.send(bytes: bytes) }
    }

    var isQuiet: Bool { next.map { $0 > count } ?? false }

    func redial() {
        next = nil
        peer = rig.connect(slot: 0)
    }

    private func take(_ packet: PeerSocket.Packet) {
        if packet.type == UInt8(ascii: "L") {
            let text = String(decoding: packet.payload[26..<46], as: UTF8.self)
            let asked = UInt64(text.filter { $0 != " " }) ?? 0
            loginsAsked.append(asked)
            next = asked
            peer.send(Soup.LoginAccepted(session: Alpha10("RIGDAY")!, sequenceNumber: asked))
            return
        }
        guard packet.type == UInt8(ascii: "U") else { return }
        heard.append(packet.payload[0])
        switch packet.payload[0] {
        case UInt8(ascii: "O"):
            orderRefNum = packet.big32(at: 1)
            highest = max(highest, orderRefNum)
            head = head + tail + [accepted(packet)]
            tail = []
        case UInt8(ascii: "C"):
            let number = packet.big32(at: 1)
            massCancels.append(number)
            // A number used before is passed over in silence.
            guard number > highest else { return }
            highest = number
            add { target in
                OUCH.MassCancelResponse(
                    timestampNs: 1,
                    userRefNum: number,
                    firm: Alpha4("TEST")!,
                    symbol: .blank
                ).write(to: target)
            }
        case UInt8(ascii: "Q"):
            let following = highest + 1
            add { target in
                OUCH.AccountQueryResponse(timestampNs: 1, nextUserRefNum: following)
                    .write(to: target)
            }
        default: break
        }
    }

    private func add(_ write: (UnsafeMutableRawPointer) -> Int) { tail.append(packet(write)) }

    private func message(_ sequence: UInt64) -> [UInt8] {
        let index = Int(sequence) - 1
        if index < head.count { return head[index] }
        let fill = index - head.count
        if hasOrder, fill < fills { return executed(match: UInt64(fill + 1)) }
        return tail[fill - (hasOrder ? fills : 0)]
    }

    private func executed(match: UInt64) -> [UInt8] {
        packet { target in
            OUCH.Executed(
                timestampNs: 1,
                userRefNum: orderRefNum,
                quantity: OrderQty(units: 1),
                price: Price(units: px),
                liquidityFlag: UInt8(ascii: "A"),
                matchNumber: match
            ).write(to: target)
        }
    }

    private func accepted(_ order: PeerSocket.Packet) -> [UInt8] {
        packet { target in
            order.payload.withUnsafeBytes { raw in
                withWireBytes(raw.baseAddress!, count: raw.count) { span in
                    guard let echo = try? OUCH.EnterOrder(OUCH.EnterOrderView(span)) else {
                        return 0
                    }
                    return OUCH.Accepted(
                        timestampNs: 1,
                        userRefNum: echo.userRefNum,
                        side: echo.side,
                        quantity: echo.quantity,
                        symbol: echo.symbol,
                        price: echo.price,
                        timeInForce: echo.timeInForce,
                        display: echo.display,
                        orderReferenceNumber: 1,
                        capacity: echo.capacity,
                        interMarketSweep: echo.interMarketSweep,
                        crossType: echo.crossType,
                        orderState: UInt8(ascii: "L"),
                        clOrdID: echo.clOrdID
                    ).write(to: target)
                }
            }
        }
    }

    private func packet(_ write: (UnsafeMutableRawPointer) -> Int) -> [UInt8] {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { room in
            let count = write(room.baseAddress! + 3)
            let header = Soup.writeHeader(
                .sequencedData,
                payloadLength: count,
                to: room.baseAddress!
            )
            return Array(UnsafeRawBufferPointer(rebasing: room[0..<header + count]))
        }
    }
}
