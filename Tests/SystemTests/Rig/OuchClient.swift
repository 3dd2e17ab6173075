import Glibc
import Vocabulary
import Wire

/// A client of Apus as any firm would write one: it logs in at its next expected number, keeps every
/// sequenced message under its number, and knows of each of its orders whether it has ended.
///
/// One thread's.
final class OuchClient {
    struct Order {
        var qty: Int64
        var sentNs: Int64
        /// First answer of any kind; 0 before it.
        var answeredNs: Int64 = 0
        var cumQty: Int64 = 0
        var canceledQty: Int64 = 0
        var code: UInt16 = 0
        var isAccepted = false
        var isDead = false
        /// After a login: the server's highest number is below it, so that it never came in.
        var neverReceived = false
        var isOver: Bool { isDead || neverReceived || cumQty + canceledQty >= qty }
    }

    let user: String
    private let password: String
    private let port: UInt16
    let line = SoupLine()

    /// Every sequenced message there ever was; the first has number 1.
    private(set) var messages: [[UInt8]] = []
    private(set) var orders: [UInt32: Order] = [:]
    private(set) var nextRef: UInt32 = 1
    private(set) var isLoggedIn = false
    private(set) var session = Alpha10.blank
    private(set) var loginRejects: [UInt8] = []
    private(set) var logins = 0
    /// `J` by code.
    private(set) var rejects: [UInt16: Int] = [:]
    private(set) var matches: [UInt64] = []
    private(set) var acceptedSoFar = 0
    private(set) var broken: [String] = []
    private(set) var roundTripNsMax: Int64 = 0
    private(set) var answerGapNsMax: Int64 = 0
    private var lastAcceptedNs: Int64 = 0
    private var lastHeartbeatNs: Int64 = 0
    /// Next number when it was last asked for: later orders are on the new line, and safe.
    private var askedAt: UInt32 = 0
    /// Orders that have not ended, oldest first; ended ones are skipped when met.
    private var living: [UInt32] = []
    /// Called for each message, after it was booked.
    var onMessage: (Heard) -> Void = { _ in }

    init(_ apus: Apus, user: String) {
        self.user = user
        password = apus.password(user)
        port = apus.clientPort
    }

    init(user: String, password: String, port: UInt16) {
        self.user = user
        self.password = password
        self.port = port
    }

    // MARK: Session

    /// Connects and logs in at the next expected number, waiting for the answer.
    ///
    /// - Returns: `false` when nobody listens, or the login was refused.
    @discardableResult
    func logIn(seconds: Double = 5, at number: UInt64? = nil) -> Bool {
        isLoggedIn = false
        guard line.connect(port: port) else { return false }
        let request = Soup.LoginRequest(
            username: Name(user) ?? .blank,
            password: Name(password) ?? .blank,
            requestedSession: session,
            requestedSequenceNumber: number ?? UInt64(messages.count + 1)
        )
        line.send(raw: wireBytes(Soup.LoginRequest.maxLength) { request.write(to: $0) })
        let refusals = loginRejects.count
        _ = waits(seconds) {
            pump(milliseconds: 5)
            return isLoggedIn || loginRejects.count > refusals || !line.isOpen
        }
        if isLoggedIn { logins += 1 }
        return isLoggedIn
    }

    func close() {
        line.close()
        isLoggedIn = false
    }

    /// Reads what is there, or waits so long for it.
    func pump(milliseconds: Int32 = 0) {
        line.pump(milliseconds: milliseconds)
        let now = monotonicNs()
        while let packet = line.next() { take(packet, now) }
        if !line.isOpen { isLoggedIn = false }
        if isLoggedIn, now - lastHeartbeatNs > 1_000_000_000 {
            lastHeartbeatNs = now
            line.send(.clientHeartbeat)
        }
    }

    private func take(_ packet: SoupLine.Packet, _ now: Int64) {
        switch Soup.PacketType(rawValue: packet.type) {
        case .loginAccepted: loggedIn(packet.payload)
        case .loginRejected: loginRejects.append(packet.payload.first ?? 0)
        case .sequencedData:
            messages.append(packet.payload)
            do {
                book(try Heard(packet.payload), now)
            } catch {
                broken.append("message \(messages.count): \(error)")
            }
        default: break
        }
    }

