internal import CShims
internal import Crossing
internal import Glibc

/// Where everything of one Apus stands (DESIGN §6).
struct StateDirectory: Sendable {
    let path: String

    var lock: String { "\(path)/lock" }
    var image: String { "\(path)/hot.image" }
    var ports: String { "\(path)/ports.json" }
    var logs: String { "\(path)/logs" }
    var journal: String { "\(path)/journal" }
    var venues: String { "\(path)/venues" }

    /// A roll that was begun and is not finished.
    var roll: String { "\(path)/roll.json" }
    /// What a date begins with, and what it is run with.
    func day(_ tradingDate: UInt32) -> String { "\(journal)/\(tradingDate)" }

    func venueLog(_ name: String) -> String { "\(venues)/\(name).jsonl" }

    /// Has anything been recorded on that date?
    func hasJournal(_ tradingDate: UInt32) -> Bool {
        FileBytes.names(in: "\(journal)/\(tradingDate)").contains { $0.hasSuffix(".seg") }
    }

    /// The last date before `tradingDate` of which anything is recorded.
    func lastJournal(before tradingDate: UInt32) -> UInt32? {
        FileBytes.names(in: journal).compactMap { UInt32($0) }
            .filter { $0 < tradingDate && hasJournal($0) }.max()
    }

    /// Default place of the shared files: tmpfs, named for user and state directory, so that two
    /// installations never meet.
    var sharedMemory: String { "/dev/shm/apus-\(getuid())-\(hash)" }

    private var hash: String {
        let full = realpath(path, nil)
        defer { free(full) }
        let name = full.map { String(cString: $0) } ?? path
        // FNV-1a, 64 bits: short, stable between builds, nothing secret.
        let value = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }

    /// Makes the directory, 0750, when it is not there; refuses one that is not ours to use.
    static func make(_ path: String) throws(Failure) {
        if mkdir(path, 0o750) == 0 { return }
        guard errno == EEXIST else {
            throw Failure(
                .badInput,
                "state_dir \(path): cannot be made: \(String(cString: strerror(errno)))"
            )
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw Failure(.badInput, "state_dir \(path): is not a directory")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            throw Failure(.badInput, "state_dir \(path): not writable for this user")
        }
    }

    /// Lends the image hot runs on; 69 when there is none, 65 when it cannot be read. A view is only
    /// valid while its file lives, so nobody gets one to keep.
    func withImage<Result>(_ body: (HotImageView) throws -> Result) throws -> Result {
        let file = try loadImage()
        return try withExtendedLifetime(file) { try body(file.view) }
    }

    private func loadImage() throws(Failure) -> HotImageFile {
        do {
            return try HotImageFile.load(image)
        } catch {
            if case .system(_, let code) = error, code == ENOENT {
                throw Failure(
                    .notRunning,
                    "\(image): not there; `apus up` or `apus config compile` makes it"
                )
            }
            throw Failure(.badInput, "\(image): \(error)")
        }
    }
}
