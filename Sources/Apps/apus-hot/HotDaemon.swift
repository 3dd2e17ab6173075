import CShims
import Crossing
import Glibc
import HotControl
import HotPath
import Recovery
import Vocabulary

/// Everything hot owns for its whole life: lock, image, shared file, mailbox, the two threads.
final class HotDaemon {
    private let options: HotOptions
    private let lock: FileLock
    private let imageFile: HotImageFile
    private let region: HotRegion
    private let mailbox: Mailbox
    private let coldBoard = ColdBoard()
    private let clock = TSCClock.calibrated()
    private let log: AdminLog
    private var recovery: Recovery?

    /// See ``StartLog``.
    private let startsPath: String

    init(_ options: HotOptions) throws(HotRefusal) {
        self.options = options
        startsPath = options.stateDir + "/hot.starts"
        lock = try Self.takeLock(options.stateDir + "/hot.lock")
        imageFile = try Self.loadImage(options.stateDir + "/hot.image")
        log = AdminLog(fd: Self.openLog(options.stateDir + "/logs/hot.jsonl"))
        let image = imageFile.view
        mailbox = Mailbox(slots: SlotMap.firstClient + Int(image.header.clientConnectionsMax))
        let beganNs = ClockNow.monotonicNs()
        var start = try Self.start(image, options, log)
        region = start.takeRegion()
        for note in start.notes { log.write(.warn, note) }
        let tookMs = (ClockNow.monotonicNs() - beganNs) / 1_000_000
        log.write(.info, "\(start.summary), \(tookMs) ms")
        var recovery = start.takeRecovery()
        let begun = recovery.start(nowNs: ClockNow.utcNs(), venues: image.venueCount)
        var starts = StartLog(path: startsPath)
        if let venue = starts.stuckVenue(begun) {
            recovery.noteCrashLoop(venue: venue)
            log.write(
                .error,
                "crash loop: third start at sequence \(begun.appliedSeqs[venue]) of "
                    + "\(image.venue(venue).name); cancels only, until `apus arm`"
            )
        }
        starts.add(begun)
        if !starts.write(startsPath) { log.write(.warn, "\(startsPath): cannot be written") }
        self.recovery = .some(recovery)
    }

    /// A machine's clock that was set back by less than this is waited for; by more, a person has to
    /// see to it.
    private static let clockWaitMaxNs: Int64 = 60_000_000_000

    private static func start(
        _ image: HotImageView,
        _ options: HotOptions,
        _ log: AdminLog
    ) throws(HotRefusal) -> HotStart {
        for isLast in [false, true] {
            let nowNs = ClockNow.utcNs()
            do throws(StartError) {
                return try HotStart(
                    image,
                    stateDir: options.stateDir,
                    shmDir: options.shmDir,
                    nowNs: nowNs
                )
            } catch {
                guard case .clockBehind(let lastNs) = error, !isLast,
                    lastNs - nowNs < clockWaitMaxNs
                else { throw .file("\(error)") }
                let ms = (lastNs - nowNs) / 1_000_000 + 1
                log.write(.warn, "\(error): \(ms) ms are waited for")
                usleep(UInt32(ms) * 1_000)
            }
        }
        throw .file("the clock was set back while it was waited for")
    }

    /// Starts the engine thread and runs the admin work here until a stop has been carried out.
    ///
    /// - Returns: the process's exit code; 1 when orders were left open or the engine was silent.
    func run() throws(HotRefusal) -> Int32 {
        // Signals are blocked before the engine thread exists, so that none reaches it.
        let signals = shim_signals_open()
        let admin = try makeAdmin(signals: signals)
        let thread = try startEngine()
        admin.server.settleKills()
        region.control[HotWord.pid] = UInt64(getpid())
        try writePorts(clientPort: admin.dialer.clientPort)
        let end = admin.run()
        // An end that was asked for is none of a loop's.
        unlink(startsPath)
        switch end {
        case .stopped(let liveOrders):
            thread.join()
            return liveOrders == 0 ? 0 : 1
        case .engineSilent: return 1
        }
    }

