internal import Crossing
internal import Vocabulary

/// What an order by hand asks for beside symbol, side, quantity and price: what goes together, said
/// before anything is sent. Exit 65 with the flag, its value and what would be right.
struct OrderTerms: Equatable {
    private(set) var tif = TimeInForce.day
    private(set) var minQty: Int64 = 0
    private(set) var maxFloor: Int64 = 0
    private(set) var expireSeconds: Int64 = 0
    private(set) var isHidden = false
    private(set) var postOnly = false

    init(
        qty: OrderQty,
        isMarket: Bool,
        tif: String,
        until: String?,
        minQty: String?,
        reserve: String?,
        hidden: Bool,
        postOnly: Bool
    ) throws(Failure) {
        let isFOK = tif.lowercased() == "fok"
        self.tif = try Self.timeInForce(tif)
        isHidden = hidden
        self.postOnly = postOnly
        guard (until != nil) == (self.tif == .goodTillTime) else {
            throw Failure(
                .badInput,
                until.map { "--until \"\($0)\" goes with --tif gtt" }
                    ?? "--tif gtt needs --until, as in --until 15:30:00"
            )
        }
        if let until { expireSeconds = try Self.secondsOfDay(until) }
        let isImmediate = self.tif == .immediateOrCancel || isMarket
        if let minQty {
            guard isImmediate, !isFOK else {
                throw Failure(.badInput, "--min-qty \"\(minQty)\" goes with --tif ioc")
            }
            self.minQty = try Self.part(minQty, of: qty, "--min-qty")
        }
        if isFOK { self.minQty = qty.units }
        if let reserve {
            guard !hidden, !isImmediate else {
                let other = hidden ? "--hidden" : "--tif \(tif)"
                throw Failure(.badInput, "--reserve \"\(reserve)\" does not go with \(other)")
            }
            maxFloor = try Self.part(reserve, of: qty, "--reserve")
        }
        guard !postOnly || !isImmediate else {
            throw Failure(.badInput, "--post-only does not go with an order that only takes")
        }
    }

    func fill(_ frame: inout ControlFrame) {
        frame.timeInForce = tif.rawValue
        frame.display = isHidden ? UInt8(ascii: "N") : UInt8(ascii: "Y")
        frame.fields.0 = minQty
        frame.fields.1 = maxFloor
        frame.fields.2 = expireSeconds
        frame.force = postOnly ? 1 : 0
    }

    private static func timeInForce(_ text: String) throws(Failure) -> TimeInForce {
        switch text.lowercased() {
        case "day": .day
        case "ioc", "fok": .immediateOrCancel
        case "gtt": .goodTillTime
        default: throw Failure(.badInput, "--tif \"\(text)\" is not one of day, ioc, fok, gtt")
        }
    }

    private static func part(
        _ text: String,
        of qty: OrderQty,
        _ flag: String
    ) throws(Failure) -> Int64 {
        guard let units = Int64(text), (1...qty.units).contains(units) else {
            throw Failure(
                .badInput,
                "\(flag) \"\(text)\" is not a whole number from 1 to the order's \(qty.units)"
            )
        }
        return units
    }

    private static func secondsOfDay(_ text: String) throws(Failure) -> Int64 {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.count == 2 ? Int64($0) : nil }
        guard parts.count == 3, numbers.count == 3, (0..<24).contains(numbers[0]),
            (0..<60).contains(numbers[1]), (0..<60).contains(numbers[2])
        else {
            throw Failure(.badInput, "--until \"\(text)\" is not a time of day, as in 15:30:00")
        }
        return numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
    }
}
