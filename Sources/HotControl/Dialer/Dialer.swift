import CShims
package import Crossing
package import Glibc
package import HotPath

/// Every socket of hot but the control socket: dialled, accepted, opened and closed here, on the
/// admin thread, so that the engine makes no such call. The engine gets descriptors through the
/// mailbox and gives slots back the same way.
package struct Dialer {
    private let mailbox: Mailbox
    private var venues: VenueLinks
    private var feeds: FeedSockets
    private var clients: ClientDoor
    private var isStopping = false

    /// Listens at once, so that a port in use is known before anything else starts.
    package init(image: HotImageView, mailbox: Mailbox, log: AdminLog) throws(DialError) {
        self.mailbox = mailbox
        clients = try ClientDoor(image: image, mailbox: mailbox, log: log)
        venues = VenueLinks(image: image, mailbox: mailbox, log: log)
        feeds = FeedSockets(image: image, mailbox: mailbox, log: log)
    }

    package var clientPort: UInt16 { clients.port }

    /// What to watch: the listener for readers, connecting sockets for writers.
    package var watched: [pollfd] {
        var list = venues.connecting.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
        if !isStopping {
            list.append(pollfd(fd: clients.listener, events: Int16(POLLIN), revents: 0))
        }
        return list
    }

    package mutating func serve(ready: [Int32], nowNs: Int64) {
        for fd in ready {
            if fd == clients.listener {
                clients.accept(nowNs: nowNs)
            } else {
                venues.finish(fd: fd, nowNs: nowNs)
            }
        }
    }

    /// Timers, and the slots the engine gave back.
    package mutating func tick(nowNs: Int64) {
        while let complaint = mailbox.nextComplaint() { clients.tell(complaint, nowNs: nowNs) }
        while var release = mailbox.nextRelease() {
            if isStopping { release.reason = .stopping }
            switch SlotMap.owner(of: Int(release.slot)) {
            case .venue: venues.released(release, nowNs: nowNs)
            case .feed, .request: feeds.released(release, nowNs: nowNs)
            case .client: clients.released(release, nowNs: nowNs)
            }
        }
        guard !isStopping else { return }
        venues.tick(nowNs: nowNs)
        feeds.tick(nowNs: nowNs)
        clients.tick(nowNs: nowNs)
    }

    /// From now on nothing is dialled and nobody is let in.
    package mutating func stop() {
        isStopping = true
    }

    /// What the loop and the tests do between two looks at the sockets.
    package mutating func poll(timeoutMs: Int32) {
        var list = watched
        let count = unsafe Glibc.poll(&list, nfds_t(list.count), timeoutMs)
        let ready = count > 0 ? list.filter { $0.revents != 0 }.map(\.fd) : []
        let nowNs = ClockNow.monotonicNs()
        serve(ready: ready, nowNs: nowNs)
        tick(nowNs: nowNs)
    }
}
