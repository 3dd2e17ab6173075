import Vocabulary

/// Packets that came before their turn, in order of their first message, in a fixed area.
///
/// Packets come almost in order, so a new one goes to the end or near it. Full, the packet furthest
/// ahead is not taken: it will be asked for when its turn comes.
@safe
struct FeedHold: ~Copyable {
    struct Packet: BitwiseCopyable {
        var first: UInt64 = 0
        /// One behind its last message.
        var end: UInt64 = 0
        var tNs: Int64 = 0
        var length = 0
        var slot = 0
    }

    private let capacity: Int
    private let packetBytesMax: Int
    private let bytes: UnsafeMutableRawPointer
    /// In order; those behind `count` hold the free slots.
    private let packets: UnsafeMutablePointer<Packet>
    private(set) var count = 0

    init(capacity: Int, packetBytesMax: Int) {
        invariant(capacity > 0, "a feed can hold at least one packet")
        self.capacity = capacity
        self.packetBytesMax = packetBytesMax
        unsafe bytes = .allocate(byteCount: capacity * packetBytesMax, alignment: 64)
        unsafe bytes.initializeMemory(
            as: UInt8.self,
            repeating: 0,
            count: capacity * packetBytesMax
        )
        unsafe packets = .allocate(capacity: capacity)
        for index in 0..<capacity {
            unsafe (packets + index).initialize(to: Packet(slot: index))
        }
    }

    deinit {
        unsafe bytes.deallocate()
        unsafe packets.deallocate()
    }

    mutating func removeAll() { count = 0 }

    var first: Packet? { count > 0 ? unsafe packets[0] : nil }

    @unsafe
    func bytes(of packet: Packet) -> UnsafeRawPointer {
        unsafe UnsafeRawPointer(bytes + packet.slot * packetBytesMax)
    }

    enum Outcome { case held, covered, full }

    /// Keeps a copy of the packet unless one that is held has all of it.
    mutating func insert(
        _ source: UnsafeRawPointer,
        length: Int,
        first: UInt64,
        end: UInt64,
        tNs: Int64
    ) -> Outcome {
        guard length <= packetBytesMax else { return .full }
        var index = count
        while index > 0, unsafe packets[index - 1].first > first { index -= 1 }
        if index > 0, unsafe packets[index - 1].end >= end { return .covered }
        guard count < capacity else { return .full }

        let free = unsafe packets[count].slot
        move(from: index, to: index + 1, count: count - index)
        unsafe packets[index] = Packet(
            first: first,
            end: end,
            tNs: tNs,
            length: length,
            slot: free
        )
        unsafe (bytes + free * packetBytesMax).copyMemory(from: source, byteCount: length)
        count += 1
        return .held
    }

    /// The first packet has had its turn. Its bytes stay good until the next ``insert``.
    mutating func removeFirst() {
        invariant(count > 0, "only a held packet is taken out")
        let free = unsafe packets[0].slot
        move(from: 1, to: 0, count: count - 1)
        count -= 1
        unsafe packets[count].slot = free
    }

    private func move(from source: Int, to target: Int, count: Int) {
        unsafe UnsafeMutableRawPointer(packets + target).copyMemory(
            from: packets + source,
            byteCount: count * MemoryLayout<Packet>.stride
        )
    }
}
