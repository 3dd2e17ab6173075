/// CPUs as the kernel writes them: lists ("0,2-3") and masks ("ff,ffffffff").
struct CpuSet: Equatable, Sendable, CustomStringConvertible {
    private(set) var cpus: Set<Int>

    init(_ cpus: some Sequence<Int>) { self.cpus = Set(cpus) }

    /// "0,2-3"; empty text is no CPU at all. `nil` for anything else.
    init?(list text: String) {
        cpus = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
                .map { Int($0.filter { !$0.isWhitespace }) }
            guard ends.count <= 2, let low = ends[0], let high = ends.count == 2 ? ends[1] : low,
                low >= 0, low <= high, high < 65_536
            else { return nil }
            cpus.formUnion(low...high)
        }
    }

    /// Groups of eight hexadecimal digits, the highest first.
    init?(mask text: String) {
        cpus = []
        for (group, word) in text.split(separator: ",").reversed().enumerated() {
            guard let bits = UInt64(word, radix: 16) else { return nil }
            for bit in 0..<64 where bits >> UInt64(bit) & 1 == 1 { cpus.insert(group * 32 + bit) }
        }
    }

    var isEmpty: Bool { cpus.isEmpty }
    func isSuperset(of other: CpuSet) -> Bool { cpus.isSuperset(of: other.cpus) }
    func intersection(_ other: CpuSet) -> CpuSet { CpuSet(cpus.intersection(other.cpus)) }
    func subtracting(_ other: CpuSet) -> CpuSet { CpuSet(cpus.subtracting(other.cpus)) }
    var sorted: [Int] { cpus.sorted() }

    /// As a list again, runs joined.
    var description: String {
        if isEmpty { return "none" }
        var parts: [String] = []
        var run: ClosedRange<Int>?
        for cpu in sorted {
            if let current = run, cpu == current.upperBound + 1 {
                run = current.lowerBound...cpu
            } else {
                if let current = run { parts.append(Self.text(current)) }
                run = cpu...cpu
            }
        }
        if let run { parts.append(Self.text(run)) }
        return parts.joined(separator: ",")
    }

    private static func text(_ run: ClosedRange<Int>) -> String {
        run.count == 1 ? "\(run.lowerBound)" : "\(run.lowerBound)-\(run.upperBound)"
    }
}
