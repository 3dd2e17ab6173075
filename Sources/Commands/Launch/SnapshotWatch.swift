internal import Glibc

/// Starts a process that makes a snapshot whenever the journal has begun another segment.
///
/// One at a time, and never waited for: it makes the next start of hot shorter and nothing else, so
/// its failure is a line in `logs/snapshot.log`.
struct SnapshotWatch {
    private static let everyNs: Int64 = 1_000_000_000
    private var child: Child?
    private var seen = 1
    private var dueNs: Int64 = 0

    mutating func look(_ directory: StateDirectory, date: UInt32) {
        guard Ticks.now >= dueNs else { return }
        dueNs = Ticks.now + Self.everyNs
        if let child, child.isRunning { return }
        child = nil
        let names = FileBytes.names(in: "\(directory.journal)/\(date)")
        let segments = names.count { $0.hasSuffix(".seg") }
        guard segments > seen else { return }
        seen = segments
        child = try? Child.start(
            "apus-hot",
            name: "snapshot",
            arguments: ["--snapshot", "--state", directory.path],
            log: "\(directory.logs)/snapshot.log"
        )
    }

    mutating func end() {
        child?.end(patience: 0)
        child = nil
    }
}
