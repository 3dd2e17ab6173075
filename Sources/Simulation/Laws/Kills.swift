import Crossing
import Vocabulary

/// Law L6 (semantics.md §4.1): from the moment the kill word is up nothing is approved until the kill
/// has its record, and once it is obeyed no byte of a new order or replace leaves for its scope until
/// a person arms it, but for those its answer said had not left yet.
struct Kills {
    /// The turn that latched each scope a person killed.
    private var latched: [String: UInt64] = [:]
    private var turn: UInt64 = 0
    private var wordIsUp = false
    /// Bytes that may yet leave for what is killed.
    private var unsent: Int64 = 0
    /// The next packet's first byte left in an earlier turn.
    var isGoingOn = false

    mutating func beginTurn(wordIsUp isUp: Bool) {
        turn += 1
        wordIsUp = isUp
    }

    mutating func answered(_ bytes: UInt32) { unsent = Int64(bytes) }

    mutating func begin() {
        wordIsUp = false
        unsent = 0
    }

    /// Takes one record, with the scopes killed before it; what law it breaks, in words.
    mutating func take(_ record: AuditRecord, killed: Set<String>) -> String? {
        switch record.kind {
        case .kill
        where record.code == 0 && record.commandID != 0
            && !record.flags.contains(.fromCold):
            wordIsUp = false
            let scope = Exposure.scope(record)
            if latched[scope] == nil || !killed.contains(scope) { latched[scope] = turn }
        // A breaker's kill of what a person has armed is none of that person's.
        case .arm where record.code == 0: latched[Exposure.scope(record)] = nil
        case .operator where record.detail == UInt32(Command.Kind.kill.rawValue): wordIsUp = false
        case .new, .replaceReq, .modifyReq:
            if wordIsUp { return "approved while a kill is wanted and not obeyed" }
        default: break
        }
        return nil
    }

    /// An order or replace of `count` bytes leaves, while `killed` is.
    mutating func leaves(_ record: AuditRecord, _ count: Int, killed: Set<String>) -> String? {
        let scopes = Exposure.scopes(of: record).filter(killed.contains)
        guard !isGoingOn, let scope = scopes.first(where: { latched[$0, default: turn] < turn })
        else { return nil }
        unsent -= Int64(count)
        return unsent < 0 ? "\(scope) is killed, and nobody was told that it waits" : nil
    }
}
