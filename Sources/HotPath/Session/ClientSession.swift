import Vocabulary
import Wire

/// One client connection: a socket that may or may not have logged in yet.
struct ClientConnection: BitwiseCopyable {
    var isOpen = false
    /// Login index, or 0xFFFF before login.
    var login: UInt16 = 0xFFFF
    var openedNs: Int64 = 0
    var lastReceivedNs: Int64 = 0
    var lastSentNs: Int64 = 0
    /// When the socket last took bytes of ours while more were waiting.
    var lastProgressNs: Int64 = 0
    /// The last thing this connection gets before it is closed has been written.
    var closing = false
    /// Why it was closed, until the slot is somebody else's.
    var parting = ClientFault.connectionLost
    /// When a message of it was last reported as ignored.
    var complainedNs: Int64 = 0
    /// Bytes from the front of the buffer that waited through a stall of ours; `allStale` while there
    /// may be more of them in the kernel.
    var staleBytes = 0
    static var allStale: Int { -1 }

    init() {}
}

/// One client login: what belongs to the name, whichever connection carries it.
struct ClientLogin: BitwiseCopyable {
    /// Connection that carries the login now, or −1.
    var connection: Int32 = -1
    /// Sequence of the next stored message to write to the socket.
    var cursor: UInt64 = 1
    /// GCRA of everything the client sends (semantics.md §3.2).
    var doorTATNs: Int64 = 0
    /// Refusals at the door since the last one recorded.
    var doorRefusals: UInt32 = 0
    var doorRefusalsTotal: UInt32 = 0
    /// Highest number refused at the door; its record may still be to come.
    var doorRefNum: UInt32 = 0
    var doorRecordedNs: Int64 = 0
    /// Until when nobody may log in as this client, after failed attempts.
    var lockedUntilNs: Int64 = 0
    var failedLogins: UInt32 = 0
    /// Since when the client is away with orders of a former run alive (grace, semantics §2.11).
    var graceUntilNs: Int64 = 0
    var everLoggedIn = false

    init() {}
}
