import Crossing

/// What happens next, by time; ties are broken by dice, so that no order of events is special.
struct Schedule {
    struct Entry {
        var timeNs: Int64
        var tie: UInt32
        var number: UInt64
        var due: Due

        func isBefore(_ other: Entry) -> Bool {
            if timeNs != other.timeNs { return timeNs < other.timeNs }
            if tie != other.tie { return tie < other.tie }
            return number < other.number
        }
    }

    private var heap: [Entry] = []
    private var number: UInt64 = 0
    private var ties: Dice

    init(seed: UInt64) { ties = Dice(seed: seed, "ties") }

    var nextNs: Int64? { heap.first?.timeNs }

    mutating func add(_ due: Due, at timeNs: Int64) {
        number += 1
        let tie = UInt32(truncatingIfNeeded: ties.next() & 0xFF_FFFF)
        heap.append(Entry(timeNs: timeNs, tie: tie, number: number, due: due))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Entry? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].isBefore(heap[least]) { least = child }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

/// Everything that can be due.
enum Due {
    /// Bytes of a stream reach hot, or reach the other end.
    case toHot(Pipe)
    case toPeer(Pipe)
    /// One datagram reaches hot's socket at `slot`.
    case datagram(slot: Int, bytes: [UInt8], life: Int)
    /// A request of hot's reaches the venue's re-request server.
    case request(venue: Int, bytes: [UInt8])
    /// What an operator wants killed, behind the word that says a kill is wanted.
    case killCommand(Command, life: Int)
    case hotTurn
    case hotTick
    case coldTurn
    case venue(Int)
    /// Who dials is a part of hot: with it goes what it had in mind.
    case dial(venue: Int, life: Int)
    case coldWatch
    /// Hot's admin thread reads the machine's clock.
    case adminClock
    case hotStart
    case coldStart
    /// What was broken on purpose is whole again.
    case heal(Mischief)
    case clientDue(Int)
}

/// A fault with an end.
enum Mischief {
    case venueFault(Int)
    case venueBack(Int)
    case coldAwake
    case hotAwake
    case diskRoom
    case clockGood
    case feedWell(Int)
    case linkWell(Pipe)
}
