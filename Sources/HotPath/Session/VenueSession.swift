import Vocabulary
import Wire

/// Where our order session with one venue stands.
enum VenueSessionState: UInt8, BitwiseCopyable {
    /// No socket.
    case down
    /// Login sent, no answer yet.
    case loggingIn
    /// Logged in; what we missed is being replayed, fence and query are on their way.
    case replaying
    /// Nothing is in doubt: orders may go.
    case open
    /// The venue no longer knows the session we persisted; only an operator ends this.
    case lost
}

/// Where the question about UNKNOWN orders of an open session stands.
enum Inquiry: UInt8, BitwiseCopyable {
    case none
    /// Account Query sent: numbers below the venue's next were received.
    case asked
    /// A mass cancel of the order's symbol sent: its answer proves what is below it.
    case fenced
}

/// Our side of one SoupBinTCP order session: what was promised, what was heard.
///
/// Recovery (semantics.md §2.5): after login at the next expected sequence we send a mass cancel
/// numbered above everything recorded (the fence; it also flattens) and an Account Query. The
/// answers are sequenced, so once both are here, every earlier answer is here too, and an order
/// of ours without one was never received.
struct VenueSession: BitwiseCopyable {
    var state: VenueSessionState = .down
    /// The venue's session name as given at login; blank before the first login of the day.
    var sessionName: Alpha10 = .blank
    /// Sequence of the next sequenced packet.
    var expected: UInt64 = 1
    /// Sequence the last login asked for.
    var asked: UInt64 = 1
    var lastReceivedNs: Int64 = 0
    var lastSentNs: Int64 = 0
    var loginSentNs: Int64 = 0
    /// When the last sequenced packet came.
    var heardNs: Int64 = 0
    /// Why the socket is given back.
    var parting: SocketRelease.Reason = .lost
    /// UserRefNum of the fence of this login; 0 when none was sent.
    var fenceRefNum: UInt32 = 0
    var fenceAnswered = false
    /// Fences that may yet be raised in this login, should the venue pass over one in silence.
    var fencesLeft: UInt8 = 3
    /// NextUserRefNum of the last Account Query.
    var reportedNext: UInt32 = 0
    var queryAnswered = false
    var excluded = false
    /// A kill or cancel wanted while the session was down: first bytes after the next login.
    var cancelAllIntent = false
    /// Highest number that left in a mass cancel, recorded or not, in this life of hot's file.
    var burnedRefNum: UInt32 = 0
    /// Sequence up to which the venue tells again what a full ring could not take; 0 nothing.
    var catchUpTo: UInt64 = 0
    /// Reconciled at least once since the start: from then on a drop shuts only this venue.
    var wasOpen = false

    /// What is being asked about UNKNOWN orders while the session stays open.
    var inquiry: Inquiry = .none
    /// Our next UserRefNum as the question went, then the UserRefNum of the fence.
    var inquiryRefNum: UInt32 = 0
    /// When the inquiry's last message went, or when the last one ended.
    var inquiryNs: Int64 = 0
    /// Inquiries since no order was UNKNOWN: each waits twice as long as the one before.
    var inquiries: UInt8 = 0

    init() {}

    @inline(__always)
    var isConnected: Bool {
        state == .loggingIn || state == .replaying || state == .open
    }
    /// May messages of ours be written to the socket now?
    @inline(__always)
    var isLoggedIn: Bool { state == .replaying || state == .open }
}
