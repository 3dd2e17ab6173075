import Foundation

/// The demo configuration with limits so wide that what a run refuses is not their doing. Each
/// number carries the sum it comes from.
struct SoakConfig {
    private(set) var text: String

    init(from path: String, rate: Int) throws {
        guard let demo = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Missed("--config \"\(path)\": cannot be read")
        }
        text = demo
        // Restarts without end, and the hook that ends hot between record and submit.
        try replace("test_hooks: false", "test_hooks: true")

        // Alive at once: at most 2 000 that rest, and what is under way: the client holds back at
        // 1 000 unanswered. 16 384 lies above both. The ring holds a minute of that: cold reads the
        // whole day again at each of its starts, and one kill follows another.
        try replace("orders: 4096", "orders: 16384")
        try replace("audit_slots: auto", "audit_slots: 4194304")
        try replace("max_open_orders: 4000", "max_open_orders: 16000")
        try replace("max_open_orders: 2000", "max_open_orders: 16000")
        // Three messages an order at the offered rate over 100 s: 6 000 000 at 20 000/s, 432 MB.
        try replace("client_messages: 65536", "client_messages: \(300 * rate)")
        // Market orders of three busy venues: ours rest there too.
        try replace("book_orders: 131072", "book_orders: 524288")

        // An order and its cancel, twice over for bursts after a pause; venues keep a fifth.
        let wide = "{per_second: \(4 * rate), burst: \(2 * rate)}"
        try replace("{per_second: 5000, burst: 500}", wide, count: 3)
        try replace("{per_second: 20000, burst: 2000}", wide, count: 2)
        try replace("{per_second: 10000, burst: 1000}", wide)
        try replace(
            "per_second: 2000\n      burst: 200",
            "per_second: \(4 * rate)\n      burst: \(2 * rate)"
        )
        try replace("refusals_max: 10000", "refusals_max: 1000000")

        // A machine of two shared cores: what a stall or a slow answer refuses is not in question.
        try replace("stall_max: 50ms", "stall_max: 1s")
        try replace("ack: 1s", "ack: 5s")

        // One client sends much alike, and is refused much while a side is away.
        try replace(
            "duplicates: {max: 5, window: 50ms}",
            "duplicates: {max: 1000000, window: 50ms}"
        )
        try replace("rejects: {max: 50, window: 1s}", "rejects: {max: 1000000, window: 1s}")
        // 10 000 orders of 100 shares at $330, and a day of fills far beyond any run.
        let money = "\"900000000000.00\""
        for (key, value) in [
            ("max_gross", "50000000.00"), ("max_open_notional", "20000000.00"),
            ("max_gross", "30000000.00"), ("max_net", "20000000.00"),
            ("max_day_buy", "100000000.00"), ("max_day_sell", "100000000.00"),
            ("loss_limit", "250000.00"), ("loss_limit", "100000.00"),
        ] {
            try replace("\(key): \"\(value)\"", "\(key): \(money)")
        }
        try replace("max_long: 50000", "max_long: 50000000")
        try replace("max_short: 20000", "max_short: 50000000")
        try replace("max_day_qty: 1000000", "max_day_qty: 1000000000")
    }

    /// One venue that trades with nobody but us, and what it does wrong; a ring that will be full.
    mutating func fillAtOneVenue(ringSlots: Int, faults: String) throws {
        try replace("audit_slots: 4194304", "audit_slots: \(ringSlots)")
        try replace(
            "seed: 11\n      # Background messages a second.\n      rate: 400",
            "seed: 11\n      rate: 0\n      faults: [\(faults)]"
        )
        try replace("venues: all\n    mode: direct", "venues: [NASDAQ]\n    mode: direct")
        try replace("max_order_qty: 5000", "max_order_qty: 999999")
        try replace("max_order_notional: \"2500000.00\"", "max_order_notional: \"900000000.00\"")
    }

    /// Exactly so many places, or the demo file is no longer the one this was written for.
    private mutating func replace(_ old: String, _ new: String, count: Int = 1) throws {
        let pieces = text.components(separatedBy: old)
        guard pieces.count == count + 1 else {
            throw Missed("config: \"\(old)\" stands there \(pieces.count - 1) times, not \(count)")
        }
        text = pieces.joined(separator: new)
    }
}
