package import ColdCore
package import Vocabulary

/// All parents of the day and what becomes of them.
///
/// An operator's verb becomes an `algo` command; it takes effect when hot's record of it comes back
/// through the audit ring, and only then: what the journal tells and what runs are the same. But
/// what stops a parent stops it at once, whether hot runs or not, and its record follows.
package struct ExecutionAlgos: Sendable {
    /// A start that hot refused, or has not recorded yet.
    package struct Starting: Sendable {
        package var spec: TwapSpec
        package var commandID: UInt64
        package var askedNs: Int64
        package var code: UInt16 = 0
    }

    package private(set) var parents: [UInt64: Twap] = [:]
    package private(set) var order: [UInt64] = []
    package private(set) var starting: [UInt64: Starting] = [:]
    /// Pauses and cancels asked for and not recorded yet: their parents trade no more. A cold that
    /// ends forgets them; their commands stand in the ring.
    package private(set) var stopping: [UInt64: Stopping] = [:]
    /// A parent that was told to stop.
    package struct Stopping: Sendable {
        package enum Verb: String, Sendable { case pause, cancel }
        package var verb: Verb
        var uid: UInt32
        var askedNs: Int64
        /// Of the person's command: what was asked before it does not undo it.
        var commandID: UInt64
    }

    /// `algo` records whose text no algo of this build understands.
    package private(set) var notUnderstood = 0

    private let reference: Reference
    private var parentOfOrder: [ClOrdID: UInt64] = [:]
    private var quietUntilNs: Int64 = .min

    package init(reference: Reference) { self.reference = reference }

    // MARK: Records

    package mutating func apply(_ record: Record) {
        switch record.kind {
        case .algo: told(record)
        case .kill: killed(record)
        case .new:
            guard record.parent != 0, parents[record.parent] != nil else { return }
            parentOfOrder[record.orderID] = record.parent
            parents[record.parent]?.open(record)
        case .reject where record.isGateReject && record.commandID != 0: refused(record)
        // A command hot would not even look at: a role, a repeated id.
        case .operator where record.code != 0 && record.commandID != 0:
            refused(record)
            if record.parent != 0 { parents[record.parent]?.verbCode = record.code }
        default:
            guard record.orderID != .none, let parent = parentOfOrder[record.orderID] else {
                return
            }
            parents[parent]?.childChanged(record)
        }
    }

    /// Whoever is killed does not trade on by itself once it is armed: a person resumes each parent.
    private mutating func killed(_ record: Record) {
        for parent in order {
            guard let spec = parents[parent]?.spec else { continue }
            let isMeant =
                record.isOfFirm || (record.isOfAccount && spec.account == record.account)
                || (record.isOfStrategy && spec.strategy == record.strategy)
                || (record.isOfSymbol && spec.instrument == record.instrument)
            if isMeant { parents[parent]?.pause(atNs: record.t) }
        }
    }

    private mutating func told(_ record: Record) {
        let words = record.text.split(separator: " ")
        guard words.count >= 2, words[0] == "twap", record.parent != 0 else {
            notUnderstood += 1
            return
        }
        parents[record.parent]?.verbCode = 0
        switch words[1] {
        case "start": started(record)
        case "pause":
            if stopping[record.parent]?.verb == .pause { stopping[record.parent] = nil }
            parents[record.parent]?.pause(atNs: record.t)
        case "resume":
            if let stop = stopping[record.parent], stop.commandID < record.commandID {
                stopping[record.parent] = nil
            }
            parents[record.parent]?.resume(atNs: record.t)
        case "cancel":
            stopping[record.parent] = nil
            parents[record.parent]?.cancel(atNs: record.t)
        case "end":
            guard words.count >= 3, let state = Twap.State(rawValue: String(words[2])),
                state.isOver
            else {
                notUnderstood += 1
                return
            }
            let mid = words.count > 4 ? Int64(words[4]) : nil
            stopping[record.parent] = nil
            parents[record.parent]?.end(state, atNs: record.t, twiceMid: mid)
        default: notUnderstood += 1
        }
    }

    private mutating func started(_ record: Record) {
        starting[record.parent] = nil
        guard parents[record.parent] == nil else { return }
        guard let spec = TwapSpec(text: record.text, reference) else {
            notUnderstood += 1
            return
        }
        var twap = Twap(id: record.parent, spec: spec, startedNs: record.t, uid: record.uid)
        twap.beQuiet(untilNs: quietUntilNs)
        parents[record.parent] = twap
        order.append(record.parent)
    }

    private mutating func refused(_ record: Record) {
        if let parent = starting.first(where: { $0.value.commandID == record.commandID })?.key {
            notStarted(parent, record.code)
        }
        for parent in order where parents[parent]?.inFlight[record.commandID] != nil {
            parents[parent]?.refused(commandID: record.commandID, record)
        }
    }

    private mutating func notStarted(_ parent: UInt64, _ code: UInt16) {
        starting[parent]?.code = code
        stopping[parent] = nil
    }

    // MARK: Time

    /// After a restart: commands of the cold before us may still be on their way into records, so
    /// no child leaves before they have expired and been read.
    package mutating func beQuiet(untilNs t: Int64) {
        quietUntilNs = t
        for parent in order { parents[parent]?.beQuiet(untilNs: t) }
    }

    package mutating func step(_ world: AlgoWorld, _ outbox: inout CommandOutbox) {
        for parent in order where parents[parent]?.state.isOver == false {
            let stop = stopping[parent]
            parents[parent]?.step(world, isToStop: stop != nil, &outbox)
            // A full ring takes no record of it, and says nothing.
            guard let stop, world.nowNs - stop.askedNs >= Twap.cancelAgainNs else { continue }
            ask(stop.verb, parent, uid: stop.uid, nowNs: world.nowNs, &outbox, again: true)
        }
    }

    /// What never reached the command ring: nothing of it can come back.
    package mutating func notSent(commandID: UInt64) {
        for parent in order { parents[parent]?.inFlight[commandID] = nil }
        if let parent = starting.first(where: { $0.value.commandID == commandID })?.key {
            notStarted(parent, RiskCode.sendQueueOrEventRoom.rawValue)
        }
    }

    /// A public trade, from telemetry.
    package mutating func traded(_ instrument: UInt16, px: Price, qty: OrderQty) {
        guard px.units > 0, (1...TwapSpec.qtyMax).contains(qty.units) else { return }
        for parent in order
        where parents[parent]?.state == .working && parents[parent]?.spec.instrument == instrument {
            parents[parent]?.market.add(px: px, qty: qty)
        }
    }

    // MARK: Verbs

    /// Asks for a new parent.
    ///
    /// - Returns: the parent's id, or one line that says what is wrong.
    package mutating func start(
        _ spec: TwapSpec,
        uid: UInt32,
        nowNs: Int64,
        _ outbox: inout CommandOutbox
    ) -> Result<UInt64, Refusal> {
        if let problem = spec.problem(reference) { return .failure(Refusal(problem)) }
        let parent = outbox.nextID()
        let words = spec.words(of: parent, spec.text(reference), letsTrade: true)
        let commandID = outbox.push(.algo(words), uid: uid)
        starting[parent] = Starting(spec: spec, commandID: commandID, askedNs: nowNs)
        return .success(parent)
    }

    /// `resume` for a parent that is not over.
    package mutating func resume(
        parent: UInt64,
        uid: UInt32,
        _ outbox: inout CommandOutbox
    ) -> Result<UInt64, Refusal> {
        if let refusal = notThere(parent) { return .failure(refusal) }
        guard let twap = parents[parent] else {
            return .failure(Refusal("parent: \(parent) has not been started yet"))
        }
        parents[parent]?.verbCode = 0
        let words = twap.spec.words(of: parent, "twap resume", letsTrade: true)
        outbox.push(.algo(words), uid: uid)
        return .success(parent)
    }

    /// `pause` or `cancel` for a parent that is not over, one whose start hot has not recorded yet
    /// included: it trades no more from now on.
    package mutating func stop(
        _ verb: Stopping.Verb,
        parent: UInt64,
        uid: UInt32,
        nowNs: Int64,
        _ outbox: inout CommandOutbox
    ) -> Result<UInt64, Refusal> {
        if let refusal = notThere(parent) { return .failure(refusal) }
        ask(verb, parent, uid: uid, nowNs: nowNs, &outbox)
        return .success(parent)
    }

    private mutating func ask(
        _ verb: Stopping.Verb,
        _ parent: UInt64,
        uid: UInt32,
        nowNs: Int64,
        _ outbox: inout CommandOutbox,
        again: Bool = false
    ) {
        guard let spec = parents[parent]?.spec ?? starting[parent]?.spec else { return }
        // A pause does not take a cancel back.
        let strongest = stopping[parent]?.verb == .cancel ? .cancel : verb
        let words = spec.words(of: parent, "twap \(strongest.rawValue)")
        let commandID = outbox.push(.algo(words), uid: uid)
        stopping[parent] = Stopping(
            verb: strongest,
            uid: uid,
            askedNs: nowNs,
            commandID: again ? stopping[parent]?.commandID ?? commandID : commandID
        )
    }

    private func notThere(_ parent: UInt64) -> Refusal? {
        if let twap = parents[parent] {
            guard twap.state.isOver else { return nil }
            return Refusal("parent: \(parent) is over (\(twap.state.rawValue))")
        }
        guard let start = starting[parent] else {
            return Refusal("parent: \(parent) is unknown; `apus algo list` shows them")
        }
        guard start.code != 0 else { return nil }
        return Refusal("parent: \(parent) was not started: hot refused it with \(start.code)")
    }

    package struct Refusal: Error, Equatable {
        package let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    /// Instruments a working parent trades: the ones whose quotes it needs.
    package var instruments: Set<UInt16> {
        Set(parents.values.filter { !$0.state.isOver }.map(\.spec.instrument))
    }
}
