import ColdCore

/// Where everything of one Apus stands.
package struct DeskFiles: Sendable {
    package var stateDir: String
    package var shmDir: String

    package init(stateDir: String, shmDir: String) {
        self.stateDir = stateDir
        self.shmDir = shmDir
    }

    /// Takes `shm_dir` from `ports.json` when it was not given.
    package init(stateDir: String, shmDir: String?) throws(DeskError) {
        if let shmDir {
            self.init(stateDir: stateDir, shmDir: shmDir)
            return
        }
        let path = "\(stateDir)/ports.json"
        let bytes = try SystemFile.read(path)
        let json: JSON
        do { json = try JSON(bytes: bytes) } catch {
            throw DeskError(.badFile, "\(path): \(error)")
        }
        guard let shmDir = json["shm_dir"]?.text, !shmDir.isEmpty else {
            throw DeskError(.badFile, "\(path): shm_dir: missing; give --shm-dir DIR")
        }
        self.init(stateDir: stateDir, shmDir: shmDir)
    }

    package var image: String { "\(stateDir)/hot.image" }
    package var lock: String { "\(stateDir)/cold.lock" }
    package var socket: String { "\(stateDir)/cold.sock" }
    package var logs: String { "\(stateDir)/logs" }
    package var log: String { "\(logs)/cold.jsonl" }
    package var journals: String { "\(stateDir)/journal" }
    package var hotRegion: String { "\(shmDir)/hot.shm" }
    package var coldRegion: String { "\(shmDir)/cold.shm" }

    package func journal(date: UInt32) -> String { "\(journals)/\(date)" }
}
