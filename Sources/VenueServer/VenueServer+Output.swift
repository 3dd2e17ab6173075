import ExchangeSimulator
import Glibc
import NIOCore

// What leaves, and when it is time to look again; on the event loop.
extension VenueServer {
    /// Log first, then feed, then answers: nobody hears of what the log does not hold.
    func drain() {
        let now = Self.now()
        venue.advance(to: now)
        let output = venue.takeOutput(now: now)
        writeLog(output.log)
        if let channel = feedChannel, !output.packets.isEmpty {
            send(output.packets, on: channel, now)
        }
        for (id, bytes) in output.writes {
            guard let channel = channels[id] else { continue }
            let buffer = channel.allocator.buffer(bytes: bytes)
            guard output.closes.contains(id) else {
                channel.writeAndFlush(buffer, promise: nil)
                continue
            }
            channel.writeAndFlush(buffer).whenComplete { _ in channel.close(promise: nil) }
        }
        let written = Set(output.writes.map(\.connection))
        for id in output.closes where !written.contains(id) { channels[id]?.close(promise: nil) }
        for id in output.closes { channels[id] = nil }
        wake(at: venue.nextDue, now)
    }

    private func wake(at due: Int64, _ now: Int64) {
        guard due != timerDue || timer == nil else { return }
        timer?.cancel()
        timerDue = due
        timer = loop.scheduleTask(in: .nanoseconds(max(0, due - now))) {
            self.timer = nil
            self.timerDue = .max
            self.drain()
        }
    }

    private func writeLog(_ bytes: [UInt8]) {
        guard logDescriptor >= 0, !bytes.isEmpty else { return }
        guard !Files.writeAll(bytes, to: logDescriptor), !hasLostLog else { return }
        hasLostLog = true
        let why = String(cString: strerror(errno))
        say("apus-venue: --log \(options.logPath ?? ""): \(why); the log has a hole from here on")
    }

    func send(_ packets: [[UInt8]], on channel: any Channel, _ now: Int64) {
        for packet in packets {
            let buffer = channel.allocator.buffer(bytes: packet)
            for address in lines.destinations(drops: venue.floor.faults.feedDrops, now: now) {
                let envelope = AddressedEnvelope(remoteAddress: address, data: buffer)
                channel.write(envelope, promise: nil)
            }
        }
        channel.flush()
    }

    /// One line on standard error.
    package func say(_ line: String) {
        _ = Files.writeAll(Array((line + "\n").utf8), to: STDERR_FILENO)
    }

    // MARK: The UDP ports

    func answerRequest(_ buffer: ByteBuffer) -> [UInt8]? {
        buffer.withUnsafeReadableBytes { venue.answer(request: $0.bytes) }
    }

    /// `JOIN A`, `JOIN B`, `LEAVE`; and from an operator on this host `FAULT <form>`.
    func answerFeedPort(_ sender: SocketAddress, _ buffer: ByteBuffer) -> [UInt8]? {
        let text = String(buffer: buffer)
        let words = text.split { $0.isWhitespace || $0 == "\0" }.map(String.init)
        let now = Self.now()
        switch (words.first, words.dropFirst().first) {
        case ("JOIN", let name?):
            guard let line = FeedLine(rawValue: name) else { return nil }
            guard lines.join(sender, line, now: now) else { return nil }
            venue.releaseFlow(now: now)
            drain()
            return venue.mold.heartbeatPacket
        case ("LEAVE", _):
            lines.leave(sender)
            return nil
        case ("FAULT", let form?):
            guard let order = FaultOrder(form) else {
                return Array("ERR \(form): one of \(FaultOrder.forms)\n".utf8)
            }
            venue.order(order, now: now)
            drain()
            return Array("OK \(form)\n".utf8)
        default: return nil
        }
    }
}
