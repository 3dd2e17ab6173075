/// ITCH messages byte by byte, written from the field table and not with Wire's encoder, so that a
/// mistake there cannot hide here.
enum ItchBytes {
    static func add(
        _ reference: UInt64,
        _ side: Character,
        _ shares: UInt32,
        _ price: UInt32,
        locate: UInt16 = 1,
        stock: String = "AAA",
        attribution: String? = nil
    ) -> [UInt8] {
        var bytes = header(attribution == nil ? "A" : "F", locate)
        bytes += big(reference) + [side.asciiValue ?? 0] + big(shares) + text(stock, 8) + big(price)
        if let attribution { bytes += text(attribution, 4) }
        return bytes
    }

    static func execute(
        _ reference: UInt64,
        _ shares: UInt32,
        match: UInt64 = 1,
        locate: UInt16 = 1
    ) -> [UInt8] {
        header("E", locate) + big(reference) + big(shares) + big(match)
    }

    static func execute(
        _ reference: UInt64,
        _ shares: UInt32,
        at price: UInt32,
        printable: Character = "Y",
        match: UInt64 = 1,
        locate: UInt16 = 1
    ) -> [UInt8] {
        header("C", locate) + big(reference) + big(shares) + big(match)
            + [printable.asciiValue ?? 0] + big(price)
    }

    static func cancel(_ reference: UInt64, _ shares: UInt32, locate: UInt16 = 1) -> [UInt8] {
        header("X", locate) + big(reference) + big(shares)
    }

    static func delete(_ reference: UInt64, locate: UInt16 = 1) -> [UInt8] {
        header("D", locate) + big(reference)
    }

    static func replace(
        _ reference: UInt64,
        with newReference: UInt64,
        _ shares: UInt32,
        _ price: UInt32,
        locate: UInt16 = 1
    ) -> [UInt8] {
        header("U", locate) + big(reference) + big(newReference) + big(shares) + big(price)
    }

    static func trade(
        _ shares: UInt32,
        _ price: UInt32,
        match: UInt64 = 1,
        locate: UInt16 = 1,
        stock: String = "AAA"
    ) -> [UInt8] {
        header("P", locate) + big(UInt64(0)) + [0x42] + big(shares) + text(stock, 8) + big(price)
            + big(match)
    }

    static func cross(_ shares: UInt64, _ price: UInt32, match: UInt64 = 1) -> [UInt8] {
        header("Q", 1) + big(shares) + text("AAA", 8) + big(price) + big(match) + [0x4F]
    }

    static func broken(match: UInt64) -> [UInt8] { header("B", 1) + big(match) }

    static func directory(_ stock: String, locate: UInt16) -> [UInt8] {
        header("R", locate) + text(stock, 8) + [0x51, 0x4E] + big(UInt32(100)) + [0x4E, 0x43]
            + text("Z ", 2) + [0x50, 0x4E, 0x4E, 0x31, 0x4E] + big(UInt32(0)) + [0x4E]
    }

    static func tradingAction(_ state: Character, stock: String = "AAA") -> [UInt8] {
        header("H", 1) + text(stock, 8) + [state.asciiValue ?? 0, 0x20] + text("", 4)
    }

    static func operationalHalt(_ action: Character) -> [UInt8] {
        header("h", 1) + text("AAA", 8) + [0x51, action.asciiValue ?? 0]
    }

    static func regSHO(_ action: Character) -> [UInt8] {
        header("Y", 1) + text("AAA", 8) + [action.asciiValue ?? 0]
    }

    static func systemEvent(_ event: Character) -> [UInt8] {
        header("S", 0) + [event.asciiValue ?? 0]
    }

    static func header(_ type: Character, _ locate: UInt16) -> [UInt8] {
        [type.asciiValue ?? 0] + big(locate) + big(UInt16(0)) + [0, 0, 0, 0, 0, 1]
    }

    static func big<Field: FixedWidthInteger>(_ value: Field) -> [UInt8] {
        stride(from: Field.bitWidth - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: value >> Field($0))
        }
    }

    static func text(_ value: String, _ count: Int) -> [UInt8] {
        Array(value.utf8) + [UInt8](repeating: 0x20, count: count - value.utf8.count)
    }
}
