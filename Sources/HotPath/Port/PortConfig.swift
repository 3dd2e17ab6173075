/// Sizes and manners of a ``Port``. Every number carries the sum it comes from.
package struct PortConfig: Sendable {
    /// Slots below this index and from ``clientSlotsStart`` on carry streams; those between carry
    /// datagrams (ARCHITECTURE.md, "Slots of sockets").
    package static var venueSlots: Int { 16 }
    package static var clientSlotsStart: Int { 64 }

    package enum Transport: UInt8, BitwiseCopyable, Sendable {
        /// io_uring in the best mode this kernel grants, else sockets.
        case automatic = 0
        /// io_uring or refuse to start.
        case ioUring = 1
        case sockets = 2
        /// A ``MemoryWire`` of this process: the simulation's. No configuration can name it.
        case memory = 3
    }

    package enum Idle: UInt8, BitwiseCopyable, Sendable {
        /// Never sleeps: the engine owns its CPU.
        case spin = 0
        /// After ``PortConfig/emptyPollsMax`` empty polls, sleeps in the kernel up to 1 ms.
        case yield = 1
    }

    /// Venues, feeds and re-request sockets take 64; each client connection one more.
    package var slots: Int
    package var transport: Transport = .automatic
    package var idle: Idle = .yield
    /// About 20 µs of empty polling before the CPU is given away.
    package var emptyPollsMax: Int = 256
    /// The tick of idle yielding: how late a command or timer can be when nothing arrives.
    package var waitNs: Int64 = 1_000_000

    /// One stream receive: 512 × 8 KiB. One turn takes at most 8 messages a client, so a buffer is
    /// seldom held; 512 is eight for each of 64 sockets.
    package var streamBuffers: Int = 512
    package var streamBufferBytes: Int = 8_192
    /// Twice the datagrams that fit an explicit receive buffer of 4 MiB, the kernel charging
    /// 2 304 bytes for a full one: 2 × 1 820, rounded up to a power of two.
    package var datagramBuffers: Int = 4_096
    /// An Ethernet datagram carries at most 1 472 bytes; 2 048 keeps each in its own half page.
    package var datagramBufferBytes: Int = 2_048
    /// One of the two gather buffers of a stream: 1 000 cancels of 47 bytes with appendage.
    package var streamSendBytes: Int = 65_536
    /// A re-request or heartbeat: one datagram.
    package var datagramSendBytes: Int = 2_048
    /// A send, a receive and a cancel for each of 96 sockets would be 288; more just enter sooner.
    package var submissionEntries: UInt32 = 256

    /// Modes to behave as if the kernel had refused them: the tests of the step-down.
    package var deniedModes: PortModes = []

    package init(clientConnections: Int) {
        slots = Self.clientSlotsStart + clientConnections
    }
}

/// How the port moves bytes, best first. `rawValue` is what status shows.
package enum PortMode: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case ringDeferTaskrun = 1
    case ringCoopTaskrun = 2
    case ringPlain = 3
    case sockets = 4
    case memory = 5
}

package struct PortModes: OptionSet, BitwiseCopyable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package init(_ mode: PortMode) { rawValue = 1 << mode.rawValue }
    package static var ringDeferTaskrun: PortModes { PortModes(.ringDeferTaskrun) }
    package static var ringCoopTaskrun: PortModes { PortModes(.ringCoopTaskrun) }
    package static var ringPlain: PortModes { PortModes(.ringPlain) }
    package static var anyRing: PortModes { [.ringDeferTaskrun, .ringCoopTaskrun, .ringPlain] }
}

/// Why there is no port. Words are in HotControl.
package enum PortError: Error, Equatable {
    case ringSetupFailed(errno: Int32, entries: UInt32)
    case memoryFailed(errno: Int32, bytes: Int)
    case epollFailed(errno: Int32)
    /// Transport 3 without a wire: only a simulation has one.
    case noWire
}
