import Foundation
import Testing

/// The arrows of ARCHITECTURE.md §2, as Package.swift states them, against what the files import.
@Suite("Who may import whom")
struct ImportTests {
    /// The repository's root, three folders above this file.
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let system: Set<String> = [
        "Glibc", "Foundation", "FoundationEssentials", "Synchronization", "Testing", "Dispatch",
        "PackageDescription", "Swift",
    ]
    /// Rooms that hot links: no Foundation, no YAML, no server stack.
    private static let withoutFoundation: Set<String> = [
        "Vocabulary", "Wire", "Crossing", "Journal", "HotPath", "HotControl", "Recovery",
        "ExchangeSimulator",
    ]

    private struct Room {
        var name: String
        var folder: String
        var imports: Set<String>
    }

    @Test("every import is an arrow of the package table")
    func arrows() throws {
        var wrong: [String] = []
        for room in try rooms() {
            for (file, module) in imports(below: room.folder) {
                let allowed =
                    room.imports.contains(module) || Self.system.contains(module)
                    || module == room.name
                if !allowed { wrong.append("\(file): \(room.name) may not import \(module)") }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    }

    @Test("what hot links knows no Foundation")
    func noFoundation() throws {
        var wrong: [String] = []
        for room in try rooms() where Self.withoutFoundation.contains(room.name) {
            for (file, module) in imports(below: room.folder) where module.hasPrefix("Foundation") {
                wrong.append("\(file): \(room.name) may not import \(module)")
            }
        }
        #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    }

    @Test("every room is listed in ARCHITECTURE.md")
    func listed() throws {
        let text = try String(
            contentsOf: Self.root.appending(path: "ARCHITECTURE.md"),
            encoding: .utf8
        )
        for room in try rooms() where room.folder.hasPrefix("Sources/") {
            let known = text.contains(room.name) || room.folder.hasPrefix("Sources/Apps/")
            #expect(known, "\(room.name) is not in ARCHITECTURE.md")
        }
    }

    @Test("a planted arrow is found")
    func planted() throws {
        let found = modules(
            in: "import Glibc\npackage import Yams\n@testable import struct Wire.OUCH\n"
        )
        #expect(found == ["Glibc", "Yams", "Wire"])
    }

    /// Reads the table in Package.swift: `room("Name", [ … ], path: …)` and its kin.
    private func rooms() throws -> [Room] {
        let manifest = try String(
            contentsOf: Self.root.appending(path: "Package.swift"),
            encoding: .utf8
        )
        let call = /(?s)\b(room|app|tests)\(\s*"([\w-]+)",\s*\[(.*?)\](.*?)\)\s*,?\n/
        let products = [
            "argumentParser": "ArgumentParser", "yams": "Yams", "nioCore": "NIOCore",
            "nioPosix": "NIOPosix", "histogram": "Histogram",
        ]
        var result: [Room] = []
        for match in manifest.matches(of: call) {
            let name = String(match.2)
            var allowed: Set<String> = []
            for word in match.3.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
                let bare = word.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
                allowed.insert(products[bare] ?? bare)
            }
            let folder: String =
                switch match.1 {
                case "app": "Sources/Apps/\(name)"
                case "tests": "Tests/\(name)"
                default:
                    match.4.firstMatch(of: /path: "([^"]+)"/).map { String($0.1) }
                        ?? "Sources/\(name)"
                }
            result.append(Room(name: name, folder: folder, imports: allowed))
        }
        #expect(result.count > 30, "the table in Package.swift could not be read")
        return result
    }

    private func imports(below folder: String) -> [(file: String, module: String)] {
        let base = Self.root.appending(path: folder)
        guard let walk = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
        else { return [] }
        var found: [(file: String, module: String)] = []
        for case let url as URL in walk where url.pathExtension == "swift" {
            let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
            for module in modules(in: text) { found.append((url.lastPathComponent, module)) }
        }
        return found
    }

    private func modules(in text: String) -> [String] {
        let line =
            /(?m)^(?:@\w+\s+)*(?:public |package |internal |private |fileprivate )?import (?:struct |enum |class |func |protocol )?(\w+)/
        return text.matches(of: line).map { String($0.1) }
    }
}
