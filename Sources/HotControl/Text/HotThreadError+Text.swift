package import HotPath

/// Words for what HotPath says in numbers.
extension HotThreadError: CustomStringConvertible {
    /// What failed, with the values that made it fail; then what to do about it.
    package var description: String {
        switch self {
        case .cpuNotIsolated(let cpu, let isolated):
            """
            hot thread: CPU \(cpu) is not isolated; isolated CPUs are "\(isolated)". \
            Isolate it (`apus host check --cpus \(cpu)` says how), or set hot.cpu to one of them. \
            On a development machine: hot.require_isolated_cpu: false.
            """
        case .cpuAbsent(let cpu, let online):
            """
            hot thread: there is no CPU \(cpu); CPUs online are "\(online)". \
            Set hot.cpu to one of them, or leave it out to run unpinned.
            """
        case .startFailed(let errno, let cpu):
            """
            hot thread: could not be started on CPU \(cpu): \(errnoText(errno)). \
            Usual causes: the process's own CPU mask (taskset, cgroup cpuset) or a thread limit.
            """
        case .ringSetupFailed(let errno, let entries):
            """
            hot thread: io_uring setup with \(entries) entries failed: \(errnoText(errno)). \
            Usual causes: the kernel.io_uring_disabled sysctl, a seccomp profile, or \
            RLIMIT_MEMLOCK too low for registered buffers. `apus host check` tells which.
            """
        }
    }
}

extension PortError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .ringSetupFailed(let errno, let entries):
            HotThreadError.ringSetupFailed(errno: errno, entries: entries).description
        case .memoryFailed(let errno, let bytes):
            "port: no \(bytes) bytes for buffers: \(errnoText(errno)). Fewer connections need less."
        case .epollFailed(let errno):
            "port: epoll: \(errnoText(errno)). Usual cause: the limit on open files."
        case .noWire:
            "port: transport 3 is memory, which only a simulation has; use 0, 1 or 2"
        }
    }
}

extension PortMode: CustomStringConvertible {
    package var description: String {
        switch self {
        case .ringDeferTaskrun: "io_uring (DEFER_TASKRUN)"
        case .ringCoopTaskrun: "io_uring (COOP_TASKRUN)"
        case .ringPlain: "io_uring (plain)"
        case .sockets: "sockets"
        case .memory: "memory"
        }
    }
}

extension ThreadFacts {
    /// One line for each thing that was wanted and not had; empty on a host made for this.
    package var warnings: [String] {
        var lines: [String] = []
        if cpu < 0 {
            lines.append("engine is not pinned to a CPU (hot.cpu is not set): expect longer tails")
        } else if !isIsolated {
            lines.append("CPU \(cpu) is not isolated: other work may interrupt the engine")
        }
        if !isMemoryLocked && lockErrno != 0 {
            lines.append(
                """
                memory is not locked: \(errnoText(lockErrno)); raise RLIMIT_MEMLOCK \
                (`ulimit -l unlimited`) or grant CAP_IPC_LOCK
                """
            )
        }
        if numaErrno != 0 {
            lines.append("memory is not bound to the engine's node: \(errnoText(numaErrno))")
        }
        if timerSlackErrno != 0 {
            lines.append("timer slack stays as it was: \(errnoText(timerSlackErrno))")
        }
        return lines
    }
}
