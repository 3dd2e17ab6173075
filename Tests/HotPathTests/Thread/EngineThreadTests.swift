import CShims
import Glibc
import HotPath
import Synchronization
import Testing

@Suite("The engine's thread")
struct EngineThreadTests {
    @Test("runs its body on the CPU asked for and tells what was done")
    func pinned() throws {
        var config = ThreadConfig()
        config.cpu = 0
        config.lockMemory = false
        let seen = Cell()
        let thread = try EngineThread.start(config) { facts in
            seen.cpu.store(Int(shim_thread_cpu()), ordering: .releasing)
            seen.told.store(Int(facts.cpu), ordering: .releasing)
        }
        thread.join()
        #expect(seen.cpu.load(ordering: .acquiring) == 0)
        #expect(seen.told.load(ordering: .acquiring) == 0)
        #expect(thread.facts.cpu == 0)
        #expect(thread.facts.timerSlackErrno == 0)
        #expect(!thread.facts.isMemoryLocked)
        #expect(thread.facts.lockErrno == 0)
    }

    @Test("without a CPU it runs anywhere")
    func unpinned() throws {
        var config = ThreadConfig()
        config.lockMemory = false
        let seen = Cell()
        let thread = try EngineThread.start(config) { _ in
            seen.cpu.store(1, ordering: .releasing)
        }
        thread.join()
        #expect(seen.cpu.load(ordering: .acquiring) == 1)
        #expect(thread.facts.cpu == -1)
    }

    @Test("refuses a CPU that is not isolated when it must be, and one that is not there")
    func isolation() throws {
        let root = try fixture(online: "0-3", isolated: "2-3\n")
        defer { removeFixture(root) }
        var config = ThreadConfig()
        config.root = root
        config.cpu = 1
        config.requireIsolatedCPU = true
        #expect(throws: HotThreadError.cpuNotIsolated(cpu: 1, isolated: "2-3")) {
            _ = try EngineThread.start(config) { _ in }
        }
        config.cpu = 9
        #expect(throws: HotThreadError.cpuAbsent(cpu: 9, online: "0-3")) {
            _ = try EngineThread.start(config) { _ in }
        }
    }

    @Test("memory is locked, or the errno says why not")
    func locked() async {
        // In a process of its own: locking all memory would slow every other test.
        await #expect(processExitsWith: .success) {
            let thread = try? EngineThread.start(ThreadConfig()) { _ in }
            thread?.join()
            guard let facts = thread?.facts else { exit(1) }
            exit(facts.isMemoryLocked == (facts.lockErrno == 0) ? 0 : 2)
        }
    }

    @Test("CPU lists are read as the kernel writes them")
    func lists() {
        #expect(CPUList.contains("0-3,6", 2))
        #expect(CPUList.contains("0-3,6", 6))
        #expect(!CPUList.contains("0-3,6", 5))
        #expect(!CPUList.contains("", 0))
    }

    private final class Cell: Sendable {
        let cpu = Atomic<Int>(-9)
        let told = Atomic<Int>(-9)
    }

    private func fixture(online: String, isolated: String) throws -> String {
        var template = Array("/tmp/apus-cpu-XXXXXX".utf8CString)
        let root = String(cString: mkdtemp(&template))
        var path = root
        for part in ["/sys", "/devices", "/system", "/cpu"] {
            path += part
            mkdir(path, 0o755)
        }
        for (name, text) in [("online", online), ("isolated", isolated)] {
            let fd = open(path + "/" + name, O_CREAT | O_WRONLY, 0o644)
            _ = write(fd, text, text.utf8.count)
            close(fd)
        }
        return root
    }

    private func removeFixture(_ root: String) {
        let folder = root + "/sys/devices/system/cpu"
        unlink(folder + "/online")
        unlink(folder + "/isolated")
        for part in ["/sys/devices/system/cpu", "/sys/devices/system", "/sys/devices", "/sys", ""] {
            rmdir(root + part)
        }
    }
}
