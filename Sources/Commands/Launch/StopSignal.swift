internal import Glibc
internal import Synchronization

/// Ctrl-C and SIGTERM as a question the loops ask, so that every way out is the ordered one.
enum StopSignal {
    private static let heard = Atomic<Int32>(0)

    static func listen() {
        // The first touch creates the word here, not inside a handler.
        heard.store(0, ordering: .relaxed)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { StopSignal.heard.store($0, ordering: .relaxed) }
        }
    }

    static var isWanted: Bool { heard.load(ordering: .relaxed) != 0 }

    static func ask() { heard.store(SIGTERM, ordering: .relaxed) }
}
