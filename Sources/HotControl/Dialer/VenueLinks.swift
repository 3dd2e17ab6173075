import CShims
import Crossing
import Glibc
import HotPath
import Vocabulary

/// Dials every venue's order port and hands the connections to the engine.
///
/// A connection that is refused or lost is tried again after 50 ms, doubling to 2 s; one that held
/// for 2 s starts the count anew.
struct VenueLinks {
    private enum State {
        case waiting(untilNs: Int64)
        case connecting(fd: Int32, sinceNs: Int64)
        case up(fd: Int32, sinceNs: Int64)
        /// Never dialled, or not again: the engine is stopping.
        case off
    }

    private struct Link {
        var name: Name
        var host: UInt32
        var port: UInt16
        var state: State
        var backOffNs: Int64 = VenueLinks.backOffFirstNs
        var isFailing = false
    }

    static let backOffFirstNs: Int64 = 50_000_000
    static let backOffLastNs: Int64 = 2_000_000_000
    static let connectTimeoutNs: Int64 = 3_000_000_000
    static let userTimeoutMs: Int32 = 3_000

    private var links: [Link] = []
    private let mailbox: Mailbox
    private let log: AdminLog

    init(image: HotImageView, mailbox: Mailbox, log: AdminLog) {
        self.mailbox = mailbox
        self.log = log
        for index in 0..<image.venueCount {
            let venue = image.venue(index)
            // Paper mode allows simulated venues only; the configuration was checked for it, and
            // this is the last place where a real one could still be reached.
            let isAllowed = image.header.paper == 0 || venue.real == 0
            if !isAllowed {
                log.write(.error, "venue \(venue.name): real, and this is paper mode: not dialled")
            }
            links.append(
                Link(
                    name: venue.name,
                    host: venue.ouchHost,
                    port: venue.ouchPort,
                    state: isAllowed && venue.ouchPort != 0 ? .waiting(untilNs: 0) : .off
                )
            )
        }
    }

    /// Descriptors to watch for the end of their connecting.
    var connecting: [Int32] {
        links.compactMap { link in
            if case .connecting(let fd, _) = link.state { return fd }
            return nil
        }
    }

    mutating func tick(nowNs: Int64) {
        for index in links.indices {
            switch links[index].state {
            case .waiting(let untilNs) where nowNs >= untilNs: dial(index, nowNs)
            case .connecting(let fd, let sinceNs) where nowNs - sinceNs > Self.connectTimeoutNs:
                close(fd)
                fail(index, ETIMEDOUT, nowNs)
            default: break
            }
        }
    }

    /// A connecting descriptor became writable: it stands, or it failed.
    mutating func finish(fd ready: Int32, nowNs: Int64) {
        for index in links.indices {
            guard case .connecting(let fd, _) = links[index].state, fd == ready else { continue }
            let failure = -shim_socket_error(fd)
            guard failure == 0 else {
                close(fd)
                return fail(index, failure, nowNs)
            }
            let handover = SocketHandover(slot: UInt16(index), isDatagram: false, fd: fd)
            guard mailbox.handovers.push(handover) else {
                close(fd)
                return fail(index, EAGAIN, nowNs)
            }
            mailbox.setSocket(slot: index, fd: fd)
            links[index].state = .up(fd: fd, sinceNs: nowNs)
            links[index].isFailing = false
            log.write(.info, "venue \(links[index].name): connected to \(address(index))")
        }
    }

    /// The engine has let the connection go, or wants another one.
    mutating func released(_ release: SocketRelease, nowNs: Int64) {
        let index = Int(release.slot)
        guard links.indices.contains(index) else { return }
        if case .up(let fd, let sinceNs) = links[index].state {
            mailbox.setSocket(slot: index, fd: -1)
            if release.reason == .orderly { _ = shim_socket_linger_reset(fd, 0) }
            close(fd)
            if nowNs - sinceNs > Self.backOffLastNs { links[index].backOffNs = Self.backOffFirstNs }
            let why = release.error == 0 ? "" : ": \(errnoText(release.error))"
            if release.reason == .unreconciled {
                log.write(
                    .error,
                    """
                    venue \(links[index].name): it answered neither mass cancel nor Account Query after \
                    the login; its gate stays shut, dialling again
                    """
                )
            } else {
                log.write(.warn, "venue \(links[index].name): connection \(release.reason)\(why)")
            }
        }
        if release.reason == .stopping {
            links[index].state = .off
        } else {
            wait(index, nowNs)
        }
    }

    private mutating func dial(_ index: Int, _ nowNs: Int64) {
        let fd = shim_tcp_dial(links[index].host, links[index].port, Self.userTimeoutMs)
        guard fd >= 0 else { return fail(index, -fd, nowNs) }
        links[index].state = .connecting(fd: fd, sinceNs: nowNs)
    }

    /// Said once a series of failures, not once a try.
    private mutating func fail(_ index: Int, _ error: Int32, _ nowNs: Int64) {
        if !links[index].isFailing {
            links[index].isFailing = true
            let name = links[index].name
            log.write(
                .warn,
                "venue \(name): cannot connect to \(address(index)): \(errnoText(error)); retrying"
            )
        }
        wait(index, nowNs)
    }

    private mutating func wait(_ index: Int, _ nowNs: Int64) {
        let backOffNs = links[index].backOffNs
        links[index].state = .waiting(untilNs: nowNs + backOffNs)
        links[index].backOffNs = min(2 * backOffNs, Self.backOffLastNs)
    }

    private func address(_ index: Int) -> String {
        addressText(links[index].host, links[index].port)
    }
}
