internal import Crossing
internal import Glibc
internal import Settings
internal import Vocabulary

/// One running Apus: its venues, hot and cold, as children of this process.
final class System {
    private(set) var settings: Settings
    let directory: StateDirectory
    let sharedMemory: String
    private let lock: FileLock
    private var ports: PortsFile
    private(set) var venues: [Child] = []
    private(set) var hot: Child?
    private(set) var cold: Child?
    /// What the date begins with.
    private(set) var day: DayStart?
    /// Why positions may differ from what was carried.
    var acceptPositions = ""
    private var snapshots = SnapshotWatch()
    private var isStopping = false
    /// Restarts of one process within a minute; more than three mean that it cannot live, unless
    /// test hooks are on: then somebody kills it on purpose, again and again.
    private var restarts: [String: [Int64]] = [:]
    static let restartsMax = 3

    var client: HotClient { HotClient(stateDir: directory.path) }

    /// Takes the lock; 75 with the pid when another has it. Nothing else is touched before.
    init(_ settings: Settings) throws(Failure) {
        try StateDirectory.make(settings.stateDir)
        directory = StateDirectory(path: settings.stateDir)
        do throws(LockError) {
            lock = try FileLock.acquire(directory.lock)
        } catch {
            if case .held(let path, let pid) = error {
                throw Failure(
                    .alreadyRunning,
                    "\(path): pid \(pid) is up on this state directory; `apus down` stops it"
                )
            }
            throw Failure(.badInput, "\(error)")
        }
        self.settings = settings
        sharedMemory = directory.sharedMemory
        ports = PortsFile(
            pid: getpid(),
            sharedMemory: sharedMemory,
            tradingDate: settings.tradingDate.number,
            clients: settings.clientListen
        )
    }

    // MARK: Start

    func makeFolders() throws(Failure) {
        for folder in [directory.logs, directory.journal, directory.venues, sharedMemory] {
            try StateDirectory.make(folder)
        }
        do throws(SettingsError) {
            if settings.paper { try settings.makeSecrets() }
        } catch {
            throw .settings(error)
        }
    }

    /// The shared files' place follows from the state directory's path: a new directory at an old
    /// path, or a new date, would otherwise go on with rings that have nothing to do with it.
    func dropForeignRings() throws(Failure) {
        guard !directory.hasJournal(settings.tradingDate.number) else { return }
        let file = "\(sharedMemory)/hot.shm"
        guard FileBytes.exists(file) else { return }
        if let region = try? HotRegion.attach(path: file, writable: false) {
            let pid = pid_t(truncatingIfNeeded: region.control[HotWord.pid])
            guard pid <= 1 || Sibling.executable(of: pid)?.hasSuffix("/apus-hot") != true else {
                throw Failure(
                    .alreadyRunning,
                    "\(file): pid \(pid) still runs on it, from a state directory that is gone"
                )
            }
        }
        try keepAside(file)
        unlink(file)
        unlink("\(sharedMemory)/cold.shm")
    }

    /// Records only the ring has are never dropped in silence, whoever's they are.
    private func keepAside(_ file: String) throws(Failure) {
        let left: LeftRing?
        do throws(Failure) {
            left = try LeftRing.find(directory)
        } catch {
            left = LeftRing(tradingDate: 0, epoch: 0, records: 0)
            Console.out("\(error.description): it may hold records that no journal does")
        }
        guard let left else { return }
        let kept = try left.keepAside(file)
        let what = left.records == 0 ? "" : "has \(left.words); "
        Console.out(
            "\(file): \(what)kept as \(kept), in memory only: copy it before the host goes down; "
                + "\(settings.tradingDate) begins without them"
        )
    }

    /// The later of the configuration's day and the one a `day roll` has compiled.
    func adoptRolledDay() {
        settings.adoptRolledDay(directory)
        ports.tradingDate = settings.tradingDate.number
    }

    func startVenues() throws(Failure) {
        for index in settings.venues.indices where settings.venues[index].simulate != nil {
            let command = VenueCommand(settings, index, directory)
            unlink(command.portsFile)
            let child = try Child.start(
                "apus-venue",
                name: command.name,
                arguments: command.arguments,
                log: "\(directory.logs)/\(command.name).log"
            )
            venues.append(child)
        }
        for index in settings.venues.indices where settings.venues[index].simulate != nil {
            try adoptPorts(index, VenueCommand(settings, index, directory))
        }
    }

