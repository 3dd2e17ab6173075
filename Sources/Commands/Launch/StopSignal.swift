internal import Glibc
internal import Synchronization

/// Ctrl-C and SIGTERM as a question the loops ask, so that every way out is the ordered one.
enum StopSignal {
    private static let heard = Atomic<Int32>(0)

    static func listen() {
        // The first touch creates the word here, not inside a handler.
        heard.store(0, ordering: .relaxed)
        var listened = sigset_t()
        sigemptyset(&listened)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { StopSignal.heard.store($0, ordering: .relaxed) }
            sigaddset(&listened, number)
        }
        // Whoever started us may have had them blocked, and that is inherited.
        pthread_sigmask(SIG_UNBLOCK, &listened, nil)
    }

    static var isWanted: Bool { heard.load(ordering: .relaxed) != 0 }

    static func ask() { heard.store(SIGTERM, ordering: .relaxed) }
}
