/// The likeliest word somebody meant.
package enum Suggestion {
    /// The candidate nearest to `word`, when it is near enough to be a slip of the finger: at most
    /// a third of the letters differ.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String?
    {
        var best: (distance: Int, word: String)?
        for candidate in candidates {
            let distance = distance(word, candidate)
            if distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        guard let best, best.distance <= max(1, (word.count + 2) / 3) else { return nil }
        return best.word
    }

    /// `; did you mean "x"?`, or what there is to choose from.
    package static func tail(for word: String, among candidates: [String]) -> String {
        if let near = nearest(to: word, among: candidates) { return "; did you mean \"\(near)\"?" }
        guard !candidates.isEmpty else { return "" }
        return "; known: \(candidates.sorted().joined(separator: ", "))"
    }

    /// Letters to insert, delete, change or swap with a neighbour (optimal string alignment).
    package static func distance(_ left: String, _ right: String) -> Int {
        let from = Array(left.utf8)
        let to = Array(right.utf8)
        var beforeLast = [Int](repeating: 0, count: to.count + 1)
        var last = Array(0...to.count)
        for row in from.indices {
            var current = [row + 1]
            for column in to.indices {
                let change = last[column] + (from[row] == to[column] ? 0 : 1)
                var least = min(change, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, from[row] == to[column - 1], from[row - 1] == to[column] {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                current.append(least)
            }
            beforeLast = last
            last = current
        }
        return last[to.count]
    }
}
