import Crossing
import Desk
import Glibc
import Journal
import Testing
import Vocabulary

/// `fdatasync` as the test wants it: a library put before the real one. What the plan file's first
/// byte says happens: `f` fails with EIO, `s` sleeps until it says otherwise. Each call leaves a
/// byte in the other file, so that a test can tell how often the disk was asked.
private final class SyncShim {
    let folder: String
    private let plan: String
    private let calls: String
    let environment: [String]

    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdlib.h>
        #include <unistd.h>
        static char wanted(void) {
            char byte = 'o';
            int fd = open(getenv("APUS_TEST_SYNC"), O_RDONLY);
            if (fd >= 0) { if (read(fd, &byte, 1) != 1) byte = 'o'; close(fd); }
            return byte;
        }
        int fdatasync(int fd) {
            int log = open(getenv("APUS_TEST_SYNCED"), O_WRONLY | O_CREAT | O_APPEND, 0640);
            if (log >= 0) { if (write(log, ".", 1) != 1) {} close(log); }
            while (wanted() == 's') usleep(2000);
            if (wanted() == 'f') { errno = EIO; return -1; }
            int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
            return real(fd);
        }
        """

    /// `nil` without a C compiler.
    init?(in folder: String) {
        self.folder = folder
        plan = "\(folder)/sync.plan"
        calls = "\(folder)/sync.calls"
        let library = "\(folder)/sync.so"
        environment = [
            "LD_PRELOAD=\(library)", "APUS_TEST_SYNC=\(plan)", "APUS_TEST_SYNCED=\(calls)",
        ]
        Self.write("\(folder)/sync.c", Self.source)
        let words = ["cc", "-shared", "-fPIC", "-o", library, "\(folder)/sync.c", "-ldl"]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for word in arguments { free(word) } }
        var pid: pid_t = 0
        var raw: Int32 = 1
        guard posix_spawnp(&pid, "cc", nil, nil, &arguments, environ) == 0,
            waitpid(pid, &raw, 0) == pid, raw == 0
        else { return nil }
        want("o")
    }

    func want(_ byte: String) { Self.write(plan, byte) }

    var callCount: Int {
        var status = stat()
        return stat(calls, &status) == 0 ? Int(status.st_size) : 0
    }

    private static func write(_ path: String, _ text: String) {
        // Under another name first: a reader never finds it empty.
        let fd = open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC, 0o640)
        _ = Glibc.write(fd, text, text.utf8.count)
        close(fd)
        rename(path + ".new", path)
    }
}

/// What hot may read while the disk under cold misbehaves (semantics.md §3.1, DESIGN §4).
@Suite(
    "apus-cold over a disk that fails, sleeps or is full",
    .serialized,
    .enabled(if: coldBinary != nil)
)
struct JournalDiskTests {
    private let hot: HotDouble
    private let record: AuditRecord

    init() throws {
        hot = try HotDouble(auditSlots: 1_024)
        var session = AuditRecord()
        session.kind = .session
        record = session
    }

    private var arguments: [String] { ["--state", hot.folder, "--shm-dir", hot.files.shmDir] }

    /// Waits, bounded, until it holds.
    private func eventually(_ holds: () throws -> Bool) rethrows -> Bool {
        var pause = pollfd(fd: -1, events: 0, revents: 0)
        for _ in 0..<4_000 {
            if try holds() { return true }
            poll(&pause, 1, 5)
        }
        return false
    }

    private func start(_ environment: [String]) throws -> ColdProcess {
        let cold = try ColdProcess(arguments, environment: environment)
        #expect(eventually { (try? hot.meetCold()) != nil && hot.coldHeartbeat != 0 })
        return cold
    }

    @Test("a sync that fails: hot is told, nothing more is given back, the disk is asked no more")
    func failing() throws {
        guard let shim = SyncShim(in: hot.folder) else { return }
        let cold = try start(shim.environment)
        #expect(hot.append(record))
        #expect(eventually { hot.coldAuditCursor == hot.region.audit.position })
        #expect(hot.coldJournalState == .ok)

        let durable = hot.coldAuditCursor
        shim.want("f")
        #expect(hot.append(record))
        #expect(eventually { hot.coldJournalState == .failed })
        let asked = shim.callCount
        // The disk is well again, and still it is not asked: what it lost it would not say.
        shim.want("o")
        for _ in 0..<20 { #expect(hot.append(record)) }
        let beat = hot.coldHeartbeat
        #expect(eventually { hot.coldHeartbeat > beat + 200_000_000 })
        #expect(shim.callCount == asked)
        #expect(hot.coldAuditCursor == durable)
        #expect(hot.coldJournalState == .failed)

        // A person starts cold again: everything comes out of the ring once more.
        _ = cold.end(SIGKILL)
        let second = try start(shim.environment)
        #expect(eventually { hot.coldAuditCursor == hot.region.audit.position })
        #expect(hot.coldJournalState == .ok)
        _ = second.end(SIGTERM)
        #expect(try hot.journaled() == hot.written.map(HotDouble.meaning))
    }

    @Test("a sync that sleeps: hot is told after the stall, and that it is over")
    func sleeping() throws {
        guard let shim = SyncShim(in: hot.folder) else { return }
        let cold = try start(shim.environment)
        let durable = hot.coldAuditCursor
        shim.want("s")
        #expect(hot.append(record))
        #expect(eventually { hot.coldJournalState == .stalled })
        #expect(hot.coldAuditCursor == durable)
        // The desk lives on: its heart beats while the sync is out.
        let beat = hot.coldHeartbeat
        #expect(eventually { hot.coldHeartbeat > beat })
        shim.want("o")
        #expect(eventually { hot.coldJournalState == .ok })
        #expect(eventually { hot.coldAuditCursor == hot.region.audit.position })
        #expect(cold.end(SIGTERM) == 0)
        #expect(try hot.journaled() == hot.written.map(HotDouble.meaning))
    }

    /// RLIMIT_FSIZE of another process; what it was. glibc shows prlimit to GNU sources only.
    private func limitFileSize(of pid: pid_t, to bytes: UInt) -> UInt? {
        typealias Call =
            @convention(c) (
                pid_t, Int32, UnsafePointer<rlimit>?, UnsafeMutablePointer<rlimit>?
            ) -> Int32
        guard let symbol = dlsym(nil, "prlimit") else { return nil }
        let call = unsafeBitCast(symbol, to: Call.self)
        var old = rlimit()
        guard call(pid, 1, nil, &old) == 0 else { return nil }
        var wanted = old
        wanted.rlim_cur = bytes
        return call(pid, 1, &wanted, nil) == 0 ? old.rlim_cur : nil
    }

    @Test("a full disk: hot is told, and that there is room again")
    func full() throws {
        let cold = try start([])
        let old = try #require(limitFileSize(of: cold.pid, to: 8_192))
        for _ in 0..<60 { #expect(hot.append(record)) }
        #expect(eventually { hot.coldJournalState == .full })
        #expect(hot.coldAuditCursor < hot.region.audit.position)
        #expect(limitFileSize(of: cold.pid, to: old) != nil)
        #expect(eventually { hot.coldJournalState == .ok })
        #expect(eventually { hot.coldAuditCursor == hot.region.audit.position })
        #expect(cold.end(SIGTERM) == 0)
        #expect(try hot.journaled() == hot.written.map(HotDouble.meaning))
    }
}
