/// The engine's counters, by position in the counters region; each a 64-bit word that only the
/// engine writes. Append only: a number never changes its meaning.
@frozen
public enum HotCounter: Int, CaseIterable, Sendable {
    case turns = 0
    case turnNsMax = 1
    case stalls = 2
    case ordersApproved = 3
    case ordersRefused = 4
    case ordersSent = 5
    case cancelsSent = 6
    case replacesSent = 7
    case acks = 8
    case fills = 9
    case cancels = 10
    case venueRejects = 11
    case venueMessages = 12
    case clientMessages = 13
    case clientDoorRefusals = 14
    case clientDisconnects = 15
    case clientIgnored = 16
    case feedPackets = 17
    case feedMessages = 18
    case feedGaps = 19
    case feedRecovered = 20
    case feedSkipped = 21
    case commands = 22
    case commandsRefused = 23
    case auditRecords = 24
    case auditSlotsMax = 25
    case telemetryDropped = 26
    case incidents = 27
    case duplicates = 28
    case lateFills = 29
    case illegalTransitions = 30
    case notUnderstood = 31
    case killEpochObeyed = 32
    case systemCalls = 33
    case minorFaults = 34
    case unexpectedSystemCalls = 35
    case ordersLive = 36
    case ordersUnknown = 37
    case cancelIntents = 38
    case resentCancels = 39
    case gateOpen = 40
    case limitsVersion = 41
    case recordsUnwritten = 42
    case acceptGapNsMax = 43
    case triggerFires = 44
    case parkedNs = 45
    case transport = 46
    case allocations = 47

    public static let slots = 128
    public var name: String { "\(self)" }
}
