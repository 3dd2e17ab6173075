import ExchangeSimulator
import NIOCore

/// A TCP connection of a client. Lives on the server's one event loop.
final class SoupHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let server: VenueServer
    private let door: Door
    private var id: ConnectionID?

    init(_ server: VenueServer, _ door: Door) {
        self.server = server
        self.door = door
    }

    func channelActive(context: ChannelHandlerContext) {
        id = server.opened(context.channel, door)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let id else { return }
        server.received(unwrapInboundIn(data), on: id)
    }

    func channelReadComplete(context: ChannelHandlerContext) { server.drain() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard let id else { return }
        server.writable(context.channel.isWritable, id)
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard let id else { return }
        self.id = nil
        server.closed(id)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// A UDP socket: re-requests, or the feed port's own small protocol.
final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let answer: (SocketAddress, ByteBuffer) -> [UInt8]?

    init(answer: @escaping (SocketAddress, ByteBuffer) -> [UInt8]?) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let reply = answer(envelope.remoteAddress, envelope.data) else { return }
        let buffer = context.channel.allocator.buffer(bytes: reply)
        let out = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: buffer)
        context.writeAndFlush(wrapOutboundOut(out), promise: nil)
    }

    // A receiver that is gone answers with an ICMP error; the others go on.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
