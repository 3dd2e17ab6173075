import ExchangeSimulator
import Glibc
import NIOCore
import NIOPosix

// Opening the sockets; every failure names the flag.
extension VenueServer {
    func bind() throws {
        lines = FeedLines(fixed: try options.feedTo.map { try $0.socketAddress() })
        ports.orderEntry = try listen(options.orderEntry, .orderEntry, flag: "--ouch")
        ports.dropCopy = try listen(options.dropCopy, .dropCopy, flag: "--drop-copy")
        let request = try datagram(options.request, flag: "--request") { _, buffer in
            self.answerRequest(buffer)
        }
        ports.request = request.localAddress?.port ?? 0
        let feed = try datagram(options.feed, flag: "--feed-subscribe") { sender, buffer in
            self.answerFeedPort(sender, buffer)
        }
        ports.feed = feed.localAddress?.port ?? 0
        if options.feedTo.contains(where: \.isMulticast) { try aimMulticast(feed) }
        try loop.submit { self.feedChannel = feed }.wait()
    }

    private func listen(_ endpoint: Endpoint, _ door: Door, flag: String) throws -> Int {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(SoupHandler(self, door))
                }
            }
        let channel = try named(flag, endpoint) {
            try bootstrap.bind(host: endpoint.host, port: endpoint.port).wait()
        }
        return channel.localAddress?.port ?? 0
    }

    private func datagram(
        _ endpoint: Endpoint,
        flag: String,
        answer: @escaping @Sendable (SocketAddress, ByteBuffer) -> [UInt8]?
    ) throws -> any Channel {
        let bootstrap = DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramHandler(answer: answer))
                }
            }
        return try named(flag, endpoint) {
            try bootstrap.bind(host: endpoint.host, port: endpoint.port).wait()
        }
    }

    /// Multicast leaves by the interface named, and is heard on this host too.
    private func aimMulticast(_ channel: any Channel) throws {
        guard let provider = channel as? any SocketOptionProvider else { return }
        // By way of raw memory: the C headers are in two modules, and the initialiser of `in_addr`
        // belongs to the one we do not import.
        let address = withUnsafeTemporaryAllocation(of: in_addr.self, capacity: 1) { memory in
            inet_pton(AF_INET, options.multicastInterface, memory.baseAddress) == 1
                ? memory[0] : nil
        }
        guard let address else {
            throw VenueServerError.badValue(
                "--multicast-interface",
                options.multicastInterface,
                "an IPv4 address of this host"
            )
        }
        try provider.setIPMulticastIF(address).wait()
        try provider.setIPMulticastLoop(1).wait()
    }

    private func named<Value>(
        _ flag: String,
        _ endpoint: Endpoint,
        _ body: () throws -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch let error as IOError {
            guard error.errnoCode == EADDRINUSE else {
                let text = "\(endpoint.host):\(endpoint.port)"
                throw VenueServerError.badFile(flag, text, errno: error.errnoCode)
            }
            throw VenueServerError.portInUse(flag, endpoint)
        }
    }
}
