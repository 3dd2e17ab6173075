import CShims
import Glibc

/// `apus-hot`: the execution daemon. Reads the image, recovers, then runs the engine on a thread of
/// its own and the admin work on this one.
@main
enum HotMain {
    static func main() {
        let options: HotOptions
        switch HotOptions.parse(Array(CommandLine.arguments.dropFirst())) {
        case .success(let parsed): options = parsed
        case .failure(let refusal): end(refusal)
        }
        if options.dieWithParent { _ = shim_die_with_parent() }
        do throws(HotRefusal) {
            exit(options.snapshot ? try SnapshotRun(options).run() : try HotDaemon(options).run())
        } catch {
            end(error)
        }
    }

    private static func end(_ refusal: HotRefusal) -> Never {
        let line = Array("apus-hot: \(refusal.text)\n".utf8)
        _ = write(2, line, line.count)
        exit(refusal.exitCode)
    }
}

/// Why hot does not start: one line, and the exit code of DESIGN §6.
struct HotRefusal: Error {
    var exitCode: Int32
    var text: String

    static func usage(_ text: String) -> HotRefusal { HotRefusal(exitCode: 64, text: text) }
    static func file(_ text: String) -> HotRefusal { HotRefusal(exitCode: 65, text: text) }
    static func running(_ text: String) -> HotRefusal { HotRefusal(exitCode: 75, text: text) }
}
