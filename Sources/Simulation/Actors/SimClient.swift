import Vocabulary
import Wire

/// A client of hot's: a Soup session with its own count of what it was told, and what it asked.
final class SimClient {
    struct Request {
        enum Kind { case enter, replace, other }
        var kind: Kind
        var symbol: Int
        var isBuy: Bool
        var qty: Int64
        var px: Int64
        /// First answers seen: A or J of an enter, U or J of a replace.
        var answers = 0
        /// By `A` or `U`, also in a session whose answers were forgotten since.
        var wasAccepted = false
        var isLive = false
        /// Shares told executed or canceled, and whether another number took its place.
        var told: Int64 = 0
        var wasReplaced = false
        /// Modifies of this order asked for, and answered by `M` or `J`.
        var modifies = 0
        var modifiesAnswered = 0

        /// About no order in particular.
        static var other: Request { Request(kind: .other, symbol: 0, isBuy: true, qty: 0, px: 0) }
    }

    let index: Int
    var pipe: Pipe?
    var isLoggedIn = false
    var isReading = true
    var session: [UInt8] = []
    /// Everything sequenced of this session, from 1.
    var heard: [[UInt8]] = []
    var nextSequence: UInt64 = 1
    var wanted: UInt64 = 1
    var nextRef: UInt32 = 1
    /// Asks for whatever session is current, from its first message: after one was refused by name.
    var isForgetful = false
    /// It has sent bytes that may have been an order nobody knows the number of.
    var isUncountable = false
    /// It has asked last that nothing of it be entered.
    var isDisabled = false
    var heardAtLogin = 0
    /// Hot has forgotten what was not on disk: numbers of requests the venue still answers.
    var isForgotten = false
    var requests: [UInt32: Request] = [:]
    var live: [UInt32] = []
    /// Orders and replaces it sent last, as bytes.
    private(set) var lately: [[UInt8]] = []
    var sharesHeard: Int64 = 0
    var executionsHeard = 0
    /// Orders that ended because their time had come.
    var expiriesHeard = 0
    var remarksHeard = 0
    private var inbound: [UInt8] = []
    /// A law a message broke.
    var broken: String?

    init(index: Int) { self.index = index }

    // MARK: What it says

    static func loginBytes(
        _ user: String,
        _ password: String,
        session: Alpha10,
        from: UInt64
    ) -> [UInt8] {
        made(Soup.LoginRequest.maxLength) {
            Soup.LoginRequest(
                username: Name(user)!,
                password: Name(password)!,
                requestedSession: session,
                requestedSequenceNumber: from
            ).write(to: $0)
        }
    }

    static func data(_ write: (UnsafeMutableRawPointer) -> Int) -> [UInt8] {
        made(1_024) { target in
            let count = write(target + 3)
            return Soup.writeHeader(.unsequencedData, payloadLength: count, to: target) + count
        }
    }

    static func empty(_ type: Soup.PacketType) -> [UInt8] {
        made(8) { Soup.writeEmpty(type, to: $0) }
    }

