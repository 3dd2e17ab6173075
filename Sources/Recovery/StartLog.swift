import Glibc
import HotPath
import Vocabulary

/// `state/hot.starts`: when hot began and how far every venue's stream had been applied then. An
/// orderly end takes it away, so what stands there are starts that died.
///
/// What a venue says can kill us again and again at the same message. The third start that finds a
/// venue's stream where the two before it found it, within a minute, sends nothing but cancels until
/// a person arms (semantics.md §2.14).
package struct StartLog: Equatable, Sendable {
    package static let windowNs: Int64 = 60_000_000_000
    package static let startsMax = 2

    package struct Start: Equatable, Sendable {
        package var nowNs: Int64
        package var appliedSeqs: [UInt64]

        package init(nowNs: Int64, appliedSeqs: [UInt64]) {
            self.nowNs = nowNs
            self.appliedSeqs = appliedSeqs
        }
    }

    /// Oldest first.
    package private(set) var starts: [Start] = []

    package init(starts: [Start] = []) { self.starts = starts }

    /// What stands in the file; whatever is no start is none: this file never stops one.
    package init(path: String) {
        for line in Self.read(path).split(separator: 0x0A) {
            let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
            guard let first = words.first, let nowNs = Int64(first) else { continue }
            let numbers = words.dropFirst().compactMap { UInt64($0) }
            guard numbers.count == words.count - 1 else { continue }
            starts.append(Start(nowNs: nowNs, appliedSeqs: numbers))
        }
    }

    /// The venue this start would be the third to die at; `nil` when there is none.
    package func stuckVenue(_ start: Start) -> Int? {
        let recent = starts.suffix(Self.startsMax).filter {
            start.nowNs - $0.nowNs < Self.windowNs && start.nowNs >= $0.nowNs
        }
        guard recent.count == Self.startsMax else { return nil }
        return start.appliedSeqs.indices.first { venue in
            let seq = start.appliedSeqs[venue]
            return seq > 0
                && recent.allSatisfy {
                    venue < $0.appliedSeqs.count && $0.appliedSeqs[venue] == seq
                }
        }
    }

    /// Adds a start, keeping only as many as are asked for again.
    package mutating func add(_ start: Start) {
        starts.append(start)
        starts.removeFirst(max(0, starts.count - Self.startsMax))
    }

    /// - Returns: `false` when it cannot be written.
    package func write(_ path: String) -> Bool {
        let text = starts.map { start in
            ([String(start.nowNs)] + start.appliedSeqs.map { String($0) }).joined(separator: " ")
        }
        let bytes = Array((text.joined(separator: "\n") + "\n").utf8)
        let temporary = path + ".new"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
        let fd = unsafe open(temporary, flags, 0o640)
        guard fd >= 0 else { return false }
        let wrote = unsafe Glibc.write(fd, bytes, bytes.count) == bytes.count
        // Durable: a machine that dies with us is in the loop too.
        let synced = fsync(fd) == 0
        close(fd)
        return unsafe wrote && synced && rename(temporary, path) == 0
    }

    private static func read(_ path: String) -> [UInt8] {
        let fd = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard fd >= 0 else { return [] }
        defer { close(fd) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let got = unsafe Glibc.read(fd, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, got)))
    }
}

extension Recovery {
    /// How far every venue's stream has been applied.
    package func start(nowNs: Int64, venues: Int) -> StartLog.Start {
        StartLog.Start(
            nowNs: nowNs,
            appliedSeqs: (0..<venues).map { ledger.appliedSeq(UInt8($0)) }
        )
    }

    /// The third start at the same message of a venue: cancels only, until a person arms.
    package mutating func noteCrashLoop(venue: Int) {
        sessions.needsArming = true
        sessions.crashLoopVenue = UInt8(venue)
    }
}
