public import Vocabulary

/// One request or answer on `hot.sock`: 528 bytes, little-endian, fixed. One request, one answer.
/// The sender's uid comes from the kernel (SO_PEERCRED), never from the frame.
@frozen
public struct ControlFrame: BitwiseCopyable, Sendable {
    public static let magicValue: UInt32 = 0x4C54_4341  // "ACTL"
    public static let currentVersion: UInt16 = 1

    @frozen
    public enum Verb: UInt16, BitwiseCopyable, Sendable, CaseIterable {
        case none = 0
        case status = 1
        case kill = 2
        case arm = 3
        case orderNew = 4
        case orderCancel = 5
        case orderReplace = 6
        /// Answers one frame a live order, then one with `last` set.
        case orderList = 7
        case limitShow = 8
        case limitSet = 9
        case sessionRoll = 10
        case resolve = 11
        case adjust = 12
        case trigger = 13
        case clearTrigger = 14
        case stop = 15
        case hardKill = 16
        case exclude = 17
        /// Test hooks, refused unless the image allows them. `value` 0: the engine hangs; N: the
        /// process ends at the N-th order from now, recorded and not sent.
        case hang = 18
        /// Cancels every order the names and side given take, together; latches nothing. No gaps:
        /// what stands in the frame is the case's place.
        case massCancel = 19
        /// One order past a hard block: asked by one person, confirmed by another.
        case overrideAsk = 20
        case overrideConfirm = 21
        /// What is latched, one a request: `value` -1, then what the answer before said in `value`.
        /// Answers `scope`, a name and `detail` (its code, 0 the kill); `value` -1 behind the last.
        case latchShow = 22
        /// Answers one frame a trigger that stands, from the instrument `value` names on, then one
        /// with `last` set, whose `value` is where to go on: -1 when all were told.
        case triggerList = 23
    }

    /// How a request ended, in `outcome` of an answer.
    @frozen
    public enum Outcome: UInt16, BitwiseCopyable, Sendable {
        case done = 0
        /// Refused: role (77), with `text`.
        case refused = 1
        /// The gate or the engine said no: `code`.
        case rejected = 2
        /// A frame or field that cannot be (65), with `text`.
        case malformed = 3
        /// The engine did not answer in time; the socket rung was used if it was a kill.
        case engineSilent = 4
        /// Recorded and not done yet: another person must say the same within a minute.
        case awaitsSecond = 5
    }

    public var magic: UInt32 = ControlFrame.magicValue
    public var version: UInt16 = ControlFrame.currentVersion
    public var verb: Verb = .none
    public var id: UInt64 = 0
    public var outcome: Outcome = .done
    public var code: UInt16 = 0
    public var scope: UInt8 = 0
    public var last: UInt8 = 1
    public var side: UInt8 = 0
    public var timeInForce: UInt8 = 0x30
    public var account: Name = .blank
    public var strategy: Name = .blank
    public var venue: Name = .blank
    public var symbol: Symbol = .blank
    public var ordType: UInt8 = 0x32
    public var display: UInt8 = 0x59
    public var status: UInt8 = 0
    public var force: UInt8 = 0
    public var detail: UInt32 = 0
    public var px: Price = .zero
    public var qty: OrderQty = .zero
    public var leavesQty: OrderQty = .zero
    public var cumQty: OrderQty = .zero
    public var orderID: ClOrdID = .none
    public var value: Int64 = 0
    /// Status answers: see ``StatusField``.
    public var fields:
        (
            Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64,
            Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64
        ) = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    public var textLength: UInt64 = 0
    public var text: CommandText = CommandText()
    public var text2: CommandText = CommandText()

    @inlinable public init() {}

    @inlinable public static var bytes: Int { 528 }

    /// When a request was sent, ns of CLOCK_MONOTONIC; 0 when its sender does not say. In an answer
    /// the place is a field like any other.
    @inlinable public var sentNs: Int64 {
        get { fields.15 }
        set { fields.15 = newValue }
    }
}

extension ControlFrame.Verb {
    /// What stops, takes back or only looks: done however late it is read. All else is an order of
    /// that moment (semantics.md §2.8).
    @inlinable public var isDoneAtAnyAge: Bool {
        switch self {
        case .kill, .hardKill, .orderCancel, .massCancel, .clearTrigger, .stop, .hang: true
        case .none, .status, .orderList, .limitShow, .latchShow, .triggerList: true
        case .arm, .orderNew, .orderReplace, .limitSet, .sessionRoll, .resolve, .adjust, .trigger,
            .exclude, .overrideAsk, .overrideConfirm:
            false
        }
    }
}

/// What `fields` of a status answer hold, by index.
@frozen
public enum StatusField: Int, Sendable, CaseIterable {
    case epoch = 0
    case gateOpen = 1
    case liveOrders = 2
    case unknownOrders = 3
    case killed = 4
    case killEpoch = 5
    case heartbeatAgeNs = 6
    case auditUsedSlots = 7
    case auditSlots = 8
    case venuesUp = 9
    case venuesTotal = 10
    case clientsLoggedIn = 11
    case transport = 12
    case coldAgeNs = 13
    case limitsVersion = 14
    case pid = 15
}