    static func made(_ capacity: Int, _ write: (UnsafeMutableRawPointer) -> Int) -> [UInt8] {
        withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 8) { room in
            let count = write(room.baseAddress!)
            return Array(room[0..<count])
        }
    }

    func asked(_ bytes: [UInt8]) {
        lately.append(bytes)
        if lately.count > 8 { lately.removeFirst() }
    }

    // MARK: What it hears

    func connected(_ pipe: Pipe) {
        self.pipe = pipe
        inbound.removeAll()
        isLoggedIn = false
        isReading = true
    }

    func ended() {
        pipe = nil
        isLoggedIn = false
    }

    func receive(_ bytes: [UInt8]) {
        inbound += bytes
        var offset = 0
        while offset + 2 <= inbound.count {
            let length = Int(inbound[offset]) << 8 | Int(inbound[offset + 1])
            guard length > 0 else { return fail("a packet of length 0") }
            guard offset + 2 + length <= inbound.count else { break }
            packet(inbound[offset + 2], Array(inbound[offset + 3..<offset + 2 + length]))
            offset += 2 + length
        }
        inbound.removeFirst(offset)
    }

    private func fail(_ text: String) {
        if broken == nil { broken = "client \(index): \(text)" }
    }

    private func packet(_ type: UInt8, _ payload: [UInt8]) {
        switch Soup.PacketType(rawValue: type) {
        case .loginAccepted: accepted(payload)
        case .loginRejected:
            if payload.first == UInt8(ascii: "S") { isForgetful = true }
        case .sequencedData: sequenced(payload)
        default: break
        }
    }

    private func accepted(_ payload: [UInt8]) {
        guard payload.count == 30 else { return fail("Login Accepted of \(payload.count) bytes") }
        let name = Array(payload[0..<10])
        if name != session {
            // Another epoch of hot's region: what was said in the old one is not said again.
            session = name
            heard.removeAll()
            for ref in requests.keys {
                requests[ref]?.answers = 0
                requests[ref]?.modifiesAnswered = 0
            }
        }
        let digits = String(decoding: payload[10..<30], as: UTF8.self)
        let sequence = UInt64(digits.split(separator: " ").first ?? "") ?? 0
        if wanted > 0, sequence != wanted {
            fail("asked for \(wanted), Login Accepted says \(sequence)")
        }
        guard sequence >= 1, sequence <= UInt64(heard.count) + 1 || wanted == 0 else {
            return fail("Login Accepted at \(sequence) with \(heard.count) heard")
        }
        nextSequence = sequence
        isLoggedIn = true
        isForgetful = false
    }

    private func sequenced(_ payload: [UInt8]) {
        guard isLoggedIn else { return fail("sequenced before Login Accepted") }
        let sequence = nextSequence
        nextSequence += 1
        if sequence <= UInt64(heard.count) {
            if heard[Int(sequence) - 1] != payload {
                fail("message \(sequence) is another one when told again")
            }
            return
        }
        guard sequence == UInt64(heard.count) + 1 else { return }
        heard.append(payload)
        message(payload)
    }

    private func message(_ bytes: [UInt8]) {
        guard let type = bytes.first, bytes.count >= 13 else { return }
        switch type {
        case UInt8(ascii: "A"): answered(big32(bytes, 9), .enter, "A", isLive: bytes[47] == 0x4C)
        case UInt8(ascii: "U"):
            // A replace hot has forgotten: the order goes by the number it had.
            if isForgotten, big32(bytes, 9) == big32(bytes, 13) { return }
            end(big32(bytes, 9))
            requests[big32(bytes, 9)]?.wasReplaced = true
            answered(big32(bytes, 13), .replace, "U", isLive: bytes[51] == 0x4C)
        case UInt8(ascii: "J"):
            if !endsModify(big32(bytes, 9)) {
                answered(big32(bytes, 9), nil, "J", isLive: false)
            }
        case UInt8(ascii: "M") where bytes.count >= 18: modified(big32(bytes, 9), bytes)
        case UInt8(ascii: "E"):
            sharesHeard += Int64(big32(bytes, 13))
            executionsHeard += 1
            requests[big32(bytes, 9)]?.told += Int64(big32(bytes, 13))
        case UInt8(ascii: "C") where bytes.count >= 17:
            requests[big32(bytes, 9)]?.told += Int64(big32(bytes, 13))
            if bytes.count >= 18, bytes[17] == UInt8(ascii: "T") { expiriesHeard += 1 }
        default: break
        }
    }

    /// `J` under the number of an order that was accepted refuses its Modify.
    private func endsModify(_ ref: UInt32) -> Bool {
        guard let request = requests[ref], request.answers > 0 || request.wasAccepted,
            request.modifiesAnswered < request.modifies
        else { return false }
        requests[ref]?.modifiesAnswered += 1
        return true
    }

    /// Open shares and mark as they are now; what is no longer open will not execute.
    private func modified(_ ref: UInt32, _ bytes: [UInt8]) {
        guard let request = requests[ref] else { return }
        requests[ref]?.modifiesAnswered += 1
        remarksHeard += 1
        // Hot may have forgotten a replace: the order is told under the number it had before.
        if request.modifiesAnswered >= request.modifies, !isForgotten {
            fail("M \(request.modifiesAnswered + 1) of \(ref), \(request.modifies) were asked for")
        }
        requests[ref]?.told = max(request.told, request.qty - Int64(big32(bytes, 14)))
    }

    private func answered(_ ref: UInt32, _ kind: Request.Kind?, _ what: String, isLive: Bool) {
        // An order hot has forgotten: number 0, which no client gives.
        if isForgotten, ref == 0 { return }
        guard requests[ref] != nil else {
            if isUncountable { return }
            return fail("\(what) for \(ref), which was never asked")
        }
        requests[ref]!.answers += 1
        requests[ref]!.isLive = isLive
        if kind != nil { requests[ref]!.wasAccepted = true }
        if let kind, requests[ref]!.kind != kind {
            fail("\(what) for \(ref), another kind of request")
        }
        if requests[ref]!.answers > 1 { fail("\(what) is the second first answer to \(ref)") }
        if isLive { live.append(ref) }
        if live.count > 40 { live.removeFirst() }
    }

    private func end(_ ref: UInt32) { live.removeAll { $0 == ref } }
}
