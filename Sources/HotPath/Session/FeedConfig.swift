/// Sizes and times of one venue's feed. Each default says the sum it comes from.
package struct FeedConfig: BitwiseCopyable, Sendable {
    /// Packets kept while something before them is missing: 20 000 messages at 38 a packet, a
    /// little more than one round trip to the re-request server during an opening burst.
    package var holdPackets = 512
    /// Largest packet that can be kept; 1 472 is what fits an Ethernet frame.
    package var packetBytesMax = 1_536
    /// How long the other line may take before the server is asked. Lines differ by microseconds.
    package var requestDelayNs: Int64 = 1_000_000
    /// Silence of the server after which the same is asked again (protocols: about 1 s).
    package var retryNs: Int64 = 1_000_000_000
    /// Unanswered requests after which the messages are given up.
    package var requestsMax = 5
    /// Messages asked for at once. A server may send fewer; asking for not much more than a packet
    /// holds keeps a server that answers in several packets from being asked for them twice.
    package var requestMessagesMax = 64
    /// Heartbeats come about once a second; three missing and the feed is stale.
    package var silenceNs: Int64 = 3_000_000_000
    /// Further ahead than this a sequence number is not believed: no venue sends so much in a day.
    package var sequenceJumpMax: UInt64 = 1 << 40
    /// Ask for everything from message 1 when joining, so that directory and resting orders are
    /// known. Otherwise a join in mid-stream is a loss: its books are never believed.
    package var joinFromStart = true

    package init() {}
}
