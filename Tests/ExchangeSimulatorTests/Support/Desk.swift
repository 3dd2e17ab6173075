import ExchangeSimulator
import Vocabulary
import Wire

/// A venue, a clock under the test's thumb, and clients that talk to it in bytes.
final class Desk {
    static let midnightNs: Int64 = 1_795_237_200_000_000_000
    static let second: Int64 = 1_000_000_000

    let venue: Venue
    /// Ten in the morning, New York.
    var now = Desk.midnightNs + 36_000 * Desk.second
    private var inboxes: [ConnectionID: [UInt8]] = [:]
    private(set) var closedConnections: Set<ConnectionID> = []
    private(set) var log = ""
    private(set) var packets: [[UInt8]] = []

    init(
        ports: [PortConfiguration] = [Desk.port("hot"), Desk.port("maker", session: "MAKER")],
        symbols: [String] = ["AAPL"],
        faults: [String] = [],
        flow: (any BackgroundFlow)? = nil
    ) {
        let configuration = VenueConfiguration(
            name: "NASDAQ",
            clock: DayClock(midnightNs: Desk.midnightNs),
            ports: ports,
            symbols: symbols.compactMap { Symbol($0) },
            feedSession: Alpha10("FEED") ?? .blank,
            faults: faults.compactMap { FaultOrder($0) }
        )
        venue = Venue(configuration, flow: flow, now: now)
        collect()
    }

    static func port(
        _ user: String,
        session: String = "NAS0000001",
        onDisconnect: Bool = true,
        onLogout: Bool = true,
        rate: PortConfiguration.Rate? = nil
    ) -> PortConfiguration {
        PortConfiguration(
            user: Name(user) ?? .blank,
            password: Name("secret") ?? .blank,
            session: session,
            cancelsOnDisconnect: onDisconnect,
            cancelsOnLogout: onLogout,
            rate: rate
        )
    }

    // MARK: Connections

    func connect(_ door: Door = .orderEntry) -> ConnectionID {
        let id = venue.opened(door, now: now)
        inboxes[id] = []
        collect()
        return id
    }

    func logIn(
        _ user: String = "hot",
        password: String = "secret",
        session: String = "",
        next: UInt64 = 1,
        door: Door = .orderEntry
    ) throws -> (id: ConnectionID, heard: [Heard]) {
        let id = connect(door)
        let request = Soup.LoginRequest(
            username: Name(user) ?? .blank,
            password: Name(password) ?? .blank,
            requestedSession: Alpha10(session) ?? .blank,
            requestedSequenceNumber: next
        )
        return (id, try exchange(bytes(of: request), on: id))
    }

    /// A client that is in, with everything it was told so far read.
    func client(_ user: String = "hot") throws -> ConnectionID { try logIn(user).id }

    func exchange(_ bytes: [UInt8], on id: ConnectionID) throws -> [Heard] {
        venue.received(bytes, on: id, now: now)
        return try heard(on: id)
    }

    /// Sends one OUCH message in a `U`; what the client hears at once.
    @discardableResult
    func send(_ message: some WireMessage, on id: ConnectionID) throws -> [Heard] {
        try exchange(Desk.packet("U", message.bytes), on: id)
    }

    /// What `id` was sent since it was last asked; ``Heard/closed`` at the end once it is.
    func heard(on id: ConnectionID) throws -> [Heard] {
        collect()
        let bytes = inboxes[id] ?? []
        inboxes[id] = []
        return try Heard.all(in: bytes) + (closedConnections.contains(id) ? [.closed] : [])
    }

    func close(_ id: ConnectionID) {
        venue.closed(id, now: now)
        collect()
    }

    func wait(_ ns: Int64) {
        now += ns
        // A venue does a bounded amount of background flow a call.
        repeat {
            venue.advance(to: now)
            collect()
        } while venue.nextDue <= now
    }

