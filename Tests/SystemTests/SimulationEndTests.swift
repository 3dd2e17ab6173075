import Foundation
import Glibc
import Testing

extension System {
    @Suite("The simulation's children")
    struct SimulationChildren {
        @Test("leave no folder on tmpfs when they are ended")
        func ended() throws {
            let folder = FileManager.default.temporaryDirectory
                .appending(path: "apus-sim-test-\(UUID().uuidString.prefix(8))").path()
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true
            )
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let words = ["run", "--seeds", "3", "--steps", "1000000", "--stop-at-first"]
            let simulation = try Started("apus-sim", words, folder: folder)
            defer { simulation.tell(SIGKILL) }
            var child: pid_t = 0
            try require("a child has its folder", within: 20) {
                let pid = simulation.pid
                let path = "/proc/\(pid)/task/\(pid)/children"
                let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
                child = text.split(separator: " ").first.flatMap { pid_t($0) } ?? 0
                return child > 1 && !left(by: child).isEmpty
            }
            kill(child, SIGKILL)
            try require("the simulation ends", within: 20) { !simulation.isRunning }
            #expect(simulation.exitCode == 1)
            #expect(simulation.out.contains("L19 the process ended with status 9"))
            #expect(left(by: child) == [])
        }

        private func left(by pid: pid_t) -> [String] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/shm")) ?? []
            return names.filter { $0.hasPrefix("apus-sim-\(pid)-") }
        }
    }
}
