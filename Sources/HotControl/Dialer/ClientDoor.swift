import CShims
import Crossing
import Glibc
import HotPath
import Vocabulary

/// Why clients cannot log in.
package enum DialError: Error, Equatable {
    case listenFailed(host: UInt32, port: UInt16, errno: Int32)
}

extension DialError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .listenFailed(let host, let port, let errno):
            """
            client port \(addressText(host, port)): \(errnoText(errno)). \
            Another process listens there, or the address is not this host's.
            """
        }
    }
}

/// Listens for clients, accepts them up to a cap and hands them to the engine.
///
/// After a refused login the next connections from that address wait before the engine sees them:
/// 100 ms, doubling to 5 s, forgotten after a minute without another refusal. They are delayed,
/// not turned away: an address may hold more than one client.
struct ClientDoor {
    private enum Place {
        case free
        case held(fd: Int32, host: UInt32, untilNs: Int64)
        case up(fd: Int32, host: UInt32, sinceNs: Int64)
        /// Asked to make room; the engine gives it back.
        case leaving(fd: Int32, host: UInt32)

        var isFree: Bool { if case .free = self { true } else { false } }
        /// Where it is from; `nil` before the engine has it.
        var up: (fd: Int32, host: UInt32)? {
            switch self {
            case .up(let fd, let host, _), .leaving(let fd, let host): (fd, host)
            case .free, .held: nil
            }
        }
    }

    private struct Penalty {
        var delayNs: Int64
        var untilNs: Int64
        var forgetNs: Int64
    }

    /// Who comes when all places are taken waits for the place of one that has not logged in.
    static let waitingMax = 8
    /// How long a connection has for its password before it may have to make room.
    static let graceNs: Int64 = 50_000_000
    static let delayFirstNs: Int64 = 100_000_000
    static let delayLastNs: Int64 = 5_000_000_000
    /// A guesser must not fill the disk.
    static let linesPerSecond = 20
    static let forgetAfterNs: Int64 = 60_000_000_000

    let listener: Int32
    /// Where it really listens: the port the kernel chose when 0 was asked for.
    let port: UInt16
    private var places: [Place]
    private var waiting: [(fd: Int32, host: UInt32)] = []
    private var penalties: [UInt32: Penalty] = [:]
    private let mailbox: Mailbox
    private let log: AdminLog
    private var refusedFull = 0
    /// Login names, by index.
    private let users: [String]
    private var toldSinceNs: Int64 = 0
    private var told = 0
    private var untold = 0

    init(image: HotImageView, mailbox: Mailbox, log: AdminLog) throws(DialError) {
        self.mailbox = mailbox
        self.log = log
        users = (0..<image.clientCount).map { "\(image.client($0).user)" }
        let header = image.header
        let room = max(0, mailbox.slots - SlotMap.firstClient)
        places = Array(
            repeating: .free,
            count: min(room, Int(header.clientConnectionsMax))
        )
        var bound: UInt16 = 0
        listener = unsafe shim_tcp_listen(
            header.clientHostIPv4,
            header.clientPort,
            64,
            VenueLinks.userTimeoutMs,
            &bound
        )
        port = bound
        guard listener >= 0 else {
            throw .listenFailed(
                host: header.clientHostIPv4,
                port: header.clientPort,
                errno: -listener
            )
        }
    }

    /// Takes everyone who waits at the listener, a bounded number at a time.
    mutating func accept(nowNs: Int64) {
        for _ in 0..<32 {
            var host: UInt32 = 0
            let fd = unsafe shim_tcp_accept(listener, &host)
            guard fd >= 0 else { return }
            guard waiting.count < Self.waitingMax else {
                turnAway(fd, host)
                continue
            }
            waiting.append((fd, host))
            letIn(nowNs)
        }
    }

