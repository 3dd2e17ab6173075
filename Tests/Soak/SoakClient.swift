import Foundation
import Vocabulary
import Wire

/// A client of Apus that sends thousands of orders a second and keeps its own books: of each order
/// whether it was answered, what of it is left, whether anything was told twice. One thread's.
final class SoakClient {
    private struct Order {
        var left: UInt32
        var isAnswered = false
        var isOver = false
        var neverReceived = false
    }

    private let user: String
    private let password: String
    private let port: UInt16
    let line = ClientLine()

    /// By number; the first is a filler, because numbers begin at 1.
    private var orders: [Order] = [Order(left: 0, isAnswered: true, isOver: true)]
    private(set) var messages: UInt64 = 0
    /// Of every byte of every sequenced message so far: what a replay must give again.
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var isLoggedIn = false
    private(set) var logins = 0
    private(set) var accepted = 0
    private(set) var filledQty: Int64 = 0
    private(set) var fills = 0
    private(set) var rejects: [UInt16: Int] = [:]
    private(set) var neverReceived = 0
    /// Orders not answered yet, and orders that may still trade.
    private(set) var unanswered = 0
    private(set) var living = 0
    private(set) var broken: [String] = []
    private var session = Alpha10.blank
    private var askedAt: UInt32 = 0
    private var isAsking = false
    private var lastHeartbeatNs: Int64 = 0

    init(user: String, password: String, port: UInt16) {
        self.user = user
        self.password = password
        self.port = port
        orders.reserveCapacity(1 << 22)
    }

    var sent: Int { orders.count - 1 }
    /// Logged in, and told which of its orders ever came in.
    var isReady: Bool { isLoggedIn && !isAsking }

    // MARK: Session

    /// One attempt. `number` 1 asks for the whole session, and asks for no next number.
    func logIn(at number: UInt64? = nil, seconds: Double = 3) -> Bool {
        isLoggedIn = false
        isAsking = false
        guard line.connect(port: port) else { return false }
        line.lay(
            login: Soup.LoginRequest(
                username: Name(user) ?? .blank,
                password: Name(password) ?? .blank,
                requestedSession: session,
                requestedSequenceNumber: number ?? messages + 1
            )
        )
        _ = waits(seconds, everyUs: 0) {
            pump(milliseconds: 5)
            return isLoggedIn || !line.isOpen
        }
        guard isLoggedIn else {
            line.close()
            return false
        }
        logins += 1
        if number == nil, sent > 0 { askNextNumber() }
        return true
    }

    private func askNextNumber() {
        askedAt = UInt32(orders.count)
        isAsking = true
        line.lay(.unsequencedData) { OUCH.AccountQuery().write(to: $0) }
    }

    func pump(milliseconds: Int32) {
        line.pump(milliseconds: milliseconds) { type, bytes, count in take(type, bytes, count) }
        guard line.isOpen else {
            isLoggedIn = false
            return
        }
        let now = monotonicNs()
        if isLoggedIn, now - lastHeartbeatNs > 1_000_000_000 {
            lastHeartbeatNs = now
            line.lay(.clientHeartbeat) { _ in 0 }
        }
    }

    private func take(_ type: UInt8, _ bytes: UnsafeRawPointer, _ count: Int) {
        switch Soup.PacketType(rawValue: type) {
        case .loginAccepted:
            withWireBytes(bytes, count: count) { span in
                do {
                    let view = try Soup.LoginAcceptedView(span)
                    loggedIn(view.session, view.sequenceNumber)
                } catch {
                    note("the login's answer: \(error)")
                }
            }
        case .loginRejected: line.close()
        case .sequencedData:
            messages += 1
            digest(bytes, count)
            withWireBytes(bytes, count: count) { span in
                do { try book(span) } catch { note("message \(messages): \(error)") }
            }
        default: break
        }
    }

    private func loggedIn(_ session: Alpha10, _ number: UInt64) {
        if number != messages + 1 { note("login at \(number), expected \(messages + 1)") }
        self.session = session
        isLoggedIn = true
    }

    private func digest(_ bytes: UnsafeRawPointer, _ count: Int) {
        for index in 0..<count {
            digest =
                (digest ^ UInt64(bytes.load(fromByteOffset: index, as: UInt8.self)))
                &* 0x100_0000_01B3
        }
    }

