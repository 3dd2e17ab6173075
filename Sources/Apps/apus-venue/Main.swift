import ArgumentParser
import Glibc
import VenueServer

/// A simulated exchange: flags in, sockets open, until it is told to end.
@main
struct ApusVenue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus-venue",
        abstract:
            "A simulated exchange: OUCH 5.0 port, drop copy, ITCH 5.0 feed, re-request server."
    )

    @OptionGroup var flags: Flags

    func run() throws {
        // Blocked before any thread starts, so that every thread inherits it and only `sigwait`
        // below hears of them.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        signal(SIGPIPE, SIG_IGN)
        do {
            let server = try flags.venueRequest().makeServer()
            try server.start()
            var received: Int32 = 0
            sigwait(&signals, &received)
            if let drift = server.stop() { server.say("apus-venue: \(flags.name): \(drift)") }
        } catch let error as VenueServerError {
            error.report()
            throw ExitCode(error.exitCode)
        }
    }
}
