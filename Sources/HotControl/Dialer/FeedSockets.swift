import CShims
import Crossing
import Glibc
import HotPath
import Vocabulary

/// Opens each venue's feed lines A and B and its re-request socket.
///
/// A multicast line joins its group, for the source the configuration names. A unicast line asks for
/// itself: `JOIN A` or `JOIN B` to the venue's feed address, from the very socket that receives,
/// again every 10 s. Unicast sockets are connected: the kernel drops what anybody else sends there.
struct FeedSockets {
    private enum Line: String { case a = "A", b = "B", request = "request" }

    private struct Socket {
        var line: Line
        var venue: Name
        var slot: Int
        var host: UInt32
        var port: UInt16
        /// Of a multicast line; 0: any.
        var source: UInt32
        /// The address of the card a multicast line comes in by; 0: where the routes say.
        var interface: UInt32
        var isMulticast: Bool
        var fd: Int32 = -1
        var dueNs: Int64 = 0
        var isFailing = false
        var isOff = false
    }

    static let joinEveryNs: Int64 = 10_000_000_000
    static let reopenAfterNs: Int64 = 1_000_000_000
    /// Asked for; a venue's opening burst of a few thousand packets fits. net.core.rmem_max may
    /// grant less, which the log says once.
    static let receiveBytes: Int32 = 4 << 20

    private var sockets: [Socket] = []
    private let mailbox: Mailbox
    private let log: AdminLog
    private var toldReceiveBytes = false

    init(image: HotImageView, mailbox: Mailbox, log: AdminLog) {
        self.mailbox = mailbox
        self.log = log
        for index in 0..<image.venueCount {
            let venue = image.venue(index)
            let isMulticast = venue.multicast != 0
            func add(
                _ line: Line,
                _ slot: Int,
                _ host: UInt32,
                _ port: UInt16,
                source: UInt32 = 0
            ) {
                guard port != 0 else { return }
                sockets.append(
                    Socket(
                        line: line,
                        venue: venue.name,
                        slot: slot + index,
                        host: host,
                        port: port,
                        source: source,
                        interface: venue.feedInterface,
                        isMulticast: isMulticast && line != .request
                    )
                )
            }
            add(.a, SlotMap.feedA, venue.feedAHost, venue.feedAPort, source: venue.feedASource)
            add(.b, SlotMap.feedB, venue.feedBHost, venue.feedBPort, source: venue.feedBSource)
            add(.request, SlotMap.request, venue.requestHost, venue.requestPort)
        }
    }

    mutating func tick(nowNs: Int64) {
        for index in sockets.indices where nowNs >= sockets[index].dueNs && !sockets[index].isOff {
            if sockets[index].fd < 0 { open(index, nowNs) } else { join(index, nowNs) }
        }
    }

    mutating func released(_ release: SocketRelease, nowNs: Int64) {
        for index in sockets.indices where sockets[index].slot == Int(release.slot) {
            guard sockets[index].fd >= 0 else { return }
            mailbox.setSocket(slot: sockets[index].slot, fd: -1)
            close(sockets[index].fd)
            sockets[index].fd = -1
            sockets[index].dueNs = nowNs + Self.reopenAfterNs
            sockets[index].isOff = release.reason == .stopping
        }
    }

    private mutating func open(_ index: Int, _ nowNs: Int64) {
        let socket = sockets[index]
        var granted = socket.line == .request ? 0 : Self.receiveBytes
        let isLoopback = socket.host >> 24 == 127
        let local: UInt32 = socket.isMulticast ? socket.host : isLoopback ? 0x7F00_0001 : 0
        let fd = unsafe shim_udp_open(local, socket.isMulticast ? socket.port : 0, &granted)
        guard fd >= 0 else { return fail(index, -fd, nowNs) }
        var failure =
            socket.isMulticast
            ? shim_udp_join(fd, socket.host, socket.source, socket.interface)
            : shim_udp_connect(fd, socket.host, socket.port)
        let handover = SocketHandover(slot: UInt16(socket.slot), isDatagram: true, fd: fd)
        if failure == 0 && !mailbox.handovers.push(handover) { failure = -EAGAIN }
        guard failure == 0 else {
            close(fd)
            return fail(index, -failure, nowNs)
        }
        mailbox.setSocket(slot: socket.slot, fd: fd)
        sockets[index].fd = fd
        sockets[index].isFailing = false
        sayReceiveBytes(socket, granted)
        join(index, nowNs)
    }

    private mutating func join(_ index: Int, _ nowNs: Int64) {
        let socket = sockets[index]
        sockets[index].dueNs = nowNs + Self.joinEveryNs
        guard !socket.isMulticast, socket.line != .request else {
            sockets[index].dueNs = .max
            return
        }
        let words = Array("JOIN \(socket.line.rawValue)".utf8)
        // Refused or lost: the next one comes in 10 s, and a silent feed is seen by the engine.
        _ = unsafe shim_udp_send_to(socket.fd, socket.host, socket.port, words, words.count)
    }

    private mutating func fail(_ index: Int, _ error: Int32, _ nowNs: Int64) {
        sockets[index].dueNs = nowNs + Self.reopenAfterNs
        guard !sockets[index].isFailing else { return }
        sockets[index].isFailing = true
        let socket = sockets[index]
        log.write(
            .warn,
            """
            venue \(socket.venue): feed line \(socket.line.rawValue) at \
            \(addressText(socket.host, socket.port)): \(errnoText(error)); retrying
            """
        )
    }

    /// The kernel reports twice what was asked when it grants all of it.
    private mutating func sayReceiveBytes(_ socket: Socket, _ granted: Int32) {
        guard socket.line != .request, granted < Self.receiveBytes, !toldReceiveBytes else {
            return
        }
        toldReceiveBytes = true
        log.write(
            .warn,
            """
            feed sockets: asked for \(Self.receiveBytes) receive bytes, granted \(granted / 2); \
            raise net.core.rmem_max or bursts may be lost
            """
        )
    }
}
