import ColdCore
import DropCopy
import ExchangeSimulator
import Reconciliation
import Vocabulary
import Wire

/// A venue, an order session that trades, hot's records of it, and cold's copy of it: all in one
/// thread, under one clock.
///
/// Hot is played by the test: what the venue tells the order session becomes a record, unless the
/// test says that hot loses it.
final class Street {
    static let midnightNs: Int64 = 1_795_237_200_000_000_000
    static let second: Int64 = 1_000_000_000

    static var reference: Reference {
        var reference = Reference()
        reference.midnightNs = midnightNs
        var venue = Reference.Venue(name: "NASDAQ")
        venue.dropCopy = Reference.DropCopy(host: 0, port: 1, user: .blank, password: .blank)
        reference.venues = [venue]
        reference.instruments = ["AAPL", "MSFT"].map { Reference.Instrument(symbol: $0) }
        return reference
    }

    private static func client() -> CopySession {
        CopySession(
            user: Name("hot") ?? .blank,
            password: Name("secret") ?? .blank,
            decoder: CopyDecoder(venue: 0, midnightNs: Street.midnightNs)
        )
    }

    let venue: Venue
    var now = Street.midnightNs + 36_000 * Street.second
    private(set) var copy = Street.client()
    var desk = Reconciliation(reference: Street.reference)
    /// What hot does with its next records: a kind it loses, or one whose quantity it gets wrong.
    var hotLoses: RecordKind?
    var hotMisreads: RecordKind?
    /// Hot lives and its ring is read to the end.
    var hotIsRead = true
    /// What the copy says waits on its way, to be let through one write after the other.
    var copyIsHeld = false
    private var heldCopy: [[UInt8]] = []
    /// Its last turn; `nil`: it turns all the time.
    var hotStoodNs: Int64?
    private var records: [Record] = []
    private var told: UInt64 = 1
    private var order: ConnectionID = 0
    private var line: ConnectionID?
    private var hot = Street.client()
    private var symbols: [UInt32: UInt16] = [:]

    init(faults: [String] = []) {
        let ports = [("hot", "APUS"), ("maker", "MAKE")].map { user, firm in
            PortConfiguration(
                user: Name(user) ?? .blank,
                password: Name("secret") ?? .blank,
                firm: Alpha4(firm) ?? .blank,
                session: "S\(user)"
            )
        }
        let configuration = VenueConfiguration(
            name: "NASDAQ",
            clock: DayClock(midnightNs: Street.midnightNs),
            ports: ports,
            symbols: ["AAPL", "MSFT"].compactMap { Symbol($0) },
            feedSession: Alpha10("FEED") ?? .blank,
            faults: faults.compactMap { FaultOrder($0) }
        )
        venue = Venue(configuration, now: now)
        order = venue.opened(.orderEntry, now: now)
        hot.connected(nowNs: now)
        pass()
        session(.reconciled)
    }

    // MARK: Hot's records

    enum Session: UInt32 {
        case reconciled = 4
        case down = 5
        case rolled = 15
    }

    func session(_ event: Session) {
        var record = Record()
        record.kind = .session
        record.venue = 0
        record.detail = event.rawValue
        record.t = now
        apply(record)
    }

    /// `kill` or `arm` of AAPL, with the break's code.
    func latch(_ kind: RecordKind) {
        var record = Record()
        record.kind = kind
        record.detail = 3
        record.instrument = 0
        record.code = RiskCode.unknownOrderOnSymbol.rawValue
        record.t = now
        apply(record)
    }

    private func apply(_ record: Record) {
        records.append(record)
        desk.apply(record)
    }

    /// Hot records an order before it sends it: that is where its number's symbol is from.
    private func approved(_ order: OUCH.EnterOrder) {
        var record = Record()
        record.kind = .new
        record.venue = 0
        record.t = now
        record.userRefNum = order.userRefNum
        let symbol = order.symbol.description
        let index = Street.reference.instruments.firstIndex { $0.symbol == symbol }
        record.instrument = index.map(UInt16.init) ?? noIndex16
        apply(record)
    }

    /// What its order session was told.
    private func record(_ fact: VenueFact) {
        told += 1
        let content = fact.content
        if let index = Street.reference.instruments.firstIndex(where: {
            $0.symbol == fact.symbol.description
        }) {
            symbols[content.userRefNum] = UInt16(index)
        }
        guard content.kind != hotLoses else { return }
        var record = Record()
        record.kind = content.kind
        record.t = now
        record.venue = 0
        record.venueSeq = told
        record.userRefNum = content.userRefNum
        record.origUserRefNum = content.origUserRefNum
        record.instrument = symbols[content.userRefNum] ?? noIndex16
        record.side = content.side
        record.match = content.match
        record.code = content.kind == .reject ? content.reason : 0
        record.reason = content.kind == .reject ? 0 : UInt8(clamping: content.reason)
        let qty = OrderQty(units: content.qty.units + (content.kind == hotMisreads ? 1 : 0))
        if content.kind == .ack { record.qty = qty } else { record.lastQty = qty }
        if content.kind == .fill { record.lastPx = content.px } else { record.px = content.px }
        apply(record)
    }

