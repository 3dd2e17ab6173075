import Crossing
import Glibc
import Journal
import Recovery
import Testing
import Vocabulary

@Suite("A date's records keep their names")
struct FormerNamesTests {
    private static let date: UInt32 = 20_261_120
    private let journal: String

    init() throws {
        var template = Array("/tmp/apus-names-XXXXXX".utf8CString)
        journal = template.withUnsafeMutableBufferPointer {
            String(cString: mkdtemp($0.baseAddress!))
        }
        mkdir("\(journal)/\(Self.date)", 0o750)
    }

    private func withImage<Result>(
        accounts: [String],
        _ body: (HotImageView, [UInt8]) throws -> Result
    ) throws -> Result {
        var writer = HotImageWriter()
        writer.header.tradingDate = Self.date
        writer.accounts = accounts.map {
            var account = ImageAccount()
            account.name = Name($0)!
            return account
        }
        let bytes = writer.bytes()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 64)
        defer { memory.deallocate() }
        bytes.withUnsafeBytes { memory.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        return try body(try HotImageView(memory, count: bytes.count), bytes)
    }

    /// The refusal of going on with `accounts` after a day that began with DESK1, DESK2.
    private func refusal(_ accounts: [String], kept: Bool = true) throws -> String? {
        let hash = try withImage(accounts: ["DESK1", "DESK2"]) { view, bytes in
            let path = JournalImages.path(
                journal: journal,
                tradingDate: Self.date,
                hash: view.hash
            )
            let fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0o640)
            _ = write(fd, bytes, bytes.count)
            close(fd)
            if !kept { unlink(path) }
            return view.hash
        }
        defer { removeJournal() }
        return try withImage(accounts: accounts) { view, _ in
            do throws(StartError) {
                try FormerNames.check(view, hash: hash, journal: journal, mustBeKept: true)
                return nil
            } catch {
                return error.description
            }
        }
    }

    private func removeJournal() {
        let day = "\(journal)/\(Self.date)"
        if let folder = opendir(day) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name.hasSuffix(".image") { unlink("\(day)/\(name)") }
            }
            closedir(folder)
        }
        rmdir(day)
        rmdir(journal)
    }

    @Test("the same names, or more behind them, go on")
    func same() throws {
        #expect(try refusal(["DESK1", "DESK2"]) == nil)
    }

    @Test("more behind them go on")
    func more() throws {
        #expect(try refusal(["DESK1", "DESK2", "DESK3"]) == nil)
    }

    @Test(
        "another order, or one fewer, is refused by list and row",
        arguments: [
            (["DESK2", "DESK1"], "accounts[0] is DESK2, this date's records know it as DESK1"),
            (["DESK1"], "accounts[1] is nothing, this date's records know it as DESK2"),
        ]
    )
    func moved(accounts: [String], wanted: String) throws {
        #expect(try refusal(accounts)?.contains(wanted) == true)
    }

    @Test("an image that is gone is asked for by its path")
    func lost() throws {
        #expect(try refusal(["DESK1"], kept: false)?.contains(".image: ") == true)
    }
}
