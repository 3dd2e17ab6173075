internal import Crossing
internal import HotPath
internal import Settings
internal import Vocabulary

/// What a replayed ledger holds, by the names of the image it was replayed with.
enum HeldShares {
    /// The account's name for shares nobody could claim: they have a row behind the image's accounts.
    static let house = "house"

    static func ofAccounts(
        _ ledger: borrowing Ledger,
        _ image: HotImageView
    ) -> [DayStart.Holding] {
        rows(ledger, image, 0..<image.accountCount)
    }

    static func ofHouse(_ ledger: borrowing Ledger, _ image: HotImageView) -> [DayStart.Holding] {
        rows(ledger, image, image.accountCount..<image.accountCount + 1)
    }

    private static func rows(
        _ ledger: borrowing Ledger,
        _ image: HotImageView,
        _ accounts: Range<Int>
    ) -> [DayStart.Holding] {
        var rows: [DayStart.Holding] = []
        for account in accounts {
            for instrument in 0..<image.instrumentCount {
                let cell = ledger.position(
                    account: UInt16(account),
                    instrument: UInt16(instrument)
                )
                guard cell.pos != 0 else { continue }
                let isNamed = account < image.accountCount
                rows.append(
                    DayStart.Holding(
                        account: isNamed ? image.account(account).name.description : house,
                        symbol: image.instrument(instrument).symbol.description,
                        qty: cell.pos
                    )
                )
            }
        }
        return rows
    }
}
