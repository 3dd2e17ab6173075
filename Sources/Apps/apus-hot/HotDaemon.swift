import CShims
import Crossing
import Glibc
import HotControl
import HotPath
import Journal
import Recovery
import Vocabulary

/// Everything hot owns for its whole life: lock, image, shared file, mailbox, threads.
struct HotDaemon: ~Copyable {
    let options: HotOptions
    let lock: FileLock
    let imageFile: HotImageFile
    let region: HotRegion
    let mailbox: Mailbox
    let coldBoard = ColdBoard()
    let log: AdminLog
    private var recovery: Recovery?

    init(_ options: HotOptions) throws(HotRefusal) {
        self.options = options
        lock = try Self.takeLock(options.stateDir + "/hot.lock")
        imageFile = try Self.loadImage(options.stateDir + "/hot.image")
        log = AdminLog(path: options.stateDir + "/logs/hot.jsonl")
        let image = imageFile.view
        mailbox = Mailbox(slots: SlotMap.firstClient + Int(image.header.clientConnectionsMax))
        let start = try HotStart.open(image, options)
        region = start.region
        recovery = start.recovery
        log.info(start.summary)
    }

    /// Starts the engine thread; returns once it is pinned, locked and in its loop.
    mutating func start() throws(HotRefusal) {
        guard let recovery = recovery.take() else { return }
        let load = EngineLoad(
            recovery: recovery,
            image: imageFile.view,
            mailbox: mailbox,
            coldBoard: coldBoard,
            hotPath: options.shmDir + "/hot.shm"
        )
        var config = ThreadConfig()
        config.cpu = imageFile.view.header.cpu
        config.requireIsolatedCPU = imageFile.view.header.requireIsolatedCPU != 0
        do throws(HotThreadError) {
            let thread = try EngineThread.start(config) { facts in load.run(facts) }
            log.facts(thread.facts)
        } catch {
            throw HotRefusal(exitCode: 65, text: "\(error)")
        }
        region.control[HotWord.pid] = UInt64(getpid())
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