    private func adoptPorts(_ index: Int, _ command: VenueCommand) throws(Failure) {
        let end = Ticks.now + 10_000_000_000
        while !FileBytes.exists(command.portsFile) {
            guard let child = venues.first(where: { $0.name == command.name }), child.isRunning
            else {
                throw died(command.name)
            }
            guard Ticks.now < end, !StopSignal.isWanted else {
                throw Failure(.notRunning, "\(command.name) published no ports within 10 s")
            }
            usleep(5000)
        }
        let json = JSON.parse(try FileBytes.read(command.portsFile))
        func port(_ key: String) -> Int64 { json?[key]?.int ?? 0 }
        let venue = PortsFile.Venue(
            name: command.name,
            pid: port("pid"),
            ouch: port("ouch"),
            dropCopy: port("dropCopy"),
            feed: port("feed"),
            request: port("request")
        )
        ports.venues.append(venue)
        settings.venues[index].ouch.port = UInt16(clamping: venue.ouch)
        settings.venues[index].feedA.port = UInt16(clamping: venue.feed)
        if settings.venues[index].feedB.host != 0 {
            settings.venues[index].feedB.port = UInt16(clamping: venue.feed)
        }
        settings.venues[index].request.port = UInt16(clamping: venue.request)
        if settings.venues[index].dropCopy?.port == 0 {
            settings.venues[index].dropCopy?.port = UInt16(clamping: venue.dropCopy)
        }
    }

    func compile() throws(Failure) {
        if settings.clientListen.port == 0, !settings.clients.isEmpty {
            // Fixed for the life of this system: a client finds hot again after a restart.
            guard let port = FreePort.any(host: settings.clientListen.host) else {
                throw Failure(.alreadyRunning, "client_listen: no free port")
            }
            settings.clientListen.port = port
        }
        ports.clients = settings.clientListen
        do {
            let day = try DayStartFile.settle(settings, directory, accepting: acceptPositions)
            self.day = day
            let image = try settings.compile(secrets: Secrets(folder: directory.path), day: day)
            let bytes = image.bytes()
            try DayImages.keep(bytes, directory, settings.tradingDate.number)
            try ImageFile.write(bytes, to: directory.image)
        } catch let error as SettingsError {
            throw .settings(error)
        } catch {
            throw error as? Failure ?? Failure(.badInput, "\(error)")
        }
        try writePorts()
    }

    func startHot() throws(Failure) {
        let child = try Child.start(
            "apus-hot",
            name: "hot",
            arguments: ["--state", directory.path, "--shm-dir", sharedMemory, "--die-with-parent"],
            log: "\(directory.logs)/hot.log"
        )
        hot = child
        ports.hot = child.pid
        try writePorts()
    }

    func startCold() throws(Failure) {
        let child = try Child.start(
            "apus-cold",
            name: "cold",
            arguments: ["--state", directory.path, "--shm-dir", sharedMemory, "--die-with-parent"],
            log: "\(directory.logs)/cold.log"
        )
        cold = child
        ports.cold = child.pid
        try writePorts()
    }

    func markReady() throws(Failure) {
        ports.ready = true
        try writePorts()
    }

    private func writePorts() throws(Failure) {
        try FileBytes.write(ports.json.text + "\n", to: directory.ports)
    }

    var clientEndpoint: Endpoint { ports.clients }

    // MARK: Watch

    /// What hot says of itself now; `nil` while it does not answer.
    func status() -> HotStatus? {
        (try? client.ask(ControlFrame(.status), timeoutMs: 1000)).map(HotStatus.init)
    }

    /// How hot ends on a hard kill (ControlServer): trading stays stopped until an operator's `up`.
    private static let hardKilled = Child.Exit.status(3)

    /// Starts again what died: cold always, hot on paper. Ends with a failure when that does not
    /// help.
    func supervise() throws(Failure) {
        guard !isStopping else { return }
        if let cold, !cold.isRunning { try again(cold) { () throws(Failure) in try startCold() } }
        if let hot, !hot.isRunning {
            guard hot.exit != Self.hardKilled else {
                throw Failure(.notRunning, "hot was ended by `apus kill --hard`: all goes down")
            }
            guard settings.paper else { throw died("hot") }
            try again(hot) { () throws(Failure) in try startHot() }
        }
        for venue in venues where !venue.isRunning { throw died(venue.name) }
        snapshots.look(directory, date: settings.tradingDate.number)
    }