    /// Those who wait get free places, the first first. For the others, whoever has had his time for
    /// a password and gave none makes room, the oldest first: 32 idle connections of anybody would
    /// keep every client out. When all have logged in there is nothing to wait for.
    private mutating func letIn(_ nowNs: Int64) {
        while let next = waiting.first, let place = places.firstIndex(where: \.isFree) {
            waiting.removeFirst()
            refusedFull = 0
            let untilNs = penalties[next.host]?.untilNs ?? 0
            places[place] = .held(fd: next.fd, host: next.host, untilNs: untilNs)
            handOver(place, nowNs)
        }
        var (leaving, isHeld) = (0, false)
        var idle: [(place: Int, fd: Int32, host: UInt32, sinceNs: Int64)] = []
        for (place, state) in places.enumerated() {
            switch state {
            case .leaving: leaving += 1
            case .held: isHeld = true
            case .up(let fd, let host, let sinceNs)
            where !mailbox.isAdmitted(slot: SlotMap.firstClient + place):
                idle.append((place, fd, host, sinceNs))
            default: break
            }
        }
        if idle.isEmpty && leaving == 0 && !isHeld {
            for next in waiting { turnAway(next.fd, next.host) }
            waiting.removeAll()
        }
        idle.sort { $0.sinceNs < $1.sinceNs }
        for oldest in idle.prefix(max(0, waiting.count - leaving))
        where nowNs - oldest.sinceNs >= Self.graceNs {
            _ = shutdown(oldest.fd, Int32(SHUT_RDWR))
            places[oldest.place] = .leaving(fd: oldest.fd, host: oldest.host)
        }
    }

    /// Before slots are given back: until then the place knows the address.
    mutating func tell(_ complaint: ClientComplaint, nowNs: Int64) {
        if nowNs - toldSinceNs >= 1_000_000_000 {
            if untold > 0 { log.write(.warn, "clients: \(untold) more faults in that second") }
            (toldSinceNs, told, untold) = (nowNs, 0, 0)
        }
        guard told < Self.linesPerSecond else {
            untold += 1
            return
        }
        told += 1
        let user =
            users.indices.contains(Int(complaint.login))
            ? users[Int(complaint.login)] : "not logged in"
        log.write(.warn, "client \(user) from \(address(complaint.slot)): \(complaint.text)")
    }

    private func address(_ slot: UInt16) -> String {
        let place = Int(slot) - SlotMap.firstClient
        guard places.indices.contains(place), let up = places[place].up else {
            return "an unknown address"
        }
        return hostText(up.host)
    }

    mutating func tick(nowNs: Int64) {
        for place in places.indices { handOver(place, nowNs) }
        if !waiting.isEmpty { letIn(nowNs) }
        penalties = penalties.filter { $0.value.forgetNs > nowNs }
    }

    mutating func released(_ release: SocketRelease, nowNs: Int64) {
        let place = Int(release.slot) - SlotMap.firstClient
        guard places.indices.contains(place), let (fd, host) = places[place].up else { return }
        mailbox.setSocket(slot: Int(release.slot), fd: -1)
        switch release.reason {
        case .orderly, .stopping, .lost, .unreconciled: break
        case .loginFailed: penalise(host, nowNs)
        case .expelled: _ = shim_socket_linger_reset(fd, 1)
        }
        close(fd)
        places[place] = .free
    }

    private mutating func handOver(_ place: Int, _ nowNs: Int64) {
        guard case .held(let fd, let host, let untilNs) = places[place], nowNs >= untilNs else {
            return
        }
        let slot = SlotMap.firstClient + place
        let handover = SocketHandover(slot: UInt16(slot), isDatagram: false, fd: fd)
        guard mailbox.handovers.push(handover) else { return }
        mailbox.setSocket(slot: slot, fd: fd)
        places[place] = .up(fd: fd, host: host, sinceNs: nowNs)
    }

    private mutating func turnAway(_ fd: Int32, _ host: UInt32) {
        _ = shim_socket_linger_reset(fd, 1)
        close(fd)
        refusedFull += 1
        guard refusedFull == 1 else { return }
        log.write(
            .warn,
            """
            client from \(hostText(host)) turned away: all \(places.count) connections \
            are taken (client_connections_max)
            """
        )
    }

    private mutating func penalise(_ host: UInt32, _ nowNs: Int64) {
        let before = penalties[host]?.delayNs ?? Self.delayFirstNs / 2
        let delayNs = min(2 * before, Self.delayLastNs)
        penalties[host] = Penalty(
            delayNs: delayNs,
            untilNs: nowNs + delayNs,
            forgetNs: nowNs + Self.forgetAfterNs
        )
        log.write(
            .warn,
            "client from \(hostText(host)): login refused; next waits \(delayNs / 1_000_000) ms"
        )
    }
}
