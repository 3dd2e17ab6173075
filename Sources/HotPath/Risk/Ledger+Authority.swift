import Crossing
package import Vocabulary

// Leave given by two persons: asked, given, used once, or run out.

extension Ledger {
    // MARK: Read

    package func authority(_ token: UInt64) -> Authority? {
        let place = authorityPlace(token)
        return place < 0 ? nil : authorities[place]
    }

    /// The next token's number; 0 when sixteen are open already.
    package func nextToken(nowNs: Int64) -> UInt64 {
        freeAuthority(nowNs) < 0 ? 0 : firm.lastToken &+ 1
    }

    /// Whether that person may agree: 213 no such request or used, 508 too late, 106 the one who
    /// asked, or nobody known.
    package func mayAgree(_ token: UInt64, uid: UInt32, nowNs: Int64) -> RiskCode {
        let place = authorityPlace(token)
        guard place >= 0, authorities[place].state == .asked else { return .orderNotFound }
        guard nowNs < authorities[place].expiryNs else { return .staleCommand }
        return uid == .max || uid == authorities[place].askedBy ? .notPermitted : .ok
    }

    /// The open request that means the same; 0 for none.
    package func openRequest(_ wanted: Authority, nowNs: Int64) -> UInt64 {
        for place in 0..<authorities.count
        where authorities[place].state == .asked && authorities[place].isOpen(nowNs)
            && authorities[place].means(wanted)
        { return authorities[place].token }
        return 0
    }

    /// A hard block (204, 209, 301/302, 305) that two persons lifted for this one order: stepped
    /// over, and remembered, because the price of a market order is known only later.
    @inline(never)
    func isLifted(_ candidate: inout Candidate, _ code: RiskCode, _ nowNs: Int64) -> Bool {
        guard override(for: &candidate, nowNs) != 0 else { return false }
        if candidate.lifted == .ok { candidate.lifted = code }
        return true
    }

    /// The token that covers it whole: symbol, side, size, price, time, and account and strategy
    /// where they are named. New orders only, and no legs: it is good for one; 0 for none.
    func override(for candidate: inout Candidate, _ nowNs: Int64) -> UInt64 {
        if candidate.isReplace || candidate.intent.leg != 0 { return 0 }
        let intent = candidate.intent
        for place in 0..<authorities.count {
            let leave = authorities[place]
            guard leave.act == .new, leave.state == .given, leave.isOpen(nowNs),
                leave.instrument == intent.instrument, leave.side == intent.side,
                intent.qty <= leave.qty,
                leave.account == noIndex16 || leave.account == intent.account,
                leave.strategy == noIndex16 || leave.strategy == intent.strategy
            else { continue }
            let (worst, bound) = (candidate.worstPx, leave.px.units)
            if candidate.px <= 0 || (candidate.isBuy ? worst <= bound : worst >= bound) {
                return leave.token
            }
        }
        return 0
    }

    // MARK: Changed by records

    /// `operator`: what a person asked and was not refused.
    mutating func operatorSaid(_ record: AuditRecord) -> Applied {
        guard record.code == 0, record.match != 0 else { return Applied() }
        switch Command.Kind(rawValue: UInt8(truncatingIfNeeded: record.detail)) {
        case .overrideAsk: return askAuthority(record)
        case .overrideConfirm: return giveAuthority(record)
        default: return Applied()
        }
    }

    private mutating func askAuthority(_ record: AuditRecord) -> Applied {
        let place = freeAuthority(record.t)
        guard place >= 0, let act = Command.Kind(rawValue: record.reason),
            record.match > firm.lastToken
        else { return outcome(.illegal) }
        firm.lastToken = record.match
        var asked = Authority()
        asked.token = record.match
        asked.act = act
        asked.state = .asked
        asked.expiryNs =
            act == .new
            ? min(record.value, sum(record.t, Authority.longestNs))
            : sum(record.t, Authority.longestNs)
        asked.qty = record.qty
        asked.px = record.px
        asked.value = act == .new ? 0 : record.value
        asked.orderID = record.orderID
        asked.askedBy = record.uid
        asked.instrument = record.instrument
        asked.account = record.account
        asked.strategy = record.strategy
        asked.side = record.side
        asked.venue = record.venue
        asked.outcome = record.status.rawValue
        authorities[place] = asked
        return outcome(.applied)
    }

    /// An override waits for its order; what else two persons agreed on is done in the same step.
    private mutating func giveAuthority(_ record: AuditRecord) -> Applied {
        guard mayAgree(record.match, uid: record.uid, nowNs: record.t) == .ok else {
            return outcome(.illegal)
        }
        let place = authorityPlace(record.match)
        authorities[place].givenBy = record.uid
        authorities[place].state = authorities[place].act == .new ? .given : .used
        return outcome(.applied)
    }

    /// The New that used it is recorded: it is gone, sent or not.
    mutating func useAuthority(_ token: UInt64) {
        let place = authorityPlace(token)
        if place >= 0 { authorities[place].state = .used }
    }

    private func authorityPlace(_ token: UInt64) -> Int {
        guard token != 0 else { return -1 }
        for place in 0..<authorities.count where authorities[place].token == token { return place }
        return -1
    }

    /// Never used, used up or run out; the oldest first.
    private func freeAuthority(_ nowNs: Int64) -> Int {
        var found = -1
        for place in 0..<authorities.count where !authorities[place].isOpen(nowNs) {
            if found < 0 || authorities[place].token < authorities[found].token { found = place }
        }
        return found
    }
}