    private func note(_ text: String) {
        if broken.count < 20 { broken.append(text) }
    }

    // MARK: Orders

    /// Enters an order; its number.
    func enter(_ symbol: Symbol, _ side: Side, qty: UInt32, px: Price, ioc: Bool) -> UInt32 {
        let ref = UInt32(orders.count)
        orders.append(Order(left: qty))
        unanswered += 1
        living += 1
        let patch = OUCH.EnterOrderTemplate.Patch(
            userRefNum: ref,
            side: side,
            quantity: OrderQty(units: Int64(qty)),
            symbol: symbol,
            price: px,
            timeInForce: UInt8(ascii: ioc ? "3" : "0"),
            clOrdID: ClOrdID(UInt64(ref))
        )
        line.lay(.unsequencedData) {
            OUCH.EnterOrderTemplate(firm: Alpha4("APUS") ?? .blank).write(patch, to: $0)
        }
        return ref
    }

    func cancel(_ ref: UInt32) {
        line.lay(.unsequencedData) {
            OUCH.CancelOrder(userRefNum: ref, quantity: .zero).write(to: $0)
        }
    }

    func isOver(_ ref: UInt32) -> Bool { orders[Int(ref)].isOver }
    func wasAccepted(_ ref: UInt32) -> Bool {
        let order = orders[Int(ref)]
        return order.isAnswered && !order.neverReceived
    }

    /// Cancels all that may still live.
    func cancelAll() {
        for ref in orders.indices where !orders[ref].isOver { cancel(UInt32(ref)) }
    }

    /// The first few that nobody told the end of.
    var leftOpen: [Int] { Array(orders.indices.lazy.filter { !self.orders[$0].isOver }.prefix(5)) }

    private func book(_ span: RawSpan) throws {
        let type = span.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
        switch OUCH.OutboundType(rawValue: type) {
        case .accepted:
            let view = try OUCH.AcceptedView(span)
            guard let ref = known(view.userRefNum) else { return }
            if orders[ref].isAnswered { note("order \(ref) was accepted after an answer") }
            answered(ref)
            accepted += 1
            if view.orderState == UInt8(ascii: "D") { over(ref) }
        case .executed:
            let view = try OUCH.ExecutedView(span)
            filledQty += view.quantity.units
            fills += 1
            reduce(view.userRefNum, by: view.quantity.units, "a fill")
        case .canceled:
            let view = try OUCH.CanceledView(span)
            reduce(view.userRefNum, by: view.quantity.units, "a cancel")
        case .rejected:
            let view = try OUCH.RejectedView(span)
            rejects[view.reason, default: 0] += 1
            guard let ref = known(view.userRefNum), !orders[ref].isAnswered else { return }
            answered(ref)
            over(ref)
        case .accountQueryResponse:
            let next = try OUCH.AccountQueryResponseView(span).nextUserRefNum
            nextNumber(next)
        // A cancel that came too late, or that must wait: the order's own end says the rest.
        case .cancelReject, .cancelPending, .systemEvent: break
        default: note("message \(messages) has type \(UnicodeScalar(type))")
        }
    }

    private func known(_ ref: UInt32) -> Int? {
        guard ref > 0, Int(ref) < orders.count else {
            note("an answer for \(ref), which was never sent")
            return nil
        }
        if orders[Int(ref)].neverReceived { note("order \(ref) never came in, yet was answered") }
        return Int(ref)
    }

    private func answered(_ ref: Int) {
        guard !orders[ref].isAnswered else { return }
        orders[ref].isAnswered = true
        unanswered -= 1
    }

    private func over(_ ref: Int) {
        guard !orders[ref].isOver else { return }
        orders[ref].isOver = true
        living -= 1
    }

    private func reduce(_ number: UInt32, by qty: Int64, _ what: String) {
        guard let ref = known(number) else { return }
        let left = Int64(orders[ref].left)
        guard !orders[ref].isOver, qty <= left else {
            return note("order \(ref): \(what) of \(qty), \(left) left")
        }
        orders[ref].left = UInt32(left - qty)
        if left == qty { over(ref) }
    }

    private func nextNumber(_ next: UInt32) {
        isAsking = false
        for ref in Int(next)..<max(Int(next), Int(askedAt)) where !orders[ref].isAnswered {
            orders[ref].neverReceived = true
            neverReceived += 1
            answered(ref)
            over(ref)
        }
    }
}