    private func makeAdmin(signals: Int32) throws(HotRefusal) -> AdminThread {
        let image = imageFile.view
        do {
            let server = try ControlServer(
                path: options.stateDir + "/hot.sock",
                lockHeld: true,
                image: image,
                mailbox: mailbox,
                clock: clock,
                log: log
            )
            let dialer = try Dialer(image: image, mailbox: mailbox, log: log)
            return AdminThread(
                server: server,
                dialer: dialer,
                mailbox: mailbox,
                log: log,
                signals: signals,
                duties: [coldDuty(image), clockDuty(image, server.engineTime)]
            )
        } catch let error as DialError {
            throw .running("\(error)")
        } catch {
            throw .file("\(error)")
        }
    }

    /// Looks for cold's file every 20 ms, so that a restarted cold is heard within a blink.
    private func coldDuty(_ image: HotImageView) -> AdminThread.Duty {
        let watch = ColdWatchBox(
            ColdWatch(
                path: options.shmDir + "/cold.shm",
                imageHash: image.hash,
                board: coldBoard
            )
        )
        let log = log
        return AdminThread.Duty(everyNs: 20_000_000) {
            switch watch.look() {
            case .unchanged: break
            case .attached(let epoch): log.write(.info, "cold attached, epoch \(epoch)")
            case .otherImage(let cold, let hot):
                log.write(
                    .error,
                    "cold runs image \(String(cold, radix: 16)), hot \(String(hot, radix: 16)): "
                        + "not paired; restart both with one configuration"
                )
            case .refused(let error): log.write(.error, "cold.shm refused: \(error)")
            }
        }
    }

    /// Once a second: is the clock still steered? Untrusted it shuts the gate (117), on paper it is
    /// one warning.
    private func clockDuty(
        _ image: HotImageView,
        _ engine: EngineTime
    ) -> AdminThread.Duty {
        let isPaper = image.header.paper != 0
        let log = log
        let mailbox = mailbox
        var known: ClockTrust?
        return AdminThread.Duty(everyNs: 1_000_000_000) {
            let trust = ClockTrust.read(engine)
            if trust.isGood != known?.isGood || trust.wasSet != known?.wasSet {
                log.write(trust.isGood ? .info : .warn, "clock: \(trust)")
            }
            known = trust
            if !isPaper { mailbox.trustClock(trust.isGood) }
        }
    }

    private func startEngine() throws(HotRefusal) -> EngineThread {
        guard let recovery = recovery.take() else { throw .file("the engine starts once") }
        let header = imageFile.view.header
        let load = EngineLoad(
            recovery: recovery,
            image: imageFile.view,
            mailbox: mailbox,
            coldBoard: coldBoard,
            clock: clock,
            hotPath: options.shmDir + "/hot.shm",
            log: log
        )
        var config = ThreadConfig()
        config.cpu = header.cpu
        config.requireIsolatedCPU = header.requireIsolatedCPU != 0
        do throws(HotThreadError) {
            let thread = try EngineThread.start(config) { _ in load.run() }
            for line in thread.facts.warnings { log.write(.warn, line) }
            return thread
        } catch {
            throw .file("\(error)")
        }
    }

    /// `hot.ports`: where clients log in, for the launcher to read once this process is ready.
    private func writePorts(clientPort: UInt16) throws(HotRefusal) {
        let path = options.stateDir + "/hot.ports"
        let text = Array("{\"clients\": \(clientPort), \"pid\": \(getpid())}\n".utf8)
        let fd = open(path + ".new", O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o640)
        guard fd >= 0, write(fd, text, text.count) == text.count else {
            throw .file("\(path): cannot be written, errno \(errno)")
        }
        close(fd)
        rename(path + ".new", path)
    }

    private static func openLog(_ path: String) -> Int32 {
        let fd = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o640)
        return fd >= 0 ? fd : 2
    }

    private static func takeLock(_ path: String) throws(HotRefusal) -> FileLock {
        do throws(LockError) {
            return try FileLock.acquire(path)
        } catch {
            if case .held = error { throw .running("\(error)") }
            throw .file("\(error)")
        }
    }

    private static func loadImage(_ path: String) throws(HotRefusal) -> HotImageFile {
        do throws(ImageError) {
            return try HotImageFile.load(path)
        } catch {
            throw .file("\(path): \(error)")
        }
    }
}

/// A noncopyable watch in a closure's box.
private final class ColdWatchBox {
    private var watch: ColdWatch
    init(_ watch: consuming ColdWatch) { self.watch = watch }
    func look() -> ColdWatch.Look { watch.look() }
}
