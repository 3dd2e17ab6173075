import Crossing
import Foundation
import Glibc
import Testing
import Vocabulary

/// What only hot's ring has is the day's too: a roll carries it, or says that it does not.
@Suite("apus day roll, with records only the ring has")
struct RingTailTests {
    private let state: StateJournal
    private let shared: String
    private var ring: String { "\(shared)/hot.shm" }

    init() throws {
        state = try StateJournal()
        let full = try #require(realpath(state.path, nil))
        defer { free(full) }
        // Where the shared files of a state directory are: FNV-1a of its path, 16 hex digits.
        let value = String(cString: full).utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        let digits = String(value, radix: 16)
        let name = String(repeating: "0", count: 16 - digits.count) + digits
        shared = "/dev/shm/apus-\(getuid())-\(name)"
        mkdir(shared, 0o750)
    }

    private func clean() {
        unlink(ring)
        rmdir(shared)
    }

    private func roll() -> Tool {
        Tool.run("day", "roll", "--config", Tool.demo, "--state", state.path)
    }

    /// A ring of that life with these records.
    private func leave(epoch: UInt64, _ records: [AuditRecord]) throws {
        let region = try HotRegion.create(
            path: ring,
            sizes: HotRegionSizes(
                auditSlots: 1024,
                telemetrySlots: 64,
                instruments: 3,
                venues: 2,
                clients: 1,
                storeBytes: 4096,
                storeMessages: 64,
                imageBytes: 65_536
            ),
            epoch: epoch,
            createdNs: 1
        )
        let image = try Data(contentsOf: URL(filePath: "\(state.path)/hot.image"))
        let isWritten = image.withUnsafeBytes { bytes in
            region.limits.write(bytes.baseAddress!, count: bytes.count, version: 1)
        }
        #expect(isWritten)
        var writer = AuditWriter(ring: region.audit, consumer: nil)
        for var record in records {
            record.t = 1_795_000_000_000_900_000
            record.slotCount = 2
            #expect(withUnsafeMutablePointer(to: &record) { writer.append($0, raw: nil) })
        }
    }

    @Test("of a later life than the journal's are named, and nothing is rolled")
    func later() throws {
        defer { clean() }
        try state.write([StateJournal.adjust(account: 0, instrument: 0, 300)])
        // The host's memory went; hot began epoch 2, and cold, whose disk was full, wrote none of it.
        try leave(
            epoch: 2,
            [
                StateJournal.kill(.account),
                StateJournal.adjust(account: 0, instrument: 0, -100),
            ]
        )
        let tool = roll()
        #expect(tool.status == 77)
        #expect(tool.out == "")
        #expect(
            tool.err.hasPrefix(
                "apus: \(ring): has records of epoch 2 of 20261120, and the journal ends with epoch 1: "
                    + "kills and fills may be among them. Make room"
            ),
            "\(tool.err)"
        )
        #expect(try state.image().view.header.tradingDate == 20_261_120)
        #expect(!FileManager.default.fileExists(atPath: "\(state.path)/roll.json"))
    }

    @Test("a later life that recorded nothing hinders nobody")
    func empty() throws {
        defer { clean() }
        try state.write([StateJournal.adjust(account: 0, instrument: 0, 300)])
        try leave(epoch: 2, [])
        #expect(roll().status == 0)
    }

    @Test("of an earlier life hinder nobody where the journal has them, and are named where not")
    func earlier() throws {
        defer { clean() }
        let record = StateJournal.adjust(account: 0, instrument: 0, 300)
        try state.write([record])
        try state.write([record], epoch: 2)
        try leave(epoch: 1, [record, record])
        let lost = roll()
        #expect(lost.status == 77)
        #expect(
            lost.err.contains("has records of epoch 1 that the journal of 20261120"),
            "\(lost.err)"
        )
        unlink(ring)
        try leave(epoch: 1, [record])
        let tool = roll()
        #expect(tool.status == 0, "\(tool.err)")
        #expect(tool.out.contains("carries 600 AAPL of DESK1"))
    }

    @Test(
        "of a date without a journal are named, and nothing is rolled; up keeps them and says where"
    )
    func noJournal() throws {
        defer { clean() }
        let kill = StateJournal.kill(.firm)
        try leave(epoch: 3, [kill, StateJournal.adjust(account: 0, instrument: 0, -100)])
        let tool = roll()
        #expect(tool.status == 77)
        #expect(
            tool.err.hasPrefix(
                "apus: \(ring): has 2 records of epoch 3 of 20261120 that no journal holds"
            ),
            "\(tool.err)"
        )
        #expect(try state.image().view.header.tradingDate == 20_261_120)

        // A roll that was begun: up refuses right behind, and nothing starts.
        _ = try state.folder.write("roll.json", "{\"from\": 20261120, \"to\": 20261123}\n")
        let up = Tool.run("up", "--config", Tool.demo, "--state", state.path)
        #expect(up.status != 0)
        let kept = "\(ring).20261120-3"
        defer { unlink(kept) }
        #expect(
            up.out.contains("kept as \(kept), in memory only: copy it before the host goes down"),
            "\(up.out)\(up.err)"
        )
        #expect(!FileManager.default.fileExists(atPath: ring))
        let region = try HotRegion.attach(path: kept, writable: false)
        #expect(region.audit.position == 4)
        #expect(roll().status == 0)
    }

    @Test("that tell of nothing but a start are dropped with their ring")
    func startOnly() throws {
        defer { clean() }
        var started = AuditRecord()
        started.kind = .session
        try leave(epoch: 3, [started])
        #expect(roll().status == 0)
    }

    @Test("in a ring that cannot be read are an error and never silence")
    func damaged() throws {
        defer { clean() }
        try state.write([StateJournal.adjust(account: 0, instrument: 0, 300)])
        try Data(repeating: 7, count: 8192).write(to: URL(filePath: ring))
        chmod(ring, 0o640)
        let tool = roll()
        #expect(tool.status == 65)
        #expect(tool.err.contains(ring) && tool.err.contains("move it away"), "\(tool.err)")
    }
}
