internal import Crossing
internal import Vocabulary

/// What hot answered about an order: words for people, members for scripts, 77 for a refusal.
struct OrderAnswer {
    private let frame: ControlFrame
    private let done: String

    init(_ frame: ControlFrame, _ done: String) {
        self.frame = frame
        self.done = done
    }

    /// `detail` is asked only of a refusal: what of the order met which limit.
    func report(json: Bool, detail: (ControlFrame) -> String = { _ in "" }) throws(Failure) {
        guard frame.outcome == .done || frame.outcome == .awaitsSecond, frame.code == 0 else {
            if json { Console.out(Self.json(frame).text) }
            throw Failure(.refused, Self.refusal(frame, detail(frame)))
        }
        if json {
            Console.out(Self.json(frame).text)
        } else if frame.outcome == .awaitsSecond {
            Console.out(frame.words)
        } else {
            let about =
                frame.orderID == .none ? frame.symbol.description : frame.orderID.description
            Console.out("\(about): \(done)")
        }
    }

    /// What a cancel came to: an order that is over has nothing left to cancel, and what a venue
    /// does not answer for is asked of it again, or said by a person.
    static func canceled(_ frame: ControlFrame) -> String {
        guard let status = OrdStatus(rawValue: frame.status) else { return "cancel sent" }
        if status.isTerminal { return "over already (\(status)): nothing to cancel" }
        guard status == .unknown else { return "cancel sent" }
        return "UNKNOWN: canceled once its venue answers, or over by `apus order resolve`"
    }

    /// "refused with 301: price collar, buy; …".
    static func refusal(_ frame: ControlFrame, _ detail: String = "") -> String {
        let meaning = RiskCode(rawValue: frame.code)?.meaning ?? "unknown code"
        // Hot's own words often begin with the code and its meaning again, or are nothing else.
        let said = "\(frame.code) \(meaning)"
        let rest =
            frame.words.hasPrefix(said) ? frame.words.dropFirst(said.count) : frame.words[...]
        let own = rest.hasPrefix(": ") ? rest.dropFirst(2) : rest
        let words = own.isEmpty || own.contains(meaning) ? "" : "; \(own)"
        let order = frame.orderID == .none ? "" : " (`apus order why \(frame.orderID)`)"
        let more = detail.isEmpty ? "" : "; \(detail)"
        return "refused with \(frame.code): \(meaning)\(words)\(more)\(order)"
    }

    static func json(_ frame: ControlFrame) -> JSON {
        [
            "orderID": frame.orderID == .none ? .null : .string(frame.orderID.description),
            "code": .number(frame.code), "symbol": text(frame.symbol.description),
            "side": text(sideText(frame.side)), "qty": .int(frame.qty.units),
            "px": .int(frame.px.units), "leavesQty": .int(frame.leavesQty.units),
            "cumQty": .int(frame.cumQty.units), "status": text(statusText(frame.status)),
            "venue": text(frame.venue.description), "account": text(frame.account.description),
            "strategy": text(frame.strategy.description),
        ]
    }

    static func cells(_ frame: ControlFrame) -> [String] {
        [
            frame.orderID.description, frame.symbol.description, sideText(frame.side),
            String(frame.qty.units), Format.price(frame.px.units), String(frame.leavesQty.units),
            String(frame.cumQty.units), statusText(frame.status), frame.venue.description,
            frame.account.description, frame.strategy.description,
        ]
    }

    private static func sideText(_ raw: UInt8) -> String { Side(rawValue: raw)?.description ?? "" }
    private static func statusText(_ raw: UInt8) -> String {
        OrdStatus(rawValue: raw).map { "\($0)" } ?? ""
    }
    private static func text(_ value: String) -> JSON { value.isEmpty ? .null : .string(value) }
}
