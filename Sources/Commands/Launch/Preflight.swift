internal import CShims
internal import Crossing
internal import Glibc
internal import Settings

/// What is looked at before anything starts: each line with its reason. A failure stops the start;
/// a warning is said and lived with.
struct Preflight {
    enum Verdict: String { case ok, warn, fail }

    struct Line {
        let name: String
        let verdict: Verdict
        let reason: String
        var status: ExitStatus = .badInput
    }

    private(set) var lines: [Line] = []

    init(
        _ settings: Settings,
        _ directory: StateDirectory,
        sharedMemory: String,
        settles: Bool = false
    ) {
        lines = [
            Line(name: "config", verdict: .ok, reason: "\(settings.file), every limit is there"),
            Self.day(settings, directory, settles), Self.binaries(), Self.clock(settings),
            Self.memoryLock(settings),
            Self.ioUring(settings),
            Self.cores(settings), Self.folder(settings, directory.path),
            Self.disk(directory.path),
            Self.sharedMemory(settings, sharedMemory),
            Self.ports(settings), Self.roles(settings),
        ]
    }

    var failure: Failure? {
        lines.first { $0.verdict == .fail }.map { Failure($0.status, "\($0.name): \($0.reason)") }
    }

    func report() {
        for line in lines {
            let name = line.name.padding(10)
            Console.out("  \(line.verdict.rawValue.padding(4))  \(name)  \(line.reason)")
        }
    }

    // MARK: Lines

    /// A simulated venue begins anew with every start and no longer knows a day it has traded: our
    /// sessions there would be lost (semantics §2.12), and the gate would stay closed.
    private static func day(
        _ settings: Settings,
        _ directory: StateDirectory,
        _ settles: Bool
    ) -> Line {
        let date = settings.tradingDate
        if let roll = DayRoll.pending(directory) {
            return Line(
                name: "day",
                verdict: .fail,
                reason: "a roll from \(roll.from) to \(roll.to) was begun and is not finished; "
                    + "`apus day roll --state \(directory.path)` finishes it"
            )
        }
        let journal = "\(directory.journal)/\(date.number)"
        guard directory.hasJournal(date.number) else {
            guard !settles else {
                return Line(
                    name: "day",
                    verdict: .fail,
                    reason: "nothing of \(date) is recorded: nothing is there to settle; "
                        + "`apus up` without --settle begins it"
                )
            }
            if let wrong = DayStartFile.withoutRoll(directory, date) {
                return Line(name: "day", verdict: .fail, reason: wrong)
            }
            return Line(name: "day", verdict: .ok, reason: "\(date), nothing recorded yet")
        }
        guard settings.venues.contains(where: { $0.simulate != nil }) else {
            return Line(name: "day", verdict: .ok, reason: "\(date) goes on, from its journal")
        }
        let forgotten = "\(journal) has a day that these simulated venues will not remember"
        guard !settles else {
            return Line(
                name: "day",
                verdict: .warn,
                reason: "\(forgotten); the gate stays shut"
            )
        }
        let open = (try? DayStory(directory, date: date.number))?.open.count ?? 0
        guard open == 0 else {
            return Line(
                name: "day",
                verdict: .fail,
                reason: "\(forgotten), and \(open) orders are open in it; "
                    + "`apus up --settle --state \(directory.path)` lets you say how they ended"
            )
        }
        return Line(
            name: "day",
            verdict: .fail,
            reason: "\(forgotten); `apus day roll --state \(directory.path)` begins the next"
        )
    }

    private static func binaries() -> Line {
        for name in ["apus-hot", "apus-cold", "apus-venue"] {
            do throws(Failure) { _ = try Sibling.path(name) } catch {
                return Line(name: "binaries", verdict: .fail, reason: error.description)
            }
        }
        return Line(name: "binaries", verdict: .ok, reason: "in \(Sibling.folder)")
    }

    private static func clock(_ settings: Settings) -> Line {
        var errorUs: Int64 = 0
        if shim_clock_state(&errorUs) == 1 {
            let bound = Format.duration(errorUs * 1000)
            return Line(name: "clock", verdict: .ok, reason: "synchronised, error below \(bound)")
        }
        return Line(
            name: "clock",
            verdict: settings.paper ? .warn : .fail,
            reason: "nobody synchronises it (chrony or ntpd would)"
                + (settings.paper ? "; on paper that is only a warning" : "")
        )
    }

    /// What hot allocates, roughly: pools, books and its shared file.
    static func bytesNeeded(_ settings: Settings) -> Int {
        let sizes = settings.hot.sizes
        let stores = settings.clients.count * Int(sizes.clientStoreBytes)
        return Int(sizes.auditSlots) * 128 + Int(sizes.telemetrySlots) * 128 + stores
            + Int(sizes.ordersMax) * 1024 + Int(sizes.bookOrdersMax) * 64
            + Int(sizes.bookLevelsMax) * 64
    }

    private static func memoryLock(_ settings: Settings) -> Line {
        let limit = shim_memory_lock_limit()
        let needed = bytesNeeded(settings)
        if limit == .max || geteuid() == 0 {
            return Line(name: "memory", verdict: .ok, reason: "may be locked without limit")
        }
        let enough = limit >= UInt64(needed)
        let room = "limit \(limit >> 20) MiB, needed about \(needed >> 20) MiB"
        return Line(
            name: "memory",
            verdict: enough ? .ok : .warn,
            reason: enough ? room : "\(room); what is not locked may fault (ulimit -l)"
        )
    }

