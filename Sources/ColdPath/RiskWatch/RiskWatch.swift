package import ColdCore
package import Vocabulary

/// The risk a day adds up to, out of records: order-to-trade ratio, drawdown, concentration and
/// leverage, executions without a human's hand, market abuse (risk-controls.md §2, 25–27, 34).
///
/// It only tightens, by asking hot for a latch; what an operator arms is looked at afresh.
package struct RiskWatch: Sendable {
    package enum Scope: Hashable, Sendable {
        case firm
        case strategy(UInt16)
    }

    /// A latch, as hot would record it.
    package struct Latch: Hashable, Sendable {
        package var scope: Scope
        package var code: RiskCode

        package init(_ scope: Scope, _ code: RiskCode) {
            self.scope = scope
            self.code = code
        }
    }

    package enum Pattern: String, Sendable { case spoofing, layering, wash }

    /// One thing for surveillance to look into.
    package struct Case: Sendable {
        package var pattern: Pattern
        package var t: Int64
        package var strategy: UInt16
        package var account: UInt16
        package var instrument: UInt16
        package var orderID: ClOrdID
        package var text: String

        init(_ pattern: Pattern, _ record: Record, _ text: String) {
            self.init(
                pattern,
                t: record.t,
                strategy: record.strategy,
                account: record.account,
                instrument: record.instrument,
                orderID: record.orderID,
                text
            )
        }

        init(
            _ pattern: Pattern,
            t: Int64,
            strategy: UInt16,
            account: UInt16,
            instrument: UInt16,
            orderID: ClOrdID,
            _ text: String
        ) {
            self.pattern = pattern
            self.t = t
            self.strategy = strategy
            self.account = account
            self.instrument = instrument
            self.orderID = orderID
            self.text = text
        }
    }

    /// Cases kept between two looks; of more, the first of each kind and the number of the rest.
    static let casesKept = 1_000

    private struct CaseKind: Hashable, Sendable {
        var pattern: Pattern
        var strategy: UInt16
        var instrument: UInt16
    }

    /// A latch hot has not recorded is asked for again.
    static let askAgainNs: Int64 = 2_000_000_000

    /// Limits that are broken now, and why.
    package private(set) var broken: [Latch: String] = [:]
    /// Strategies near the number of executions at which hot stops them.
    package private(set) var busy: [UInt16: Int] = [:]
    package private(set) var breaker: DrawdownBreaker?
    /// The configuration's, then what operators set while running.
    package private(set) var policy: RiskPolicy
    private var book: FirmBook
    private var ratios: OrderToTrade
    private var surveillance = Surveillance()
    private var cases: [Case] = []
    private var caseKinds: Set<CaseKind> = []
    private var untold: [Pattern: Int] = [:]
    private var executions: [UInt16: [Int64]] = [:]
    private var latched: Set<Latch> = []
    private var askedNs: [Latch: Int64] = [:]
    private var lastEquity: Int128
    private var hasLooked = false

    package init(reference: Reference) {
        policy = reference.risk
        book = FirmBook(reference)
        ratios = OrderToTrade(policy)
        lastEquity = Int128(policy.equity) + book.profit
        if policy.equity > 0 {
            breaker = DrawdownBreaker(
                start: lastEquity,
                at: 0,
                dailyBps: policy.dailyBps,
                rapidBps: policy.rapidBps,
                windowNs: policy.windowNs,
                markAgeNs: policy.markAgeNs
            )
        }
    }

    package var equity: Int128 { Int128(policy.equity) + book.profit }
    /// Instruments whose price matters.
    package var held: [UInt16] { book.held }

    // MARK: Records

    package mutating func apply(_ record: Record) {
        switch record.kind {
        case .kill, .arm: latch(record)
        case .limit: limit(record)
        default: break
        }
        if let broke = ratios.apply(record) {
            let latch = Latch(.strategy(broke.strategy), .orderToTradeRatio)
            if broken[latch] == nil { broken[latch] = broke.text }
        }
        if record.kind == .fill { execution(record) }
        for found in surveillance.apply(record) { keep(found) }
        guard book.apply(record) else { return }
        // Equity stood where it was until now: a peak that lasted ends now, not when it began.
        breaker?.mark(lastEquity, at: record.t)
        lastEquity = equity
        breaker?.mark(lastEquity, at: record.t)
        judge()
    }

    /// A start reads a whole day before anybody looks: what is kept of it must have an end. Whoever
    /// is told of a kind for the first time is told in full.
    private mutating func keep(_ found: Case) {
        let kind = CaseKind(
            pattern: found.pattern,
            strategy: found.strategy,
            instrument: found.instrument
        )
        let isFirst = caseKinds.insert(kind).inserted
        if isFirst || cases.count < Self.casesKept {
            cases.append(found)
        } else {
            untold[found.pattern, default: 0] += 1
        }
    }

    private mutating func limit(_ record: Record) {
        guard policy.set(record) else { return }
        ratios.set(policy)
        breaker?.set(
            dailyBps: policy.dailyBps,
            rapidBps: policy.rapidBps,
            markAgeNs: policy.markAgeNs
        )
        breaker?.mark(lastEquity, at: record.t)
        judge()
    }

    private mutating func execution(_ record: Record) {
        guard policy.executionsMax > 0, record.strategy != noIndex16,
            !record.flags.contains(.duplicate)
        else { return }
        var times = executions[record.strategy] ?? []
        times.removeAll { record.t - $0 >= policy.executionsWindowNs }
        times.append(record.t)
        executions[record.strategy] = times
        let isNear = Int64(times.count) * 5 >= policy.executionsMax * 4
        busy[record.strategy] = isNear ? times.count : nil
    }

    private mutating func latch(_ record: Record) {
        let scope: Scope
        if record.isOfFirm {
            scope = .firm
        } else if record.isOfStrategy {
            scope = .strategy(record.strategy)
            // A human's hand: executions are counted from here.
            executions[record.strategy] = nil
            busy[record.strategy] = nil
        } else {
            return
        }
        if record.kind == .kill {
            if let code = RiskCode(rawValue: record.code) { latched.insert(Latch(scope, code)) }
            return
        }
        for code in [RiskCode.reduceOnly, .rapidDrawdown, .portfolioLimit, .orderToTradeRatio]
        where record.code == 0 || record.code == code.rawValue {
            arm(Latch(scope, code), at: record.t)
        }
    }

    private mutating func arm(_ latch: Latch, at t: Int64) {
        guard latched.remove(latch) != nil else { return }
        broken[latch] = nil
        askedNs[latch] = nil
        let now = equity
        let start = breaker?.start ?? now
        switch (latch.code, latch.scope) {
        case (.orderToTradeRatio, .strategy(let strategy)): ratios.forget(strategy)
        case (.rapidDrawdown, .firm): breaker?.arm(at: t, equity: now)
        case (.reduceOnly, .firm) where breaker?.trip?.reason == .marksStale:
            breaker?.arm(at: t, equity: start)
        default: break
        }
    }

    // MARK: Limits of the whole book

    private mutating func judge() {
        set(Latch(.firm, .portfolioLimit), concentrationText)
        set(Latch(.firm, .reduceOnly), leverageText ?? staleText)
        if let trip = breaker?.trip, trip.reason != .marksStale {
            set(
                Latch(.firm, .rapidDrawdown),
                "drawdown, \(trip.reason.rawValue): equity \(dollars(equity)), start of day "
                    + "\(dollars(breaker?.start ?? 0)), peak \(dollars(breaker?.peak ?? 0))"
            )
        }
    }

    private mutating func set(_ latch: Latch, _ text: String?) {
        // What is latched stays until it is armed, also when its reason has gone.
        if text == nil, latched.contains(latch) { return }
        if broken[latch] != nil, text != nil { return }
        broken[latch] = text
    }

    private var concentrationText: String? {
        guard policy.concentrationMax > 0, book.gross > Int128(policy.concentrationFrom),
            let points = book.concentration, points > Int128(policy.concentrationMax)
        else { return nil }
        return "concentration \(points) points, \(policy.concentrationMax) allowed"
    }

    private var leverageText: String? {
        guard policy.leverageMaxMilli > 0,
            book.gross * 1_000 > Int128(policy.leverageMaxMilli) * max(0, equity)
        else { return nil }
        return "leverage: gross \(dollars(book.gross)) on equity \(dollars(equity)), "
            + "\(Double(policy.leverageMaxMilli) / 1_000) times allowed"
    }

    /// Sums here are in price units.
    private func dollars(_ units: Int128) -> String { Money(hundredths: units * 100).text }

    private var staleText: String? {
        breaker?.trip?.reason == .marksStale
            ? "marks of held positions are older than \(policy.markAgeNs / 1_000_000) ms" : nil
    }

    /// Time passes: `isMarked` says that every held position has a market to be marked by.
    package mutating func look(isMarked: Bool, nowNs: Int64) {
        if !hasLooked || isMarked || book.isFlat {
            hasLooked = true
            breaker?.mark(lastEquity, at: nowNs)
        } else {
            breaker?.look(at: nowNs)
        }
        judge()
    }

    // MARK: What is wanted

    /// Latches to be set now: broken, and not set as far as hot's records say.
    package mutating func takeLatches(nowNs: Int64) -> [(latch: Latch, text: String)] {
        var wanted: [(Latch, String)] = []
        for (latch, text) in broken where !latched.contains(latch) {
            if let asked = askedNs[latch], nowNs - asked < Self.askAgainNs { continue }
            askedNs[latch] = nowNs
            wanted.append((latch, text))
        }
        return wanted.sorted { $0.1 < $1.1 }
    }

    /// Cases since the last call; at most ``casesKept`` and one of each kind.
    package mutating func takeCases() -> [Case] {
        defer {
            cases.removeAll()
            caseKinds.removeAll()
        }
        return cases
    }

    /// How many more there were, by pattern.
    package mutating func takeUntold() -> [Pattern: Int] {
        defer { untold = [:] }
        return untold
    }
}
