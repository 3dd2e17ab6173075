extension OrderTransition {
    /// How docs/order-states.md shows it.
    var cell: String {
        switch self {
        case .to(let status): "\(status)"
        case .stays: "·"
        case .lateFill: "late fill"
        case .illegal: ""
        }
    }

    /// docs/order-states.md, whole: written by a test, compared by the same test.
    public static var markdown: String {
        let states = OrdStatus.allCases.filter { $0 != .vacant }
        var lines = [
            "# The states of an order",
            "",
            "Made from the table in `Sources/Vocabulary/OrderTransition.swift`, which the engine, cold's",
            "mirror, `apus journal check` and the tests read. `APUS_WRITE_DOCS=1 ./dev test` writes it",
            "anew.",
            "",
            "A row is what happens, a column the state it happens in, a cell the state that follows.",
            "`·`: legal, the state stays. *late fill*: the shares are ours all the same, an incident is",
            "raised, the state stays. Empty: illegal, counted, nothing changes. `new` with shares",
            "executed is `partiallyFilled`. Requests in flight are flags on top of the state: cancel,",
            "replace, modify, and held (the venue keeps a cancel until a cross is over).",
            "",
            "| event | " + states.map { "\($0)" }.joined(separator: " | ") + " |",
            "|---|" + states.map { _ in "---|" }.joined(),
        ]
        for event in OrderEvent.allCases {
            let cells = states.map { $0.after(event).cell }
            lines.append("| \(event) | " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