    // MARK: Time and bytes

    func connect() {
        line = venue.opened(.dropCopy, now: now)
        copy.connected(nowNs: now)
        pass()
    }

    func hangUp() {
        if let line { venue.closed(line, now: now) }
        line = nil
        copy.disconnected()
    }

    /// Cold dies and starts again: its rooms from the records, its copy from message 1.
    func restartCold() {
        hangUp()
        copy = Street.client()
        desk = Reconciliation(reference: Street.reference)
        for record in records { desk.apply(record) }
        connect()
    }

    func send(_ message: some WireMessage) {
        if let order = message as? OUCH.EnterOrder { approved(order) }
        venue.received(Street.packet(message), on: order, now: now)
        pass()
    }

    /// An order of another firm, whose port the copy does not tell of.
    func maker(_ message: some WireMessage) {
        var session = CopySession(
            user: Name("maker") ?? .blank,
            password: Name("secret") ?? .blank,
            decoder: CopyDecoder(venue: 0, midnightNs: Street.midnightNs)
        )
        session.connected(nowNs: now)
        let id = venue.opened(.orderEntry, now: now)
        venue.received(session.takeOutput(), on: id, now: now)
        venue.received(Street.packet(message), on: id, now: now)
        pass()
    }

    private static func packet(_ message: some WireMessage) -> [UInt8] {
        let payload = message.bytes
        let length = payload.count + 1
        return [UInt8(length >> 8), UInt8(length & 0xFF), UInt8(ascii: "U")] + payload
    }

    /// Goes on by `ms`, a hundred milliseconds at a time, comparing at every step.
    func wait(ms: Int64) {
        for _ in 0..<(ms / 100) {
            now += 100_000_000
            venue.advance(to: now)
            pass()
        }
    }

    func letThrough(_ count: Int) {
        for bytes in heldCopy.prefix(count) { _ = copy.received(bytes[...], nowNs: now) }
        heldCopy.removeFirst(min(count, heldCopy.count))
    }

    /// Carries what waits, both ways, and compares.
    func pass() {
        copy.tick(nowNs: now)
        hot.tick(nowNs: now)
        if let line, copy.hasOutput { venue.received(copy.takeOutput(), on: line, now: now) }
        if hot.hasOutput { venue.received(hot.takeOutput(), on: order, now: now) }
        for write in venue.takeOutput(now: now).writes {
            if write.connection == order {
                _ = hot.received(write.bytes, nowNs: now)
            } else if write.connection == line, copyIsHeld {
                heldCopy.append(write.bytes)
            } else if write.connection == line {
                // Packets arrive in whatever pieces.
                _ = copy.received(write.bytes.prefix(1), nowNs: now)
                _ = copy.received(write.bytes.dropFirst(), nowNs: now)
            }
        }
        for fact in hot.takeFacts() { record(fact) }
        for fact in copy.takeFacts() { desk.heard(fact) }
        let state = Reconciliation.Line(
            isUp: copy.state == .up,
            heardNs: copy.heardNs,
            idleNs: copy.idleNs
        )
        let ageNs = hotStoodNs.map { now - $0 } ?? 0
        desk.check(
            lines: [state],
            hotIsRead: hotIsRead && ageNs < Street.second,
            hotAgeNs: ageNs,
            nowNs: now
        )
    }

    // MARK: Messages

    static func enter(
        _ ref: UInt32,
        _ side: Character = "B",
        _ qty: Int64 = 100,
        at px: Int64 = 1_000_000,
        symbol: String = "AAPL"
    ) -> OUCH.EnterOrder {
        OUCH.EnterOrder(
            userRefNum: ref,
            side: side.asciiValue ?? 0,
            quantity: OrderQty(units: qty),
            symbol: Symbol(symbol) ?? .blank,
            price: Price(units: px),
            timeInForce: UInt8(ascii: "0"),
            display: UInt8(ascii: "Y"),
            capacity: UInt8(ascii: "P"),
            interMarketSweep: UInt8(ascii: "N"),
            crossType: UInt8(ascii: "N"),
            clOrdID: ClOrdIDField("ID\(ref)") ?? .blank,
            appendage: OUCH.Appendage()
        )
    }

    static func replace(_ orig: UInt32, by ref: UInt32, _ qty: Int64) -> OUCH.ReplaceOrder {
        OUCH.ReplaceOrder(
            origUserRefNum: orig,
            userRefNum: ref,
            quantity: OrderQty(units: qty),
            price: Price(units: 1_000_100),
            timeInForce: UInt8(ascii: "0"),
            display: UInt8(ascii: "Y"),
            interMarketSweep: UInt8(ascii: "N"),
            clOrdID: ClOrdIDField("ID\(ref)") ?? .blank,
            appendage: OUCH.Appendage()
        )
    }

    static func cancel(_ ref: UInt32, to qty: Int64 = 0) -> OUCH.CancelOrder {
        OUCH.CancelOrder(userRefNum: ref, quantity: OrderQty(units: qty))
    }
}

extension OUCH.EnterOrder: WireMessage {}
extension OUCH.ReplaceOrder: WireMessage {}
extension OUCH.CancelOrder: WireMessage {}
