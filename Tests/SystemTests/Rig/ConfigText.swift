import Foundation

/// The demo configuration as text, changed where a test needs it otherwise.
struct ConfigText {
    var text: String

    init() throws {
        text = try String(
            contentsOfFile: "\(Built.repository)/config/demo.yaml",
            encoding: .utf8
        )
        // Other suites run beside this one: the engine may lose its CPU for longer than on a
        // machine of its own, and what a stall refuses (509) is not what these tests are about.
        try replace("stall_max: 50ms", "stall_max: 1s")
    }

    /// Exactly one place, or the test is about another file than it thinks.
    mutating func replace(_ old: String, _ new: String) throws {
        let pieces = text.components(separatedBy: old)
        guard pieces.count == 2 else {
            throw Missed("config: \"\(old)\" stands there \(pieces.count - 1) times, not once")
        }
        text = pieces.joined(separator: new)
    }

    /// One more login beside DESKA, with its own message rate.
    mutating func addClient(
        _ user: String,
        strategy: String,
        perSecond: Int,
        burst: Int
    ) throws {
        let block = """
              - user: \(user)
                password_file: secrets/\(user)
                account: DESK2
                desk: \(user)
                trader: trader1
                owner_group: 2
                firm: APUS
                strategies: [\(strategy)]
                symbols: all
                venues: all
                mode: direct
                rate: {per_second: \(perSecond), burst: \(burst)}

            """
        try replace("\n# Each of symbol, account and", "\(block)\n# Each of symbol, account and")
    }

    mutating func addStrategy(_ name: String, groupID: Int) throws {
        let row =
            "{name: \(name), group_id: \(groupID), account: DESK2, owner_group: 2, "
            + "venues: all, symbols: all, algos: false}"
        try replace(
            "\n# Logins on our own OUCH port",
            "  - \(row)\n\n# Logins on our own OUCH port"
        )
    }

    /// 1-based line on which `part` first stands.
    func line(of part: String) -> Int {
        let head = text.components(separatedBy: part)[0]
        return head.components(separatedBy: "\n").count
    }
}
