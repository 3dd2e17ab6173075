package import Crossing
internal import Journal

/// A record names venues, symbols, accounts, strategies and logins by their row in the configuration
/// it was made under. A date goes on only under one in which each row still means what it meant:
/// lists may grow at their end, nothing else.
package enum FormerNames {
    /// Compares `image` with the one kept beside the date's journal under `hash`.
    ///
    /// - Throws: `.renamed` with the first row that means something else now; `.imageLost` when what
    ///   the rows meant cannot be told and `mustBeKept`.
    package static func check(
        _ image: HotImageView,
        hash: UInt64,
        journal: String,
        mustBeKept: Bool
    ) throws(StartError) {
        guard hash != 0, hash != image.hash else { return }
        let path = JournalImages.path(
            journal: journal,
            tradingDate: image.header.tradingDate,
            hash: hash
        )
        let former: JournalNames
        do throws(ImageError) {
            former = JournalNames(image: try HotImageFile.load(path).view)
        } catch {
            guard mustBeKept else { return }
            throw .imageLost(path: path, reason: "\(error)")
        }
        let now = JournalNames(image: image)
        try compare("venues", former.venues, now.venues)
        try compare("instruments", former.symbols, now.symbols)
        try compare("accounts", former.accounts, now.accounts)
        try compare("strategies", former.strategies, now.strategies)
        try compare("clients", former.clients, now.clients)
    }

    /// The image the date's journal was written under last.
    package static func check(_ image: HotImageView, journal: String) throws(StartError) {
        let hash: UInt64
        do throws(JournalError) {
            hash = try JournalImages.hash(journal: journal, tradingDate: image.header.tradingDate)
        } catch {
            // None yet; or one that cannot be read, which its reader refuses in its own words.
            return
        }
        try check(image, hash: hash, journal: journal, mustBeKept: true)
    }

    private static func compare(
        _ list: String,
        _ former: [String],
        _ now: [String]
    ) throws(StartError) {
        for (row, name) in former.enumerated() {
            let found = row < now.count ? now[row] : "nothing"
            guard found == name else {
                throw .renamed(list: list, row: row, was: name, now: found)
            }
        }
    }
}
