import ColdCore
import Vocabulary

/// Facts one side has told and the other has not yet, oldest first.
struct FactQueue: Sendable {
    struct Entry: Sendable {
        var fact: VenueFact
        var instrument: UInt16
        /// When it was first looked at; facts of a replayed journal have no time of their own.
        var seenNs: Int64?
        var isOver = false
    }

    /// Two tellings match when they agree on the figures and, where the message has one, the symbol.
    struct Key: Hashable, Sendable {
        var content: VenueFact.Content
        var instrument: UInt16

        init(_ fact: VenueFact, _ instrument: UInt16) {
            content = fact.content
            let namesSymbol = fact.content.kind == .ack || fact.content.kind == .replaced
            self.instrument = namesSymbol ? instrument : noIndex16
        }
    }

    /// Numbers count from 0 for the life of the queue; `first` is that of `entries[0]`.
    private var entries: [Entry] = []
    private var first = 0
    private var stamped = 0
    private var waiting: [Key: [Int]] = [:]

    /// Number the next fact gets.
    var end: Int { first + entries.count }
    var count: Int { waiting.values.reduce(0) { $0 + $1.count } }

    mutating func push(_ fact: VenueFact, _ instrument: UInt16) {
        waiting[Key(fact, instrument), default: []].append(end)
        entries.append(Entry(fact: fact, instrument: instrument))
    }

    /// Ends the oldest fact that says the same; its number.
    mutating func take(_ fact: VenueFact, _ instrument: UInt16) -> Int? {
        guard let number = waiting[Key(fact, instrument)]?.first else { return nil }
        end(number)
        return number
    }

    /// The oldest fact that still waits.
    mutating func oldest() -> (number: Int, entry: Entry)? {
        while let entry = entries.first, entry.isOver { dropFirst() }
        return entries.first.map { (first, $0) }
    }

    /// Another telling of the same thing, with other figures.
    func other(_ fact: VenueFact) -> (number: Int, entry: Entry)? {
        for (index, entry) in entries.enumerated()
        where !entry.isOver && entry.fact.subject == fact.subject {
            return (first + index, entry)
        }
        return nil
    }

    mutating func end(_ number: Int) {
        let entry = entries[number - first]
        entries[number - first].isOver = true
        let key = Key(entry.fact, entry.instrument)
        waiting[key]?.removeAll { $0 == number }
        if waiting[key]?.isEmpty == true { waiting[key] = nil }
    }

    /// Gives every fact without one the time `nowNs`.
    mutating func stamp(_ nowNs: Int64) {
        while stamped < end {
            entries[max(0, stamped - first)].seenNs = nowNs
            stamped = max(stamped, first) + 1
        }
    }

    mutating func clear() {
        first = end
        stamped = end
        entries.removeAll()
        waiting.removeAll()
    }

    // Removing from the front one by one would move the rest each time.
    private mutating func dropFirst() {
        let over = entries.prefix { $0.isOver }.count
        entries.removeFirst(over)
        first += over
        stamped = max(stamped, first)
    }
}
