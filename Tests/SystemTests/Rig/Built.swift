import Foundation
import Glibc
import Testing

/// The binaries under test, and what surrounds them.
enum Built {
    /// Folder of the release binaries; `./dev test` sets it.
    static let folder = ProcessInfo.processInfo.environment["APUS_BIN"]
    static let data = ProcessInfo.processInfo.environment["APUS_DATA"]
    static var isThere: Bool { folder != nil }
    static let reason: Comment = "needs APUS_BIN, the folder of the binaries (./dev test sets it)"

    static func path(_ binary: String) -> String { "\(folder ?? ".")/\(binary)" }

    static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path()
}

/// Something the rig waited for and did not get.
struct Missed: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Monotonic ns.
func monotonicNs() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

func text(ns: Int64) -> String {
    ns >= 1_000_000_000
        ? String(format: "%.2f s", Double(ns) / 1e9) : String(format: "%.2f ms", Double(ns) / 1e6)
}

/// Looks again and again until it is so; `false` when it was not within the time.
func waits(_ seconds: Double, until holds: () throws -> Bool) rethrows -> Bool {
    let end = monotonicNs() + Int64(seconds * 1e9)
    while true {
        if try holds() { return true }
        if monotonicNs() > end { return false }
        usleep(5_000)
    }
}

/// The same, as an error that says what was missing.
func require(
    _ what: String,
    within seconds: Double,
    _ holds: () throws -> Bool
) throws {
    guard try waits(seconds, until: holds) else {
        throw Missed("\(what): not within \(seconds) s")
    }
}