    private func again(_ child: Child, _ start: () throws(Failure) -> Void) throws(Failure) {
        let recent = (restarts[child.name] ?? []).filter { Ticks.now - $0 < 60_000_000_000 }
        let most = Self.restartsMax
        guard recent.count < most || settings.hot.testHooks else {
            let end = died(child.name)
            throw Failure(
                end.status,
                "\(child.name) was started again \(most) times within a minute and ended again: all "
                    + "goes down; \(end.description)"
            )
        }
        restarts[child.name] = recent + [Ticks.now]
        Console.out(
            "\(child.name) \(child.exit?.description ?? "ended"); starting it again "
                + "(\(recent.count + 1) of \(most) within a minute, then all goes down)"
        )
        try start()
    }

    /// A child's end as an error: its own last line says more than we can.
    private func died(_ name: String) -> Failure {
        let child = ([hot, cold].compactMap { $0 } + venues).last { $0.name == name }
        let log = "\(directory.logs)/\(name).log"
        let text = String(decoding: (try? FileBytes.read(log)) ?? [], as: UTF8.self)
        let last = text.split(separator: "\n").last.map { ": \($0)" } ?? ""
        var status = ExitStatus.notRunning
        if case .status(let code)? = child?.exit, let known = ExitStatus(rawValue: code), code > 1 {
            status = known
        }
        return Failure(
            status,
            "\(name) \(child?.exit?.description ?? "did not start")\(last) (\(log))"
        )
    }

    // MARK: End

    /// New orders stop, what lives is canceled, hot logs out, cold drains and syncs, venues end.
    func end(patience seconds: Double = 15, say: (String) -> Void) {
        isStopping = true
        snapshots.end()
        if let hot, hot.isRunning {
            say("stopping new orders, canceling what lives")
            // Its answer comes when all is over; what is live is asked meanwhile.
            do throws(Failure) {
                _ = try client.ask(ControlFrame(.stop), timeoutMs: 100)
            } catch {
                // Who may not stop it through its door may still end what they started.
                if error.status == .refused { hot.tell(SIGTERM) }
            }
            var told: Int64 = -1
            let ended = hot.wait(seconds: seconds) {
                guard let live = self.status()?.liveOrders, live != told else { return }
                told = live
                say("\(live) orders live")
            }
            if !ended {
                say("hot did not end within \(Int(seconds)) s; ending pid \(hot.pid)")
                hot.end(patience: 2)
            }
        }
        if let cold, cold.isRunning {
            say("cold drains and syncs")
            cold.end(patience: 60)
        }
        for venue in venues { venue.tell(SIGTERM) }
        for venue in venues { venue.end(patience: 5) }
        freeSharedMemory(say)
    }

    /// Nothing is in hot's ring that cold has not made durable.
    private var hasJournaledAll: Bool {
        guard
            let hot = try? HotRegion.attach(path: "\(sharedMemory)/hot.shm", writable: false),
            hot.audit.position > 0
        else { return true }
        // Bound, not chained: `cold?.auditCursor.load` gives the region back before it is read.
        guard let cold = try? ColdRegion.attach(path: "\(sharedMemory)/cold.shm", writable: false)
        else { return false }
        return cold.auditCursor.load(epoch: hot.epoch) == hot.audit.position
    }

    /// The rings of a day that only simulated venues knew serve nobody any more, and tmpfs is
    /// memory. With a real venue they stay: a region that is gone asks for `apus arm`.
    private func freeSharedMemory(_ say: (String) -> Void) {
        guard settings.venues.allSatisfy({ $0.simulate != nil }), hot?.isRunning != true,
            cold?.isRunning != true
        else { return }
        guard hasJournaledAll else {
            say("records are left in \(sharedMemory): `apus up` journals them")
            return
        }
        unlink("\(sharedMemory)/hot.shm")
        unlink("\(sharedMemory)/cold.shm")
        rmdir(sharedMemory)
    }
}
