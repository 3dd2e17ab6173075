internal import Crossing
internal import Glibc
internal import Journal

/// The configuration a date was run with lies beside its journal: without it the records' indexes
/// and limits mean nothing, and another day's configuration gives another state.
enum DayImages {
    /// Before hot begins with it. One already there by that hash is the same.
    static func keep(
        _ bytes: [UInt8],
        _ directory: StateDirectory,
        _ tradingDate: UInt32
    ) throws(Failure) {
        try StateDirectory.make(directory.journal)
        try StateDirectory.make(directory.day(tradingDate))
        let path = JournalImages.path(
            journal: directory.journal,
            tradingDate: tradingDate,
            hash: hash(bytes)
        )
        guard !FileBytes.exists(path) else { return }
        try FileBytes.writeDurably(bytes, to: path)
    }

    /// The image that was in force at a sequence of a date; `hot.image` for a date older than the
    /// keeping of images, when it is that date's.
    ///
    /// - Throws: 65 when the date has none, or another date's is all there is.
    static func load(
        _ directory: StateDirectory,
        _ tradingDate: UInt32,
        at sequence: UInt64 = .max
    ) throws(Failure) -> HotImageFile {
        let hash: UInt64
        do throws(JournalError) {
            hash = try JournalImages.hash(
                journal: directory.journal,
                tradingDate: tradingDate,
                at: sequence
            )
        } catch {
            throw Failure(.badInput, "\(error)")
        }
        let kept = JournalImages.path(
            journal: directory.journal,
            tradingDate: tradingDate,
            hash: hash
        )
        guard !FileBytes.exists(kept) else { return try open(kept) }
        let image = try open(directory.image)
        let same = image.view.hash == hash || hash == 0
        guard same || image.view.header.tradingDate == tradingDate else {
            throw Failure(
                .badInput,
                "\(kept): not there, and \(directory.image) is of "
                    + "\(image.view.header.tradingDate): what \(tradingDate) was run with is lost"
            )
        }
        return image
    }

    private static func open(_ path: String) throws(Failure) -> HotImageFile {
        do throws(ImageError) {
            return try HotImageFile.load(path)
        } catch {
            throw Failure(.badInput, "\(path): \(error)")
        }
    }

    /// ``HotImageView/hash`` of an image not opened yet.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        let crc = bytes[12..<16].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return crc << 32 | UInt64(UInt32(bytes.count))
    }
}
