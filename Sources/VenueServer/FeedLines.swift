import ExchangeSimulator
import NIOCore

/// Who gets the feed: fixed destinations, and receivers that asked by datagram.
///
/// `JOIN A` or `JOIN B` to the feed port makes the sender a receiver of that line, `LEAVE` ends it,
/// and so do 30 s without another JOIN. A way in for receivers that start after the venue and take
/// whatever port they get; real venues have multicast.
struct FeedLines {
    private struct Receiver {
        let address: SocketAddress
        let line: FeedLine
        var heardAt: Int64
    }

    static var receiversMax: Int { 16 }
    static var silenceMaxNs: Int64 { 30_000_000_000 }

    private let fixed: [(address: SocketAddress, line: FeedLine)]
    private var receivers: [Receiver] = []
    private var sent: [FeedLine: Int] = [:]

    init(fixed: [SocketAddress]) {
        self.fixed = fixed.enumerated().map { ($1, $0 % 2 == 0 ? .a : .b) }
    }

    /// - Returns: `true` when the receiver is new on that line.
    mutating func join(_ address: SocketAddress, _ line: FeedLine, now: Int64) -> Bool {
        forgetSilent(now)
        let known = receivers.firstIndex { $0.address == address && $0.line == line }
        if let known {
            receivers[known].heardAt = now
            return false
        }
        guard receivers.count < Self.receiversMax else { return false }
        receivers.append(Receiver(address: address, line: line, heardAt: now))
        return true
    }

    mutating func leave(_ address: SocketAddress) {
        receivers.removeAll { $0.address == address }
    }

    /// Where the next packet goes; a line whose fault loses this one is left out.
    mutating func destinations(drops: [FeedLine: Int], now: Int64) -> [SocketAddress] {
        forgetSilent(now)
        var lost: Set<FeedLine> = []
        for line in FeedLine.allCases {
            sent[line, default: 0] += 1
            if let every = drops[line], sent[line, default: 0] % every == 0 { lost.insert(line) }
        }
        return fixed.filter { !lost.contains($0.line) }.map(\.address)
            + receivers.filter { !lost.contains($0.line) }.map(\.address)
    }

    private mutating func forgetSilent(_ now: Int64) {
        receivers.removeAll { now - $0.heardAt > Self.silenceMaxNs }
    }
}
