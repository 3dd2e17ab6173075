internal import HotPath
package import Vocabulary
internal import Wire

/// The book of one symbol out of an ITCH file, built by the engine's own books.
package struct FeedBook {
    package let symbol: Symbol
    /// Price levels a side that are printed.
    package let levels: Int
    private let file: FeedFile

    package init(_ file: FeedFile, symbol: Symbol, levels: Int) {
        self.file = file
        self.symbol = symbol
        self.levels = levels
    }

    /// Runs the file through a book and calls `each` after every message of the symbol among
    /// A F E C X D U, also when its reference is unknown.
    ///
    /// - Returns: the book at the end.
    package func run(_ each: (borrowing Snapshot) -> Void) -> Result {
        // No more orders rest at once, and at no more prices, than were ever added.
        let room = max(1, added())
        var snapshot = Snapshot(symbol: symbol, levels: levels, room: room)
        let truncated = file.forEachMessage { message, number in
            if snapshot.apply(message, number: number) { each(snapshot) }
        }
        return Result(
            csv: snapshot.csvLine(),
            json: snapshot.json,
            table: snapshot.table,
            seen: snapshot.seen,
            truncatedBytes: truncated
        )
    }

    package struct Result {
        package let csv: [UInt8]
        package let json: String
        package let table: String
        /// Messages of the symbol.
        package let seen: Int
        package let truncatedBytes: Int
    }

    private func added() -> Int {
        var count = 0
        _ = file.forEachMessage { message, _ in
            let isAdd = message[0] == UInt8(ascii: "A") || message[0] == UInt8(ascii: "F")
            guard isAdd, message.count >= ITCH.AddOrderView.length else { return }
            // The stock stands at 24 in both.
            let stock = message.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
            if Symbol(raw: stock) == symbol { count += 1 }
        }
        return count
    }
}

extension FeedBook {
    /// The book as it stands after a message.
    package struct Snapshot: ~Copyable {
        private let symbol: Symbol
        private let levels: Int
        private var books: Books
        /// Number and ns of day of the last message that counts.
        private var number = 0
        private var tNs: UInt64 = 0
        fileprivate private(set) var seen = 0

        fileprivate init(symbol: Symbol, levels: Int, room: Int) {
            self.symbol = symbol
            self.levels = levels
            books = Books(venueCount: 1, symbols: [symbol], ordersMax: room, levelsMax: room)
        }

        /// - Returns: whether the message counts.
        fileprivate mutating func apply(_ message: UnsafeRawBufferPointer, number: Int) -> Bool {
            guard let base = message.baseAddress,
                let header = try? ITCH.HeaderView(message.bytes)
            else { return false }
            let timestampNs = header.timestampNs
            let isBookType = Self.changesBook(header.knownType)
            let change = books.apply(
                venue: 0,
                message: base,
                length: message.count,
                tNs: Int64(timestampNs),
                seq: UInt64(number)
            )
            guard change.instrument == 0 else { return false }
            seen += 1
            guard isBookType else { return false }
            self.number = number
            tNs = timestampNs
            return true
        }

        private static func changesBook(_ type: ITCH.MessageType?) -> Bool {
            switch type {
            case .addOrder, .addOrderMPID, .orderExecuted, .orderExecutedWithPrice, .orderCancel,
                .orderDelete, .orderReplace:
                true
            default: false
            }
        }

        private func level(_ isBid: Bool, _ depth: Int) -> PriceLevel? {
            books.level(instrument: 0, venue: 0, isBid: isBid, depth: depth)
        }

        /// `seq,tNs,` then bids, then asks, price and quantity each; empty where there is no level.
        package func csvLine() -> [UInt8] {
            var line = Array("\(number),\(tNs)".utf8)
            for isBid in [true, false] {
                for depth in 0..<levels {
                    line.append(UInt8(ascii: ","))
                    let level = level(isBid, depth)
                    if let level { line += String(level.price.units).utf8 }
                    line.append(UInt8(ascii: ","))
                    if let level { line += String(level.qty.units).utf8 }
                }
            }
            line.append(UInt8(ascii: "\n"))
            return line
        }

        package var json: String {
            let sides = [true, false].map { isBid in
                let levels = (0..<levels).compactMap { level(isBid, $0) }.map {
                    "{\"px\": \($0.price.units), \"qty\": \($0.qty.units), "
                        + "\"orders\": \($0.orderCount)}"
                }
                return "[" + levels.joined(separator: ", ") + "]"
            }
            return "{\"symbol\": \"\(symbol)\", \"seq\": \(number), \"tNs\": \(tNs), "
                + "\"bids\": \(sides[0]), \"asks\": \(sides[1])}"
        }

        package var table: String {
            func column(_ text: String) -> String {
                String(repeating: " ", count: max(1, 12 - text.count)) + text
            }
            var lines = ["\(symbol) after message \(number)"]
            lines.append(
                ["orders", "bid qty", "bid", "ask", "ask qty", "orders"].map(column).joined()
            )
            let depths = max(
                books.levelCount(instrument: 0, venue: 0, isBid: true),
                books.levelCount(instrument: 0, venue: 0, isBid: false)
            )
            for depth in 0..<min(levels, depths) {
                let bid = level(true, depth)
                let ask = level(false, depth)
                let cells = [
                    bid.map { "\($0.orderCount)" }, bid.map { "\($0.qty.units)" },
                    bid.map { Self.price($0.price) }, ask.map { Self.price($0.price) },
                    ask.map { "\($0.qty.units)" }, ask.map { "\($0.orderCount)" },
                ]
                lines.append(cells.map { column($0 ?? "") }.joined())
            }
            return lines.joined(separator: "\n")
        }

        private static func price(_ price: Price) -> String {
            let fraction = String(10_000 + price.units % 10_000).dropFirst()
            return "\(price.units / 10_000).\(fraction)"
        }
    }
}
