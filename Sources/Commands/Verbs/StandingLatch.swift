internal import Crossing
internal import Vocabulary

/// A kill or another latch in force, as hot tells it.
struct StandingLatch: Equatable {
    let scope: KillScope
    /// Account, strategy, symbol or venue; empty for the firm.
    let name: String
    /// 0: the kill itself.
    let code: UInt16

    /// More than a person reads; what hot says wrongly must not keep the command for ever.
    private static var most: Int { 1000 }

    /// Everything in force now.
    static func all(_ hot: HotClient) throws(Failure) -> [StandingLatch] {
        var found: [StandingLatch] = []
        var frame = ControlFrame(.latchShow)
        frame.value = -1
        while found.count < most {
            let answer = try hot.ask(frame)
            guard answer.outcome == .done, answer.value > frame.value,
                let latch = StandingLatch(answer)
            else { break }
            found.append(latch)
            frame.value = answer.value
        }
        return found
    }

    private init?(_ answer: ControlFrame) {
        guard let scope = KillScope(rawValue: answer.scope) else { return nil }
        self.scope = scope
        code = UInt16(clamping: answer.detail)
        name =
            switch scope {
            case .firm: ""
            case .account: answer.account.description
            case .strategy: answer.strategy.description
            case .symbol: answer.symbol.description
            case .venue: answer.venue.description
            }
    }

    /// Whether an order of what was armed may meet it: another row of the same kind never does.
    func concerns(_ armed: KillScope, _ armedName: String) -> Bool {
        armed == .firm || scope != armed || name == armedName
    }

    var text: String {
        let what = code == 0 ? "kill" : "\(code) \(RiskCode(rawValue: code)?.meaning ?? "?")"
        return "\(what) of \(scope)\(name.isEmpty ? "" : " \(name)")"
    }
}