    private func collect() {
        let output = venue.takeOutput(now: now)
        log += String(decoding: output.log, as: UTF8.self)
        packets += output.packets
        for write in output.writes { inboxes[write.connection, default: []] += write.bytes }
        closedConnections.formUnion(output.closes)
    }

    // MARK: Messages

    static func packet(_ type: Character, _ payload: [UInt8] = []) -> [UInt8] {
        let length = payload.count + 1
        return [UInt8(length >> 8), UInt8(length & 0xFF), type.asciiValue ?? 0] + payload
    }

    static func enter(
        _ ref: UInt32,
        _ side: Character = "B",
        _ qty: Int64 = 100,
        at px: Int64 = 1_000_000,
        symbol: String = "AAPL",
        tif: Character = "0",
        display: Character = "Y",
        cross: Character = "N",
        _ change: (inout OUCH.Appendage) -> Void = { _ in }
    ) -> OUCH.EnterOrder {
        var appendage = OUCH.Appendage()
        change(&appendage)
        return OUCH.EnterOrder(
            userRefNum: ref,
            side: side.asciiValue ?? 0,
            quantity: OrderQty(units: qty),
            symbol: Symbol(symbol) ?? .blank,
            price: Price(units: px),
            timeInForce: tif.asciiValue ?? 0,
            display: display.asciiValue ?? 0,
            capacity: UInt8(ascii: "P"),
            interMarketSweep: UInt8(ascii: "N"),
            crossType: cross.asciiValue ?? 0,
            clOrdID: ClOrdIDField("ID\(ref)") ?? .blank,
            appendage: appendage
        )
    }

    static func replace(
        _ orig: UInt32,
        by ref: UInt32,
        _ qty: Int64,
        at px: Int64 = 1_000_000,
        tif: Character = "0",
        display: Character = "Y",
        _ change: (inout OUCH.Appendage) -> Void = { _ in }
    ) -> OUCH.ReplaceOrder {
        var appendage = OUCH.Appendage()
        change(&appendage)
        return OUCH.ReplaceOrder(
            origUserRefNum: orig,
            userRefNum: ref,
            quantity: OrderQty(units: qty),
            price: Price(units: px),
            timeInForce: tif.asciiValue ?? 0,
            display: display.asciiValue ?? 0,
            interMarketSweep: UInt8(ascii: "N"),
            clOrdID: ClOrdIDField("ID\(ref)") ?? .blank,
            appendage: appendage
        )
    }

    static func cancel(_ ref: UInt32, to qty: Int64 = 0) -> OUCH.CancelOrder {
        OUCH.CancelOrder(userRefNum: ref, quantity: OrderQty(units: qty))
    }

    static func massCancel(_ ref: UInt32, symbol: String? = nil) -> OUCH.MassCancel {
        OUCH.MassCancel(
            userRefNum: ref,
            firm: .blank,
            symbol: symbol.flatMap { Symbol($0) } ?? .blank,
            appendage: OUCH.Appendage()
        )
    }

    func bytes(of message: Soup.LoginRequest) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Soup.LoginRequest.maxLength)
        let count = bytes.withUnsafeMutableBytes { buffer in
            buffer.baseAddress.map { message.write(to: $0) } ?? 0
        }
        return Array(bytes[0..<count])
    }

    // MARK: Looking

    func displayed(isBuy: Bool, symbol: Int = 0) -> [DisplayedLevel] {
        venue.floor.market.book(symbol).displayedLevels(isBuy: isBuy)
    }

    func events() -> [String] {
        log.split(separator: "\n").compactMap { line in
            line.split(separator: "\"ev\":\"").last?.split(separator: "\"").first.map(String.init)
        }
    }
}

extension OUCH.EnterOrder: WireMessage {}
extension OUCH.ReplaceOrder: WireMessage {}
extension OUCH.CancelOrder: WireMessage {}
extension OUCH.ModifyOrder: WireMessage {}
extension OUCH.MassCancel: WireMessage {}
extension OUCH.Disable: WireMessage {}
extension OUCH.Enable: WireMessage {}
extension OUCH.AccountQuery: WireMessage {}
