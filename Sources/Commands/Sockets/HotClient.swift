internal import Crossing
internal import Glibc

/// `hot.sock`: one fixed frame there, one or more back. Works without cold.
struct HotClient: Sendable {
    let stateDir: String

    var path: String { "\(stateDir)/hot.sock" }

    /// The only answer, or the last one.
    @discardableResult
    func ask(_ frame: ControlFrame, timeoutMs: Int? = nil) throws(Failure) -> ControlFrame {
        try askAll(frame, timeoutMs: timeoutMs).last ?? ControlFrame()
    }

    /// Every answer up to the one marked last; refusals are errors.
    func askAll(
        _ frame: ControlFrame,
        timeoutMs: Int? = nil
    ) throws(Failure) -> [ControlFrame] {
        let answers = try exchange(frame, timeoutMs: timeoutMs)
        try check(answers.last ?? ControlFrame())
        return answers
    }

    /// The same, whatever the outcome.
    func exchange(
        _ frame: ControlFrame,
        timeoutMs: Int? = nil
    ) throws(Failure) -> [ControlFrame] {
        let timeoutMs = timeoutMs ?? frame.verb.patienceMs
        let socket = try LocalSocket(path: path, what: "hot", timeoutMs: timeoutMs)
        var frame = frame
        if frame.id == 0 { frame.id = Self.freshID() }
        frame.sentNs = Self.monotonicNs()
        try socket.send(withUnsafeBytes(of: frame) { Array($0) })
        let silence = HotSilence(
            path: path,
            verb: frame.verb,
            pid: socket.peer,
            timeoutMs: timeoutMs
        )
        var answers: [ControlFrame] = []
        repeat {
            let bytes = try socket.receive(ControlFrame.bytes, silence: silence)
            let answer = bytes.withUnsafeBytes { $0.loadUnaligned(as: ControlFrame.self) }
            guard answer.magic == ControlFrame.magicValue,
                answer.version == ControlFrame.currentVersion
            else {
                throw Failure(.notRunning, "\(path): answered in another version; rebuild both")
            }
            answers.append(answer)
        } while answers.last?.last == 0
        return answers
    }

    /// A refusal is an error with its own exit code; a rejection by the gate is the caller's to tell.
    func check(_ answer: ControlFrame) throws(Failure) {
        switch answer.outcome {
        case .done, .rejected, .awaitsSecond: return
        case .refused: throw Failure(.refused, "refused: \(answer.words)")
        case .malformed: throw Failure(.badInput, answer.words)
        case .engineSilent:
            throw Failure(.notRunning, "the engine did not answer: \(answer.words)")
        }
    }

    /// Unique enough between callers: pid and monotonic time.
    private static func freshID() -> UInt64 {
        let now = UInt64(monotonicNs())
        return UInt64(getpid()) << 40 ^ now / 1_000_000_000 << 30 ^ now % 1_000_000_000
    }

    static func monotonicNs() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
}

extension ControlFrame {
    init(_ verb: Verb) {
        self.init()
        self.verb = verb
    }

    /// What the answer says in words.
    var words: String { text.string(length: UInt8(clamping: textLength)) }

    /// Reason or evidence, at most 127 bytes.
    mutating func say(_ reason: String) {
        let made = CommandText.make(reason)
        text = made.text
        textLength = UInt64(made.length)
    }

    func field(_ field: StatusField) -> Int64 {
        withUnsafeBytes(of: fields) { $0.load(fromByteOffset: field.rawValue * 8, as: Int64.self) }
    }
}
