import Commands
import Crossing
import Foundation
import Settings
import Testing

/// What `up`, `down`, `day` and `demo` refuse before anything has started.
@Suite("Before anything starts, apus")
struct LaunchTests {
    private let folder: TemporaryFolder
    private var state: String { "\(folder.path)/state" }

    init() throws { folder = try TemporaryFolder() }

    @Test("up on a state directory that is up ends with 75 and names the pid")
    func secondUp() throws {
        try FileManager.default.createDirectory(
            atPath: state,
            withIntermediateDirectories: true
        )
        let lock = try FileLock.acquire("\(state)/lock")
        let tool = Tool.run("up", "--config", Tool.demo, "--state", state)
        #expect(tool.status == 75)
        #expect(
            tool.err
                == "apus: \(state)/lock: pid \(getpid()) is up on this state directory; `apus down` "
                + "stops it\n"
        )
        // It changed nothing.
        #expect(try FileManager.default.contentsOfDirectory(atPath: state) == ["lock"])
        _ = consume lock
    }

    @Test(
        "up in a state directory that others may write in ends with 65 and says what mends it",
        arguments: [0o777, 0o770]
    )
    func openFolder(mode: Int) throws {
        try FileManager.default.createDirectory(
            atPath: state,
            withIntermediateDirectories: true
        )
        #expect(chmod(state, mode_t(mode)) == 0)
        let tool = Tool.run("up", "--config", Tool.demo, "--state", state)
        #expect(tool.status == 65, "\(tool)")
        #expect(
            tool.err
                == "apus: state: \(state) is 0\(String(mode, radix: 8)): others may write in it; "
                + "`chmod 750 \(state)`\n"
        )
    }

    @Test("up with a configuration that is unsound ends with 65 and makes no directory")
    func unsound() throws {
        let path = try folder.write("bad.yaml", "version: 1\nhto: {}\n")
        let tool = Tool.run("up", "--config", path, "--state", state)
        #expect(tool.status == 65)
        #expect(tool.err.hasPrefix("apus: \(path):2: unknown key \"hto\" in the configuration"))
        #expect(!FileManager.default.fileExists(atPath: state))
    }

    @Test("up with a recording that is not there ends with 65")
    func noRecording() {
        let tool = Tool.run(
            "up",
            "--config",
            Tool.demo,
            "--state",
            state,
            "--itch",
            "/no/such.itch50"
        )
        #expect(tool.status == 65)
        #expect(tool.err == "apus: --itch \"/no/such.itch50\": no such file\n")
    }

    @Test("down where nothing is up ends with 69")
    func downOfNothing() {
        let tool = Tool.run("down", "--state", state)
        #expect(tool.status == 69)
        #expect(tool.err == "apus: nothing is up on \(state)\n")
    }

    @Test("demo on a directory with a journal ends with 65: it starts fresh")
    func staleDemo() throws {
        _ = try folder.write("state/journal/20261120/000001.seg", "")
        let tool = Tool.run("demo", "--config", Tool.demo, "--state", state)
        #expect(tool.status == 65)
        #expect(tool.err == "apus: --state \(state): has a journal; the demo starts fresh\n")
    }
}

@Suite("apus day roll")
struct DayRollTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        // A Friday.
        let tool = Tool.run(
            "config",
            "compile",
            Tool.demo,
            "--state",
            folder.path,
            "--set",
            "trading_date=2026-11-20"
        )
        try #require(tool.status == 0)
    }

    private func date() throws -> UInt32 {
        try HotImageFile.load("\(folder.path)/hot.image").view.header.tradingDate
    }

    private func roll(_ arguments: String...) -> Tool {
        Tool.run(["day", "roll", "--config", Tool.demo, "--state", folder.path] + arguments)
    }

    @Test("takes the next weekday")
    func nextWeekday() throws {
        #expect(roll().status == 0)
        #expect(try date() == 20_261_123)
        #expect(roll().status == 0)
        #expect(try date() == 20_261_124)
    }

    @Test("takes the date it is given, never one that is not later")
    func given() throws {
        #expect(roll("--date", "2026-12-01").status == 0)
        #expect(try date() == 20_261_201)
        let back = roll("--date", "2026-11-30")
        #expect(back.status == 65)
        #expect(
            back.err == "apus: --date 2026-11-30 is not after 2026-12-01, the day it follows\n"
        )
        #expect(try date() == 20_261_201)
    }

    @Test("refuses while the system is up")
    func whileUp() throws {
        let lock = try FileLock.acquire("\(folder.path)/lock")
        #expect(roll().status == 75)
        #expect(try date() == 20_261_120)
        _ = consume lock
    }

    @Test("needs an image to follow")
    func noImage() throws {
        try FileManager.default.removeItem(atPath: "\(folder.path)/hot.image")
        #expect(roll().status == 69)
    }
}
