internal import Crossing
internal import Glibc
internal import Settings
internal import Vocabulary

/// Positions on their way from one trading date to the next: `day roll` writes them down, the first
/// `up` of the new date tells hot, as adjustments that stand in its journal with their reason.
struct CarriedPositions {
    struct Row: Equatable {
        let account: String
        let symbol: String
        let qty: Int64
    }

    let from: UInt32
    let to: UInt32
    let rows: [Row]

    /// What a day ended with, beyond the start positions that the configuration gives again.
    init(_ story: DayStory, to: UInt32) {
        from = story.tradingDate
        self.to = to
        rows = story.moved.filter { $0.value != 0 }
            .map { holding, qty in
                Row(
                    account: story.account(holding.account),
                    symbol: story.symbol(holding.instrument),
                    qty: qty
                )
            }
            .sorted { ($0.account, $0.symbol) < ($1.account, $1.symbol) }
    }

    private static func path(_ directory: StateDirectory) -> String {
        "\(directory.path)/carry.json"
    }

    func write(_ directory: StateDirectory) throws(Failure) {
        let positions = rows.map { row -> JSON in
            [
                "account": .string(row.account), "symbol": .string(row.symbol),
                "qty": .int(row.qty),
            ]
        }
        let json: JSON = [
            "from": .number(from), "to": .number(to), "positions": .array(positions),
        ]
        try FileBytes.write(json.text + "\n", to: Self.path(directory))
    }

    /// `nil` when nothing is on its way to that date.
    init?(_ directory: StateDirectory, to date: UInt32) {
        guard let bytes = try? FileBytes.read(Self.path(directory)), let json = JSON.parse(bytes),
            let from = json["from"]?.int, json["to"]?.int == Int64(date)
        else { return nil }
        self.from = UInt32(clamping: from)
        to = date
        rows = (json["positions"]?.array ?? []).compactMap { row in
            guard let account = row["account"]?.string, let symbol = row["symbol"]?.string,
                let qty = row["qty"]?.int
            else { return nil }
            return Row(account: account, symbol: symbol, qty: qty)
        }
    }

    /// Tells hot, at the configuration's prior closes.
    func tell(_ hot: HotClient, _ settings: Settings) throws(Failure) {
        for row in rows {
            guard
                let instrument = settings.instruments.first(where: {
                    $0.symbol.description == row.symbol
                })
            else {
                throw Failure(
                    .badInput,
                    "\(hot.stateDir)/carry.json: \(row.qty) \(row.symbol) of \(row.account) cannot be "
                        + "carried: \(row.symbol) is no longer an instrument"
                )
            }
            var frame = ControlFrame(.adjust)
            frame.symbol = instrument.symbol
            frame.account = try OrderArguments.name(row.account, "account")
            frame.qty = OrderQty(units: row.qty)
            frame.value = row.qty
            frame.px = Price(units: instrument.priorClose)
            frame.say("carried over from \(from)")
            let answer = try hot.ask(frame)
            guard answer.outcome == .done else {
                throw Failure(.refused, "carry.json: \(OrderAnswer.refusal(answer))")
            }
        }
    }

    /// They have arrived.
    static func remove(_ directory: StateDirectory) { unlink(path(directory)) }
}
