/// How many refusals a second of each uid have a record and a line of their own; the rest is counted
/// and told in one. Whoever may do nothing must not be able to fill the journal either.
package struct RefusalLimit {
    package static let perSecond = 20
    /// Uids counted apart in one second; what is beyond them is counted together, as `UInt32.max`.
    package static let callersMax = 64

    private var second: Int64 = .min
    private var told: [UInt32: Int] = [:]
    private var rest: [UInt32: Int] = [:]

    package init() {}

    /// Whether this one has a record and a line of its own; it is counted if not.
    package mutating func tells(_ uid: UInt32, monotonicNs: Int64) -> Bool {
        let now = monotonicNs / 1_000_000_000
        if now != second { (second, told) = (now, [:]) }
        let isApart = told[uid] != nil || told.count < Self.callersMax
        let key = isApart ? uid : .max
        guard told[key, default: 0] < Self.perSecond else {
            rest[key, default: 0] += 1
            return false
        }
        told[key, default: 0] += 1
        return true
    }

    /// What had none, by uid, once its second is over.
    package mutating func takeRest(monotonicNs: Int64) -> [(uid: UInt32, count: Int)] {
        guard !rest.isEmpty, monotonicNs / 1_000_000_000 != second else { return [] }
        defer { rest = [:] }
        return rest.sorted { $0.key < $1.key }.map { (uid: $0.key, count: $0.value) }
    }
}
