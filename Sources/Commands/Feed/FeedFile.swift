internal import Foundation
internal import Wire

/// An ITCH file in BinaryFILE framing, whole in memory: mapped when it has a path, read when it
/// comes from standard input (`-`).
package struct FeedFile {
    package let name: String
    private let data: Data

    /// - Throws: ``Failure`` when the file cannot be read.
    package init(path: String) throws(Failure) {
        name = path == "-" ? "standard input" : path
        do {
            data =
                path == "-"
                ? FileHandle.standardInput.readDataToEndOfFile()
                : try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            let reason = (error as NSError).localizedDescription
            throw Failure(.badInput, "--itch \(path): cannot be read: \(reason)")
        }
    }

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        data = Data(bytes)
    }

    /// Hands every whole message to `body`.
    ///
    /// - Parameter body: message, its 1-based number in the file.
    /// - Returns: bytes behind the last whole message; 0 for a file that ends where a message does.
    package func forEachMessage(
        _ body: (_ message: UnsafeRawBufferPointer, _ number: Int) -> Void
    ) -> Int {
        data.withUnsafeBytes { (raw: UnsafeRawBufferPointer) in
            guard let base = raw.baseAddress else { return 0 }
            var cursor = BinaryFile.Cursor(base: base, count: raw.count)
            var number = 0
            while true {
                switch cursor.next() {
                case .message(let offset, let length):
                    number += 1
                    body(UnsafeRawBufferPointer(start: base + offset, count: length), number)
                case .end, .endOfSession: return 0
                case .truncated(let bytes): return bytes
                }
            }
        }
    }

    /// What to say of a file that ends inside a message.
    package func truncation(bytes: Int) -> Failure {
        Failure(
            .badInput,
            "\(name): cut inside a message: \(bytes) bytes behind the last whole one, at offset "
                + "\(data.count - bytes) of \(data.count)"
        )
    }
}