    private func loggedIn(_ payload: [UInt8]) {
        let fields = payload.withUnsafeBytes { raw -> (Alpha10, UInt64)? in
            guard let base = raw.baseAddress else { return nil }
            return try? withWireBytes(base, count: raw.count) { span in
                let view = try Soup.LoginAcceptedView(span)
                return (view.session, view.sequenceNumber)
            }
        }
        guard let fields else { return broken.append("login answer cannot be read") }
        if fields.1 != UInt64(messages.count + 1) {
            broken.append("login at \(fields.1), expected \(messages.count + 1)")
        }
        session = fields.0
        isLoggedIn = true
    }

    // MARK: Orders

    /// Enters an order; its number. A market order has no price.
    @discardableResult
    func enter(
        _ symbol: String = "AAPL",
        buy: Bool = true,
        qty: Int64 = 1,
        cents: Int64,
        ioc: Bool = false
    ) -> UInt32 {
        let ref = nextRef
        nextRef += 1
        let order = OUCH.EnterOrder(
            userRefNum: ref,
            side: UInt8(ascii: buy ? "B" : "S"),
            quantity: OrderQty(units: qty),
            symbol: Symbol(symbol) ?? .blank,
            price: Price(units: cents * 100),
            timeInForce: UInt8(ascii: ioc ? "3" : "0"),
            display: UInt8(ascii: "Y"),
            capacity: UInt8(ascii: "P"),
            interMarketSweep: UInt8(ascii: "N"),
            crossType: UInt8(ascii: "N"),
            clOrdID: ClOrdIDField("C\(ref)") ?? .blank
        )
        orders[ref] = Order(qty: qty, sentNs: monotonicNs())
        living.append(ref)
        line.send(
            .unsequencedData,
            wireBytes(OUCH.EnterOrder.maxLength) { order.write(to: $0) }
        )
        return ref
    }

    func cancel(_ ref: UInt32) {
        let message = OUCH.CancelOrder(userRefNum: ref, quantity: .zero)
        line.send(
            .unsequencedData,
            wireBytes(OUCH.CancelOrder.maxLength) { message.write(to: $0) }
        )
    }

    /// Asks for the next number; what is at or above the answer never came in.
    func askNextNumber() {
        askedAt = nextRef
        let message = OUCH.AccountQuery()
        line.send(
            .unsequencedData,
            wireBytes(OUCH.AccountQuery.maxLength) { message.write(to: $0) }
        )
    }

    /// Orders that may still live, oldest first.
    func liveOrders() -> [UInt32] {
        living.removeAll { orders[$0]?.isOver ?? true }
        return living
    }

    var unanswered: [UInt32] {
        orders.filter { $0.value.answeredNs == 0 && !$0.value.neverReceived }.keys.sorted()
    }
    var filledQty: Int64 { orders.values.reduce(0) { $0 + $1.cumQty } }

    private func book(_ heard: Heard, _ now: Int64) {
        switch heard {
        case .accepted(let ref, let isDead):
            answered(ref, now)
            orders[ref]?.isAccepted = true
            acceptedSoFar += 1
            if isDead { orders[ref]?.isDead = true }
            if lastAcceptedNs > 0 {
                answerGapNsMax = max(answerGapNsMax, now - lastAcceptedNs)
            }
            lastAcceptedNs = now
        case .executed(let ref, let qty, let match):
            orders[ref]?.cumQty += qty
            matches.append(match)
        case .canceled(let ref, let qty, _): orders[ref]?.canceledQty += qty
        case .rejected(let ref, let code):
            answered(ref, now)
            orders[ref]?.isDead = true
            orders[ref]?.code = code
            rejects[code, default: 0] += 1
        case .nextNumber(let next):
            for ref in next..<max(next, askedAt) { orders[ref]?.neverReceived = true }
        case .other(let type): broken.append("a message of type \(UnicodeScalar(type))")
        }
        onMessage(heard)
    }

    private func answered(_ ref: UInt32, _ now: Int64) {
        guard let order = orders[ref] else {
            broken.append("an answer for \(ref), which was never sent")
            return
        }
        guard order.answeredNs == 0 else { return }
        orders[ref]?.answeredNs = now
        roundTripNsMax = max(roundTripNsMax, now - order.sentNs)
    }

    /// What a client that begins at message 1 is given: the whole session, again.
    func wholeSession(count: Int, seconds: Double = 10) throws -> [[UInt8]] {
        let again = OuchClient(user: user, password: password, port: port)
        guard again.logIn(at: 1) else { throw Missed("\(user): no login at message 1") }
        _ = waits(seconds) {
            again.pump(milliseconds: 5)
            return again.messages.count >= count
        }
        again.close()
        return again.messages
    }
}
