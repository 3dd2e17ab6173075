import CShims
package import Crossing
import Vocabulary

/// What the engine may touch of cold's file: cursors, commands, the word that says it lives.
package struct ColdView: BitwiseCopyable, @unchecked Sendable {
    // Sendable: every word behind it is atomic; the mapping is never taken back.
    package var commands: CommandRing
    package var auditCursor: ConsumerCursor
    package var telemetryCursor: ConsumerCursor
    package var heartbeat: SharedWord
    package var journalState: SharedWord
    package var valuation: ValuationPage

    package init(_ region: borrowing ColdRegion) {
        commands = region.commands
        auditCursor = region.auditCursor
        telemetryCursor = region.telemetryCursor
        heartbeat = region.control.word(ColdWord.heartbeat.rawValue)
        journalState = region.control.word(ColdWord.journalState.rawValue)
        valuation = region.valuation
    }
}

/// Where the admin thread leaves a newly mapped cold region for the engine to adopt between steps;
/// mapping is a system call the engine must not make.
@safe
package struct ColdBoard: @unchecked Sendable {
    // Sendable: one writer (admin), one reader (engine), handed over by the version word.
    private let view: UnsafeMutablePointer<ColdView?>
    private let version: UnsafeMutableRawPointer

    package init() {
        unsafe view = .allocate(capacity: 1)
        unsafe view.initialize(to: nil)
        unsafe version = .allocate(byteCount: 128, alignment: 128)
        unsafe version.initializeMemory(as: UInt64.self, repeating: 0, count: 16)
    }

    /// Neither thread touches it any more.
    package func deallocate() {
        unsafe view.deallocate()
        unsafe version.deallocate()
    }

    /// Admin thread. The former view stays mapped: the engine may be in the middle of it.
    package func post(_ cold: ColdView) {
        let number = unsafe shim_load_relaxed(version)
        unsafe shim_store_release(version, number + 1)
        unsafe view.pointee = cold
        unsafe shim_store_release(version, number + 2)
    }

    /// Engine thread: the view posted since `seen`, or nil.
    @inline(__always)
    func take(after seen: inout UInt64) -> ColdView? {
        let number = unsafe shim_load_acquire(version)
        guard number != seen, number & 1 == 0 else { return nil }
        let copy = unsafe view.pointee
        shim_fence_acquire()
        guard unsafe shim_load_relaxed(version) == number else { return nil }
        seen = number
        return copy
    }
}

/// The engine's side of cold: is it alive, and what does it ask.
///
/// Life is a word cold keeps changing; the engine notes on its own clock when it last did, so the
/// two processes need not agree on time.
package struct ColdLink: ~Copyable {
    package enum Change: Equatable { case none, attached, silent, back, dead }
    private enum State { case never, alive, silent, dead }

    private let board: ColdBoard
    private let commandCursor: ConsumerCursor
    private var reader: CommandReader?
    private var view: ColdView?
    private var state: State = .never
    private var seenVersion: UInt64 = 0
    private var lastBeat: UInt64 = 0
    private var lastChangeNs: Int64 = 0
    package private(set) var silentForNs: Int64 = 0
    /// The disk under the journal, as cold last said.
    package private(set) var journalState: JournalState = .ok
    private var journalLostNs: Int64 = 0

    package init(board: ColdBoard, commandCursor: ConsumerCursor) {
        self.board = board
        self.commandCursor = commandCursor
    }

    /// No new order while cold does not live, or cannot write down what it hears (code 111).
    @inline(__always)
    package var isLost: Bool { state != .alive || journalState != .ok }
    package var auditCursor: ConsumerCursor? { view?.auditCursor }
    package var telemetryCursor: ConsumerCursor? { view?.telemetryCursor }
    package var valuation: ValuationPage? { view?.valuation }

    @inline(__always)
    package mutating func pop(_ command: inout Command) -> Bool {
        guard reader != nil else { return false }
        return unsafe reader?.pop(into: &command) ?? false
    }

    /// Once a timer tick, behind ``watch(nowNs:silentNs:deadNs:)``: the disk under the journal.
    ///
    /// - Returns: What is to be recorded, `nil` when nothing changed: the event and its `value`.
    package mutating func watchJournal(nowNs: Int64) -> (event: SessionEvent, value: Int64)? {
        guard let view else { return nil }
        let now = JournalState(word: view.journalState.load())
        guard now != journalState else { return nil }
        let was = journalState
        journalState = now
        if was == .ok { journalLostNs = nowNs }
        return now == .ok
            ? (.journalBack, nowNs - journalLostNs)
            : (.journalLost, Int64(truncatingIfNeeded: now.rawValue))
    }

    /// Once a timer tick: adopts a new region, watches the heartbeat.
    package mutating func watch(nowNs: Int64, silentNs: Int64, deadNs: Int64) -> Change {
        if let fresh = board.take(after: &seenVersion) {
            view = fresh
            reader = CommandReader(ring: fresh.commands, cursor: commandCursor)
            lastBeat = fresh.heartbeat.load()
            // A file is no sign of life: a dead cold leaves one too. A cold that lives gets its time
            // for the first beat in its next file; any other opens the gate with that beat.
            if state == .alive || lastChangeNs == 0 { lastChangeNs = nowNs }
            silentForNs = nowNs - lastChangeNs
            return .attached
        }
        if let view {
            let beat = view.heartbeat.load()
            if beat != lastBeat {
                lastBeat = beat
                lastChangeNs = nowNs
                silentForNs = 0
                guard state != .alive else { return .none }
                state = .alive
                return .back
            }
        } else if lastChangeNs == 0 {
            lastChangeNs = nowNs
        }
        silentForNs = nowNs - lastChangeNs
        if silentForNs > deadNs, state != .dead {
            state = .dead
            return .dead
        }
        if silentForNs > silentNs, state == .alive {
            state = .silent
            return .silent
        }
        return .none
    }
}
