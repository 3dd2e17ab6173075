/// One door through which bytes come in from outside, and what must hold whatever they are.
///
/// `run` is given any bytes at all, again and again, and keeps nothing between two calls: what
/// breaks a law once breaks it again with the same bytes alone.
package struct FuzzTarget: Sendable {
    package let name: String
    /// Longest input worth trying.
    package let lengthMax: Int
    package let run: @Sendable (UnsafeRawBufferPointer) -> Void
    /// Inputs to begin with: real captures where `APUS_DATA` names them, and what we encode.
    package let seeds: @Sendable () -> [[UInt8]]

    init(
        _ name: String,
        lengthMax: Int,
        seeds: @escaping @Sendable () -> [[UInt8]] = { [] },
        run: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
    ) {
        self.name = name
        self.lengthMax = lengthMax
        self.run = run
        self.seeds = seeds
    }

    package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Stops the process when a law is broken, as a trap would: the fuzzer keeps the input.
@inline(__always)
func law(_ holds: Bool, _ text: @autoclosure () -> String) {
    if !holds { lawBroken(text()) }
}

@inline(never)
private func lawBroken(_ text: String) -> Never { fatalError("law broken: \(text)") }
