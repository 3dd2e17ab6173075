internal import ArgumentParser
internal import Crossing
internal import Vocabulary

struct OrderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order",
        abstract: "Orders by hand: enter, cancel, replace, look, ask why, resolve.",
        subcommands: [
            New.self, Cancel.self, Replace.self, Trigger.self, List.self, Show.self,
            OrderWhyCommand.self,
            Resolve.self, Override.self,
        ]
    )

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Enter an order; exit 77 with the code when the gate refuses it."
        )

        @Argument(help: "Symbol, as in AAPL.") var symbol: String
        @Argument(help: "buy, sell, short or exempt.") var side: String
        @Argument(help: "Shares.") var qty: String
        @Argument(help: "Limit price, as in 324.50, or market.") var price: String
        @Option(help: "Venue; without it the best displayed price decides.") var venue: String?
        @Option(help: "Account; without it the strategy's.") var account: String?
        @Option(help: "Strategy it is booked to.") var strategy = "HAND"
        @Option(help: "day, ioc, fok (all at once or nothing) or gtt (with --until).")
        var tif = "day"
        @Option(help: "With --tif gtt: Eastern time of day, as in 15:30:00.") var until: String?
        @Option(help: "With --tif ioc: at least so many shares, or nothing.") var minQty: String?
        @Option(help: "Show only so many shares, and refill from the rest.") var reserve: String?
        @Flag(help: "Show nothing.") var hidden = false
        @Flag(help: "Never take: canceled rather than executed on entry.") var postOnly = false
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            var frame = ControlFrame(.orderNew)
            frame.symbol = try OrderArguments.symbol(symbol)
            frame.side = try OrderArguments.side(side).rawValue
            frame.qty = try OrderArguments.qty(qty)
            let price = try OrderArguments.price(price)
            frame.px = price.price
            frame.ordType = price.ordType.rawValue
            let form = try OrderTerms(
                qty: frame.qty,
                isMarket: price.ordType == .market,
                tif: tif,
                until: until,
                minQty: minQty,
                reserve: reserve,
                hidden: hidden,
                postOnly: postOnly
            )
            form.fill(&frame)
            frame.venue = try OrderArguments.name(venue, "--venue")
            frame.account = try OrderArguments.name(account, "--account")
            frame.strategy = try OrderArguments.name(strategy, "--strategy")
            let met = LimitMet(asked: frame, state: state)
            try OrderAnswer(try state.hot.ask(frame), "sent")
                .report(json: output.json, detail: met.words)
        }
    }

    struct Cancel: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancel an order, or with --all every order the filters take.",
            usage: """
                apus order cancel <id> [--state <state>] [--json]
                apus order cancel --all --reason <reason> [--account <account>] \
                [--strategy <strategy>] [--symbol <symbol>] [--side <side>] [--venue <venue>] \
                [--state <state>] [--json]
                """,
            discussion: """
                Filters narrow together: --all --symbol AAPL --side buy. --side sell takes short \
                sales too. Triggers that the filters take end too; with --venue none, for they are \
                of no venue. Nothing is latched: trading goes on.
                """
        )

        @Argument(help: "Order id, 13 characters.") var id: String?
        @Flag(help: "Every live order that the filters take.") var all = false
        @Option(help: "With --all: of this account.") var account: String?
        @Option(help: "With --all: in this symbol.") var symbol: String?
        @Option(help: "With --all: buy, sell, short or exempt.") var side: String?
        @Option(help: "With --all: of this strategy.") var strategy: String?
        @Option(help: "With --all: at this venue.") var venue: String?
        @Option(help: "With --all, and needed there: why; it is recorded with your name.")
        var reason: String?
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard all != (id != nil) else {
                throw ValidationError("Give the id of one order, or --all.")
            }
            let filters = [account, symbol, side, strategy, venue, reason].compactMap { $0 }
            guard all || filters.isEmpty else {
                throw ValidationError("Filters and --reason go with --all.")
            }
            guard !all || reason != nil else { throw ValidationError("--all needs --reason.") }
        }

        func run() throws {
            if let id {
                var frame = ControlFrame(.orderCancel)
                frame.orderID = try OrderArguments.orderID(id)
                let answer = try state.hot.ask(frame)
                try OrderAnswer(answer, OrderAnswer.canceled(answer)).report(json: output.json)
                return
            }
            var frame = ControlFrame(.massCancel)
            if let symbol { frame.symbol = try OrderArguments.symbol(symbol) }
            if let side { frame.side = try OrderArguments.side(side).rawValue }
            frame.account = try OrderArguments.name(account, "--account")
            frame.strategy = try OrderArguments.name(strategy, "--strategy")
            frame.venue = try OrderArguments.name(venue, "--venue")
            frame.say(reason ?? "")
            let answer = try state.hot.ask(frame)
            if answer.outcome == .rejected {
                throw Failure(.refused, OrderAnswer.refusal(answer))
            }
            let told: JSON = [
                "canceled": .int(answer.value), "triggersEnded": .number(answer.detail),
            ]
            let text = "\(answer.value) orders: cancel sent\(triggers(answer))"
            Console.out(output.json ? told.text : text)
        }

        /// What became of the triggers, where there is something to say.
        private func triggers(_ answer: ControlFrame) -> String {
            if answer.detail > 0 { return "; \(answer.detail) triggers ended" }
            guard venue != nil else { return "" }
            do throws(Failure) {
                let count = try StandingTrigger.all(state.hot).count
                return count == 0 ? "" : "; \(count) triggers stand, which are of no venue"
            } catch {
                return "; a trigger is of no venue and stands, if there is one"
            }
        }
    }

    struct Replace: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change quantity and price. Quantity is the total, executed shares included."
        )

        @Argument(help: "Order id, 13 characters.") var id: String
        @Argument(help: "Total shares, executed ones included.") var qty: String
        @Argument(help: "Limit price.") var price: String
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            var frame = ControlFrame(.orderReplace)
            frame.orderID = try OrderArguments.orderID(id)
            frame.qty = try OrderArguments.qty(qty)
            frame.px = try OrderArguments.limitPrice(price, "PRICE")
            try OrderAnswer(try state.hot.ask(frame), "replace sent")
                .report(json: output.json) { LimitMet(asked: whole(frame), state: state).words($0) }
        }

        /// The request with what the order it is about already says of itself.
        private func whole(_ frame: ControlFrame) -> ControlFrame {
            let orders = try? state.hot.askAll(ControlFrame(.orderList))
            guard var order = orders?.first(where: { $0.orderID == frame.orderID }) else {
                return frame
            }
            order.qty = frame.qty
            order.px = frame.px
            return order
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Live orders, asked of hot; --all shows the day's, asked of cold."
        )

        @Flag(help: "Ended ones too.") var all = false
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            if all {
                let columns = [
                    "orderID", "symbol", "side", "qty", "px", "leavesQty", "cumQty", "avgPx",
                    "status", "venue", "account", "strategy",
                ]
                try ColdTable(verb: "orders", rows: "orders", columns: columns)
                    .print(state, output, [("limit", 10_000)])
                return
            }
            let orders = try state.hot.askAll(ControlFrame(.orderList)).filter {
                $0.orderID != .none
            }
            if output.json {
                Console.out(JSON.array(orders.map(OrderAnswer.json)).text)
                return
            }
            var table = Table([
                "order", "symbol", "side", "qty", "price", "leaves", "filled", "status", "venue",
                "account", "strategy",
            ])
            for order in orders { table.add(OrderAnswer.cells(order)) }
            Console.out(table.isEmpty ? "no live orders" : table.text)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One order with every event of its life, asked of cold."
        )

        @Argument(help: "Order id, 13 characters.") var id: String
        @OptionGroup var state: StateOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let id = try OrderArguments.orderID(id)
            let answer = try state.cold.ask("order", [("id", .string(id.description))])
            guard !output.json else {
                Console.out(answer.text)
                return
            }
            let columns = [
                "orderID", "symbol", "side", "qty", "px", "leavesQty", "cumQty", "canceledQty",
                "avgPx", "status", "pendingCancel", "pendingReplace", "tif", "venue", "account",
                "strategy", "owner", "parent", "code", "openedNs", "changedNs",
            ]
            Console.out(ColdTable.lines(answer.json["order"] ?? .null, columns))
            let fills = ColdTable.table(
                answer.json["fills"]?.array ?? [],
                ["tNs", "lastQty", "lastPx", "venue", "match", "liquidity", "fee"]
            )
            if !fills.isEmpty { Console.out(fills.text) }
        }
    }

    struct Resolve: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say how an UNKNOWN order ended, with evidence. Recorded with your name.",
            discussion: """
                Only an UNKNOWN order, or an order of a venue that lost our session. Shares filled \
                beyond those already known move the position at --price; the rest counts as \
                canceled, or the whole as rejected. Its owner is told.
                """
        )

        @Argument(help: "Order id, 13 characters.") var id: String
        @Option(help: "canceled, filled or rejected.") var outcome: String
        @Option(help: "Shares filled in all; without it as many as are known.")
        var filled: Int64 = 0
        @Option(help: "Price of what was filled.") var price: String?
        @Option(help: "Why you know: what the venue said, and who.") var evidence: String
        @OptionGroup var state: StateOptions

        func run() throws {
            var frame = ControlFrame(.resolve)
            frame.orderID = try OrderArguments.orderID(id)
            let outcomes: [String: OrdStatus] = [
                "canceled": .canceled, "filled": .filled, "rejected": .rejected,
            ]
            guard let status = outcomes[outcome] else {
                throw Failure(
                    .badInput,
                    "--outcome \"\(outcome)\" is not one of canceled, filled, rejected"
                )
            }
            frame.status = status.rawValue
            frame.detail = UInt32(status.rawValue)
            frame.cumQty = OrderQty(units: filled)
            frame.value = filled
            if let price { frame.px = try OrderArguments.limitPrice(price, "--price") }
            guard status != .filled || filled > 0 else {
                throw Failure(
                    .badInput,
                    "--outcome filled needs --filled above 0: the shares filled in all"
                )
            }
            frame.say(evidence)
            try OrderAnswer(try state.hot.ask(frame), "resolved").report(json: false) {
                $0.code == RiskCode.orderNotFound.rawValue
                    ? StateMet(asked: frame, state: state).words($0) : ""
            }
        }
    }
}
