import Foundation

/// A small ITCH file by hand: frames of `u16 length | message`, fields as the specification has them.
enum FeedBytes {
    static func frame(_ message: [UInt8]) -> [UInt8] { big(UInt16(message.count)) + message }

    static func header(_ type: Character, _ locate: UInt16, _ ns: UInt32) -> [UInt8] {
        [type.asciiValue ?? 0] + big(locate) + [0, 0] + [0, 0] + big(ns)
    }

    static func add(
        _ reference: UInt64,
        _ side: Character,
        _ shares: UInt32,
        _ price: UInt32,
        ns: UInt32,
        locate: UInt16 = 7,
        stock: String = "AAA     "
    ) -> [UInt8] {
        frame(
            header("A", locate, ns) + big(reference) + [side.asciiValue ?? 0] + big(shares)
                + Array(stock.utf8) + big(price)
        )
    }

    static func execute(_ reference: UInt64, _ shares: UInt32, ns: UInt32) -> [UInt8] {
        frame(header("E", 7, ns) + big(reference) + big(shares) + big(UInt64(1)))
    }

    static func delete(_ reference: UInt64, ns: UInt32, locate: UInt16 = 7) -> [UInt8] {
        frame(header("D", locate, ns) + big(reference))
    }

    static func replace(
        _ reference: UInt64,
        _ new: UInt64,
        _ shares: UInt32,
        _ price: UInt32,
        ns: UInt32
    ) -> [UInt8] {
        frame(header("U", 7, ns) + big(reference) + big(new) + big(shares) + big(price))
    }

    static func systemEvent(ns: UInt32) -> [UInt8] { frame(header("S", 0, ns) + [0x4F]) }

    static func big<Field: FixedWidthInteger>(_ value: Field) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}

/// A file of its own, gone when the test is.
final class FeedFixture {
    let path: String

    init(_ bytes: [UInt8]) throws {
        path = FileManager.default.temporaryDirectory
            .appending(path: "apus-feed-\(UUID().uuidString)").path()
        try Data(bytes).write(to: URL(filePath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Data files that are not in the repository; tests that need them are skipped without.
enum FeedData {
    static let folder = ProcessInfo.processInfo.environment["APUS_DATA"]
    static var aapl: String {
        "\(folder ?? "")/itch50/aapl_20200130_locate13_first10k.itch50"
    }
    static let hasAAPL = FileManager.default.fileExists(atPath: aapl)
}
