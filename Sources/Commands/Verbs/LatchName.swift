internal import ArgumentParser
internal import Crossing
internal import Vocabulary

/// A latch as operators name it, for `kill --only` and `arm --only`.
enum LatchName: String, CaseIterable, ExpressibleByArgument {
    case kill
    case reduceOnly = "reduce-only"
    case reconcileBreak = "break"
    case loss
    case drawdown
    case executions
    case portfolio
    case ratio
    case rejects

    /// What stands in the frame's `detail`.
    var code: RiskCode {
        switch self {
        case .kill: .killFirm
        case .reduceOnly: .reduceOnly
        case .reconcileBreak: .unknownOrderOnSymbol
        case .loss: .lossLimit
        case .drawdown: .rapidDrawdown
        case .executions: .repeatedExecution
        case .portfolio: .portfolioLimit
        case .ratio: .orderToTradeRatio
        case .rejects: .consecutiveRejects
        }
    }
}

extension LatchName {
    /// Not every scope has every latch: a symbol no profit, a venue nothing but the kill.
    func check(_ scope: ScopeOptions) throws {
        switch self {
        case .kill: break
        case .reconcileBreak where scope.symbol == nil:
            throw ValidationError("--only break is a symbol's latch: give --symbol SYMBOL.")
        case .reconcileBreak: break
        case _ where scope.venue != nil:
            throw ValidationError(
                "--only \(rawValue): a venue has no latch but the kill; leave --only away."
            )
        case .reduceOnly: break
        case _ where scope.symbol != nil:
            throw ValidationError(
                "--only \(rawValue): a symbol has reduce-only and break; give --account, --strategy "
                    + "or none for the firm."
            )
        default: break
        }
    }
}

/// Whom a kill or an arm is about.
struct ScopeOptions: ParsableArguments {
    @Option(help: "Only this account.") var account: String?
    @Option(help: "Only this strategy.") var strategy: String?
    @Option(help: "Only this symbol.") var symbol: String?
    @Option(help: "Only this venue.") var venue: String?

    func validate() throws {
        if [account, strategy, symbol, venue].compactMap({ $0 }).count > 1 {
            throw ValidationError(
                "Give one of --account, --strategy, --symbol, --venue, or none for the firm."
            )
        }
    }

    var name: String { [account, strategy, symbol, venue].compactMap { $0 }.first ?? "firm" }

    /// "symbol AAPL", "the firm".
    var words: String {
        if let account { return "account \(account)" }
        if let strategy { return "strategy \(strategy)" }
        if let symbol { return "symbol \(symbol)" }
        if let venue { return "venue \(venue)" }
        return "the firm"
    }

    /// The scope as an option behind a blank, as other verbs take it; nothing for the firm.
    var flag: String {
        let row = words.split(separator: " ", maxSplits: 1)
        return words == "the firm" ? "" : " --\(row[0]) \(row[1])"
    }

    func aim(_ frame: inout ControlFrame) throws(Failure) {
        if let account {
            frame.scope = KillScope.account.rawValue
            frame.account = try OrderArguments.name(account, "--account")
        } else if let strategy {
            frame.scope = KillScope.strategy.rawValue
            frame.strategy = try OrderArguments.name(strategy, "--strategy")
        } else if let symbol {
            frame.scope = KillScope.symbol.rawValue
            frame.symbol = try OrderArguments.symbol(symbol)
        } else if let venue {
            frame.scope = KillScope.venue.rawValue
            frame.venue = try OrderArguments.name(venue, "--venue")
        }
    }
}
