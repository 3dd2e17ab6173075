/// One TCP connection between hot and a peer: what is under way in each direction, in order.
///
/// Nothing is lost, doubled or reordered inside it; it is late, comes in pieces, or ends, at any
/// byte and perhaps with only one side knowing.
final class Pipe {
    enum Peer: Equatable {
        case venue(Int)
        case client(Int)
    }

    struct Chunk {
        var dueNs: Int64
        var bytes: [UInt8]
        /// This is the end: 0 for FIN, else an errno.
        var end: Int32?
    }

    struct Lane {
        var chunks: [Chunk] = []
        var lastDueNs: Int64 = 0
        /// Nothing enters any more.
        var isClosed = false
        var byteCount: Int { chunks.reduce(0) { $0 + $1.bytes.count } }

        mutating func put(_ bytes: [UInt8], at dueNs: Int64) -> Int64 {
            lastDueNs = max(lastDueNs, dueNs)
            chunks.append(Chunk(dueNs: lastDueNs, bytes: bytes))
            return lastDueNs
        }

        /// Everything due by `nowNs`, in order.
        mutating func take(_ nowNs: Int64) -> [Chunk] {
            var count = 0
            while count < chunks.count, chunks[count].dueNs <= nowNs { count += 1 }
            guard count > 0 else { return [] }
            let due = Array(chunks[..<count])
            chunks.removeFirst(count)
            return due
        }

        /// Keeps the first `count` bytes of what is under way.
        mutating func truncate(to count: Int) {
            var left = count
            for index in chunks.indices {
                if chunks[index].bytes.count <= left {
                    left -= chunks[index].bytes.count
                } else {
                    chunks[index].bytes.removeLast(chunks[index].bytes.count - left)
                    left = 0
                }
            }
            chunks.removeAll { $0.bytes.isEmpty && $0.end == nil }
        }
    }

    let id: Int
    let slot: Int
    let peer: Peer
    /// The venue's name for it.
    var connection = 0
    var toHot = Lane()
    var toPeer = Lane()
    /// Hot's socket is with the port.
    var isHotOpen = true
    /// The peer has it open.
    var isPeerOpen = true
    /// Nothing gets through any more, and at least one side does not know.
    var isDead = false
    var stalledUntilNs: Int64 = 0
    var isTrickling = false
    /// Bytes hot sent that are no whole packet yet.
    var watched: [UInt8] = []

    init(id: Int, slot: Int, peer: Peer) {
        self.id = id
        self.slot = slot
        self.peer = peer
    }
}
