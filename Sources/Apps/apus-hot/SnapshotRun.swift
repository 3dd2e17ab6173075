import Crossing
import Glibc
import Journal
import Recovery

/// `apus-hot --snapshot`: one snapshot of what the journal has sealed, by the code hot starts with.
struct SnapshotRun {
    private let options: HotOptions

    init(_ options: HotOptions) { self.options = options }

    /// - Returns: 0 also when there was nothing to do: the journal alone is enough for a start.
    func run() throws(HotRefusal) -> Int32 {
        let file: HotImageFile
        do throws(ImageError) {
            file = try HotImageFile.load(options.stateDir + "/hot.image")
        } catch {
            throw .file("\(options.stateDir)/hot.image: \(error)")
        }
        let journal = options.stateDir + "/journal"
        let date = file.view.header.tradingDate
        do {
            // Two at once would write one temporary file.
            let directory = JournalFiles.directory(journal, tradingDate: date)
            let lock = try FileLock.acquire(directory + "/snapshot.lock")
            let writer = SnapshotWriter(journal: journal, image: file.view)
            switch try writer.run(note: say) {
            case .nothingToDo: say("nothing to do")
            case .wrote(let path, let sequence, let bytes, let records):
                say("wrote \(path): sequence \(sequence), \(bytes) bytes, \(records) records read")
            }
            _ = consume lock
        } catch let error as LockError {
            if case .held = error { throw .running("\(error)") }
            throw .file("\(error)")
        } catch {
            throw .file("\(error)")
        }
        return 0
    }

    private func say(_ text: String) {
        let line = Array("apus-hot snapshot: \(text)\n".utf8)
        _ = write(1, line, line.count)
    }
}
