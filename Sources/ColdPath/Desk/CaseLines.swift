/// How many lines of surveillance cases a second of the log bears; the rest is counted and said in
/// one line. A strategy gone wild makes thousands a second, and each would be a write of the desk's
/// thread and a line nobody reads; the journal has every case again.
struct CaseLines {
    static let perSecond = 20

    private var second: Int64 = .min
    private var told = 0
    private var rest: [String: Int] = [:]

    /// Whether this one has a line of its own; it is counted if not.
    mutating func tells(_ pattern: String, monotonicNs: Int64) -> Bool {
        let now = monotonicNs / 1_000_000_000
        if now != second { (second, told) = (now, 0) }
        guard told < Self.perSecond else {
            count(pattern, 1)
            return false
        }
        told += 1
        return true
    }

    mutating func count(_ pattern: String, _ cases: Int) { rest[pattern, default: 0] += cases }

    /// What had no line, by pattern, once its second is over; at the end without waiting.
    mutating func takeRest(monotonicNs: Int64, atEnd: Bool = false) -> [String: Int]? {
        guard !rest.isEmpty, atEnd || monotonicNs / 1_000_000_000 != second else { return nil }
        defer { rest = [:] }
        return rest
    }
}