    private static func ioUring(_ settings: Settings) -> Line {
        if settings.hot.transport == .sockets {
            return Line(
                name: "io_uring",
                verdict: .ok,
                reason: "not asked for: transport is sockets"
            )
        }
        let text = (try? FileBytes.read("/proc/sys/kernel/io_uring_disabled")) ?? []
        let value = String(decoding: text, as: UTF8.self).trimmed
        switch value {
        case "0", "":
            return Line(name: "io_uring", verdict: .ok, reason: "kernel allows it")
        default:
            let asked = settings.hot.transport == .ioUring
            return Line(
                name: "io_uring",
                verdict: asked ? .fail : .warn,
                reason: "kernel.io_uring_disabled is \(value)"
                    + (asked ? "; set it to 0 or transport: sockets" : "; sockets are used instead")
            )
        }
    }

    private static func cores(_ settings: Settings) -> Line {
        let count = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        let cpu = Int(settings.hot.cpu)
        if cpu >= count {
            return Line(
                name: "cores",
                verdict: .fail,
                reason: "hot.cpu is \(cpu), the machine has 0 to \(count - 1)"
            )
        }
        let pin = cpu < 0 ? "the engine is not pinned" : "the engine on CPU \(cpu)"
        if settings.idle == .spin, count < 3 {
            return Line(
                name: "cores",
                verdict: .warn,
                reason: "\(count) cores and a spinning engine leave one; idle: yield shares better"
            )
        }
        return Line(
            name: "cores",
            verdict: cpu < 0 ? .warn : .ok,
            reason: "\(count) online, \(pin)"
        )
    }

    /// Journal, image and sockets lie in it: ours, and nobody else's to write (semantics §1.1).
    private static func folder(_ settings: Settings, _ path: String) -> Line {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return Line(name: "state", verdict: .fail, reason: "\(path): cannot be looked at")
        }
        let mode = status.st_mode & 0o777
        let octal = "0" + String(mode, radix: 8)
        let mend = "`chmod 750 \(path)`"
        let isOurs = status.st_uid == geteuid()
        if !isOurs, geteuid() != 0 {
            let reason = "\(path) belongs to uid \(status.st_uid), and we are uid \(geteuid())"
            return Line(name: "state", verdict: .fail, reason: reason)
        }
        if mode & 0o027 != 0 {
            let who = mode & 0o022 != 0 ? "others may write in it" : "everybody may look into it"
            let reason = "\(path) is \(octal): \(who); \(mend)"
            return Line(name: "state", verdict: .fail, reason: reason)
        }
        guard isOurs else {
            return Line(
                name: "state",
                verdict: settings.paper ? .warn : .fail,
                reason: "\(path) belongs to uid \(status.st_uid); `chown \(geteuid()) \(path)`"
                    + (settings.paper ? "; on paper that is only a warning" : "")
            )
        }
        return Line(name: "state", verdict: .ok, reason: "\(path) is \(octal), ours")
    }

    private static func disk(_ path: String) -> Line {
        guard let free = freeBytes(path) else {
            return Line(name: "disk", verdict: .fail, reason: "\(path): cannot be looked at")
        }
        let enough = free >= 256 << 20
        return Line(
            name: "disk",
            verdict: enough ? .ok : .fail,
            reason: "\(free >> 20) MiB free in \(path)" + (enough ? "" : "; 256 MiB are wanted")
        )
    }

    private static func sharedMemory(_ settings: Settings, _ path: String) -> Line {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
        guard let free = freeBytes(parent) else {
            return Line(name: "shm", verdict: .fail, reason: "\(parent): cannot be looked at")
        }
        let needed = bytesNeeded(settings)
        if free < needed {
            let room = "\(free >> 20) MiB free in \(parent), about \(needed >> 20) MiB needed"
            return Line(name: "shm", verdict: .fail, reason: "\(room); smaller hot.pools.orders?")
        }
        // TMPFS_MAGIC, HUGETLBFS_MAGIC.
        let onTmpfs = [0x0102_1994, 0x9584_58F6].contains(shim_filesystem_kind(parent))
        return Line(
            name: "shm",
            verdict: onTmpfs ? .ok : .warn,
            reason: onTmpfs
                ? "\(path), \(free >> 20) MiB free"
                : "\(parent) is no tmpfs: pages fault again after every writeback"
        )
    }

    private static func freeBytes(_ path: String) -> Int? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    private static func ports(_ settings: Settings) -> Line {
        var wanted = [("client_listen", settings.clientListen)]
        for venue in settings.venues where venue.simulate != nil {
            let endpoint = Endpoint(host: venue.ouch.host, port: venue.ouch.port)
            wanted.append(("venues[\(venue.name)].ouch.port", endpoint))
        }
        for (key, endpoint) in wanted where endpoint.port != 0 && !FreePort.canListen(endpoint) {
            return Line(
                name: "ports",
                verdict: .fail,
                reason: "\(key): \(endpoint) is in use or not ours; port 0 takes a free one",
                status: .alreadyRunning
            )
        }
        let fixed = wanted.filter { $0.1.port != 0 }.count
        return Line(
            name: "ports",
            verdict: .ok,
            reason: fixed == 0 ? "all chosen by the kernel" : "\(fixed) fixed ones are free"
        )
    }

    private static func roles(_ settings: Settings) -> Line {
        var may: Role = []
        for role in settings.roles where !role.isGroup && role.id == getuid() {
            may.formUnion(role.may)
        }
        for role in settings.roles where role.isGroup && role.id == getgid() {
            may.formUnion(role.may)
        }
        return Line(
            name: "roles",
            verdict: may.contains(.stop) ? .ok : .warn,
            reason: may.contains(.stop)
                ? "uid \(getuid()) may stop what it starts"
                : "uid \(getuid()) may not stop what it starts; \(settings.roles.count) others may"
        )
    }
}

extension String {
    func padding(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    var trimmed: String {
        var rest = self[...]
        while rest.last?.isWhitespace == true { rest.removeLast() }
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        return String(rest)
    }
}
