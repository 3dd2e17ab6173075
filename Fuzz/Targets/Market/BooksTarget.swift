import HotPath
import Vocabulary
import Wire

extension FuzzTarget {
    /// Messages of every type, few references and prices, in any order: the books stay in order.
    static let books = FuzzTarget("books", lengthMax: 512, seeds: booksSeeds) { bytes in
        var books = FuzzBooks.make(orders: 16, levels: 4)
        var input = FuzzInput(bytes)
        var given: UInt64 = 0
        while !input.isEmpty {
            given += 1
            let message = FuzzBooks.message(&input)
            let change = message.withUnsafeBytes {
                books.apply(
                    venue: 0,
                    message: $0.baseAddress!,
                    length: $0.count,
                    tNs: Int64(given),
                    seq: given
                )
            }
            law(change.instrument < 2 || change.instrument == 0xFFFF, "a change is of a book")
            if given % 8 == 0 { look(books, Int64(given)) }
        }
        books.checkInvariants()
        look(books, Int64(given))
        law(books.counters(venue: 0).messages == given, "every message is counted")
    }

    private static func look(_ books: borrowing Books, _ nowNs: Int64) {
        let rule = ReferenceRule(maxSpread: 1 << 40, maxRefAgeNs: 1 << 60, priorClose: .zero)
        for row in UInt16(0)..<2 {
            let view = books.marketView(instrument: row, venue: 0, rule: rule, nowNs: nowNs)
            law(view.refPx.units >= 0, "a reference is no negative price")
        }
    }

    @Sendable private static func booksSeeds() -> [[UInt8]] {
        (0..<8).map { shift in (0..<96).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ shift) } }
    }
}

/// Books of two symbols, and messages that mostly concern them.
enum FuzzBooks {
    static func make(orders: Int, levels: Int) -> Books {
        Books(
            venueCount: 1,
            symbols: [Symbol("AAA")!, Symbol("BBB")!],
            ordersMax: orders,
            levelsMax: levels
        )
    }

    /// A message of its type's length, mostly; references, quantities and prices mostly small.
    static func message(_ input: inout FuzzInput) -> [UInt8] {
        let types = ITCH.MessageType.allCases
        let pick = input.u8()
        let type = types[Int(pick) % types.count]
        let how = input.u8()
        var bytes = [UInt8](repeating: 0, count: type.length)
        bytes[0] = type.rawValue
        bytes[2] = how & 3
        for index in 11..<bytes.count { bytes[index] = input.u8() }
        if how & 4 == 0 { for index in 11..<min(18, bytes.count) { bytes[index] = 0 } }
        if how & 8 == 0 {
            // Shares, and price where there is one, below 256.
            for index in [20, 21, 22, 32, 33, 34] where index < bytes.count { bytes[index] = 0 }
        }
        if how & 16 == 0, bytes.count >= 32 {
            if bytes[19] & 1 == 0 { bytes[19] = 0x42 } else { bytes[19] = 0x53 }
            bytes.replaceSubrange(24..<32, with: Array("AAA     ".utf8))
        }
        if type == .stockDirectory || how & 32 != 0, bytes.count >= 19 {
            bytes.replaceSubrange(
                11..<19,
                with: Array((how & 3 == 1 ? "AAA     " : "BBB     ").utf8)
            )
        }
        if how & 0xC0 == 0xC0 { bytes.removeLast(min(bytes.count - 1, Int(pick & 15))) }
        return bytes
    }
}
