// libFuzzer around one target. Built only by `./dev fuzz`, with `-sanitize=fuzzer`.
//
//     apus-fuzz list                      names, and longest input of each
//     apus-fuzz seeds TARGET FOLDER       writes the inputs to begin with
//     apus-fuzz run TARGET [libFuzzer's flags and folders]
import FuzzTargets
import Glibc

/// What `LLVMFuzzerRunDriver` calls; set once, before it is.
enum Chosen {
    nonisolated(unsafe) static var run: @Sendable (UnsafeRawBufferPointer) -> Void = { _ in }
}

typealias OneInput = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_extern(c, "LLVMFuzzerRunDriver")
func LLVMFuzzerRunDriver(
    _ argc: UnsafeMutablePointer<CInt>,
    _ argv: UnsafeMutablePointer<Arguments>,
    _ one: OneInput
) -> CInt

func complain(_ text: String) { _ = write(2, text, text.utf8.count) }

func target(_ name: String) -> FuzzTarget {
    if let found = FuzzTarget.named(name) { return found }
    let known = FuzzTarget.all.map(\.name).joined(separator: " ")
    complain("apus-fuzz: \"\(name)\" is no target; there are \(known)\n")
    exit(64)
}

func writeSeeds(_ target: FuzzTarget, to folder: String) {
    for (index, seed) in target.seeds().enumerated() where seed.count <= target.lengthMax {
        guard let file = fopen("\(folder)/seed-\(index)", "w") else {
            perror(folder)
            exit(74)
        }
        fwrite(seed, 1, seed.count, file)
        fclose(file)
    }
}

let words = CommandLine.arguments
switch words.count > 1 ? words[1] : "" {
case "list":
    for target in FuzzTarget.all { print(target.name, target.lengthMax) }
case "seeds" where words.count == 4:
    writeSeeds(target(words[2]), to: words[3])
case "run" where words.count > 2:
    Chosen.run = target(words[2]).run
    var count = CommandLine.argc - 2
    var rest = CommandLine.unsafeArgv + 2
    exit(
        LLVMFuzzerRunDriver(&count, &rest) { bytes, count in
            Chosen.run(UnsafeRawBufferPointer(start: bytes, count: count))
            return 0
        }
    )
default:
    complain("apus-fuzz list | seeds TARGET FOLDER | run TARGET …\n")
    exit(64)
}
