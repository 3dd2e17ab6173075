/// Something the venue does wrong on purpose. Deterministic: the same orders meet the same fault.
package enum Fault: Equatable, Sendable {
    /// Closes a connection once it has been sent so many sequenced messages; once.
    case dropAfter(messages: Int)
    /// Answers every new order and replace with `J`.
    case rejectAll(reason: UInt16)
    /// Holds every answer back.
    case delayAnswers(ns: Int64)
    /// Loses every order, cancel and replace on the way in, without a word.
    case ignoreOrders
    /// Loses every cancel and mass cancel on the way in, without a word.
    case ignoreCancels
    /// Breaks the n-th execution from now, right after it happened.
    case breakTrade(afterExecutions: Int)
    /// Goes on trading and says nothing any more, on no connection, not even a heartbeat. What it
    /// would have said follows when the fault ends.
    case silent
    /// Loses the n-th message about an order from now out of the first firm's drop copy; once.
    case copyDrop(messages: Int)
    /// The n-th message about an order from now says something else in that copy; once.
    case copyAlter(messages: Int)
    /// The drop copies say nothing, not even a heartbeat; it follows when the fault ends.
    case copySilent
    /// Loses every n-th packet of a feed line.
    case dropFeed(line: FeedLine, every: Int)
    /// Ends all of the above.
    case none
}

package enum FeedLine: String, Equatable, Sendable, CaseIterable {
    case a = "A"
    case b = "B"
}

/// A fault and when it begins: `reject-all`, `delay=50ms@5s`.
package struct FaultOrder: Equatable, Sendable {
    package let fault: Fault
    /// After the venue has started; 0: at once.
    package let afterNs: Int64

    package init(_ fault: Fault, afterNs: Int64 = 0) {
        self.fault = fault
        self.afterNs = afterNs
    }

    package static let forms = """
        drop-after=N, reject-all[=REASON], delay=DURATION, ignore-orders, ignore-cancels, \
        break-trade[=N], silent, drop-feed-a=N, drop-feed-b=N, copy-drop[=N], copy-alter[=N], \
        copy-silent, none; each with @DURATION to begin later
        """

    /// `nil` when `text` is none of ``forms``.
    package init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        var delay: Int64 = 0
        if parts.count == 2 {
            guard let parsed = Duration.parse(String(parts[1])) else { return nil }
            delay = parsed
        }
        let words = parts[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let value = words.count == 2 ? String(words[1]) : nil
        guard let fault = Self.fault(String(words[0]), value) else { return nil }
        self.init(fault, afterNs: delay)
    }

    private static func fault(_ name: String, _ value: String?) -> Fault? {
        let count = value.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        switch (name, value) {
        case ("drop-after", _): return count.map { .dropAfter(messages: $0) }
        case ("reject-all", nil): return .rejectAll(reason: RejectReason.other.rawValue)
        case ("reject-all", let text?): return UInt16(text).map { .rejectAll(reason: $0) }
        case ("delay", let text?): return Duration.parse(text).map { .delayAnswers(ns: $0) }
        case ("ignore-orders", nil): return .ignoreOrders
        case ("ignore-cancels", nil): return .ignoreCancels
        case ("break-trade", nil): return .breakTrade(afterExecutions: 1)
        case ("break-trade", _): return count.map { .breakTrade(afterExecutions: $0) }
        case ("silent", nil): return .silent
        case ("copy-silent", nil): return .copySilent
        case ("copy-drop", nil): return .copyDrop(messages: 1)
        case ("copy-drop", _): return count.map { .copyDrop(messages: $0) }
        case ("copy-alter", nil): return .copyAlter(messages: 1)
        case ("copy-alter", _): return count.map { .copyAlter(messages: $0) }
        case ("drop-feed-a", _): return count.map { .dropFeed(line: .a, every: $0) }
        case ("drop-feed-b", _): return count.map { .dropFeed(line: .b, every: $0) }
        case ("none", nil): return Fault.none
        default: return nil
        }
    }
}

/// Which faults are at work now.
package struct Faults: Equatable, Sendable {
    package private(set) var dropAfterMessages: Int?
    package private(set) var rejectReason: UInt16?
    package private(set) var answerDelayNs: Int64 = 0
    package private(set) var ignoresOrders = false
    package private(set) var ignoresCancels = false
    package private(set) var isSilent = false
    package private(set) var feedDrops: [FeedLine: Int] = [:]
    package private(set) var copiesAreSilent = false
    private var executionsToBreak: Int?
    private var copiesToDrop: Int?
    private var copiesToAlter: Int?

    package init() {}

    package mutating func begin(_ fault: Fault) {
        switch fault {
        case .dropAfter(let messages): dropAfterMessages = messages
        case .rejectAll(let reason): rejectReason = reason
        case .delayAnswers(let ns): answerDelayNs = ns
        case .ignoreOrders: ignoresOrders = true
        case .ignoreCancels: ignoresCancels = true
        case .breakTrade(let count): executionsToBreak = count
        case .silent: isSilent = true
        case .copySilent: copiesAreSilent = true
        case .copyDrop(let messages): copiesToDrop = messages
        case .copyAlter(let messages): copiesToAlter = messages
        case .dropFeed(let line, let every): feedDrops[line] = every
        case .none: self = Faults()
        }
    }

    mutating func connectionDropped() { dropAfterMessages = nil }

    /// What becomes of one message about an order on its way into the drop copies.
    enum CopyFate { case told, lost, altered }

    /// Counts one message about an order.
    mutating func copies() -> CopyFate {
        let isLost = Self.countDown(&copiesToDrop)
        let isAltered = Self.countDown(&copiesToAlter)
        return isLost ? .lost : isAltered ? .altered : .told
    }

    private static func countDown(_ left: inout Int?) -> Bool {
        guard let count = left else { return false }
        left = count > 1 ? count - 1 : nil
        return count == 1
    }

    /// Counts one execution; `true` when it is the one to break.
    mutating func breaksExecution() -> Bool {
        guard let left = executionsToBreak else { return false }
        executionsToBreak = left > 1 ? left - 1 : nil
        return left == 1
    }
}

/// Durations as flags write them: a number and `ns`, `us`, `ms`, `s`, `m` or `h`.
package enum Duration {
    /// Nanoseconds, a year at most; `nil` for anything else than a whole number of a known unit.
    package static func parse(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits) else { return nil }
        let units: [String: Int64] = [
            "ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
            "h": 3_600_000_000_000,
        ]
        guard let unit = units[String(text.dropFirst(digits.count))] else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow || product > 366 * 86_400_000_000_000 ? nil : product
    }
}
