import Vocabulary
import Wire

/// Where background orders come from: a recording or a generator.
package protocol BackgroundFlow: AnyObject {
    /// When the next of them happens; `nil`: never again.
    var nextDue: Int64? { get }
    /// The venue opened at `now`, or the hold on the flow was lifted then.
    func start(on floor: TradingFloor, now: Int64)
    /// Does what is due at ``nextDue``.
    func step(on floor: TradingFloor)
    /// The recording has its own system events; else the venue opens and closes the day itself.
    var bringsSystemEvents: Bool { get }
    /// How far the simulated day has left the recorded one; `nil` when nothing was recorded.
    var drift: DriftReport? { get }
}

/// A simulated exchange, whole, without a socket and without a clock.
///
/// Whoever owns the sockets hands in bytes and the time, and takes out bytes. The same inputs at the
/// same times give the same outputs, byte for byte. One thread.
package final class Venue {
    package let configuration: VenueConfiguration
    package let floor: TradingFloor
    package let mold: MoldPublisher
    let flow: (any BackgroundFlow)?

    var connections: [ConnectionID: SoupConnection] = [:]
    /// Live connection of each login, by door.
    var liveByPort: [Door: [Int: ConnectionID]] = [.orderEntry: [:], .dropCopy: [:]]
    var answersDue: Int64?
    private var lastConnectionID: ConnectionID = 0
    private var pendingFaults: [(at: Int64, fault: Fault)]
    private var isFlowHeld: Bool
    package private(set) var hasEnded = false

    var closes: [ConnectionID] = []

    /// Opens the day at `now`, Unix ns. With `holdsFlow` the background flow waits for
    /// ``releaseFlow(now:)``.
    package init(
        _ configuration: VenueConfiguration,
        flow: (any BackgroundFlow)? = nil,
        holdsFlow: Bool = false,
        now: Int64
    ) {
        self.configuration = configuration
        self.flow = flow
        isFlowHeld = holdsFlow
        mold = MoldPublisher(
            session: configuration.feedSession,
            now: now,
            heartbeatNs: configuration.heartbeatNs
        )
        floor = TradingFloor(
            clock: configuration.clock,
            market: Market(publisher: ITCHPublisher(mold: mold)),
            log: VenueLog(venue: configuration.name),
            now: now
        )
        pendingFaults = configuration.faults.map { (now + $0.afterNs, $0.fault) }
        open(now)
    }

    private var bringsSystemEvents: Bool { flow?.bringsSystemEvents ?? false }

    private func open(_ now: Int64) {
        floor.begin(at: now)
        let publisher = floor.market.publisher
        for event in "OSQ".utf8 where !bringsSystemEvents { publisher.systemEvent(event) }
        for symbol in configuration.symbols {
            guard let index = floor.market.list(symbol) else { break }
            publisher.directory(floor.market.locate(index), symbol)
            publisher.tradingAction(floor.market.locate(index), symbol, state: UInt8(ascii: "T"))
        }
        for (index, port) in configuration.ports.enumerated() {
            let port = OUCHPort(index: index, configuration: port, floor: floor)
            floor.ports.append(port)
            port.systemEvent(UInt8(ascii: "S"))
        }
        if !isFlowHeld { flow?.start(on: floor, now: now) }
        startFaults(now)
    }

    // MARK: Time

    /// Does everything due up to `now`: background flow, faults, expiries, heartbeats.
    package func advance(to now: Int64) {
        startFaults(now)
        runFlow(until: now)
        floor.begin(at: now)
        for port in floor.ports { port.expire() }
        serveConnections(now)
    }

    /// When ``advance(to:)`` next has something to do. Heartbeats make it at most a second away.
    package var nextDue: Int64 {
        var due = mold.heartbeatDue
        if let next = flow?.nextDue, !isFlowHeld, !hasEnded { due = min(due, next) }
        if let answers = answersDue { due = min(due, answers) }
        for port in floor.ports { due = min(due, port.nextExpiry ?? due) }
        for fault in pendingFaults { due = min(due, fault.at) }
        return due
    }

    /// At most so many events a call: the sockets come in between, however far behind we are.
    private static var flowStepsMax: Int { 512 }

    private func runFlow(until now: Int64) {
        guard let flow, !isFlowHeld, !hasEnded else { return }
        for _ in 0..<Self.flowStepsMax {
            guard let due = flow.nextDue, due <= now else { return }
            floor.begin(at: due)
            flow.step(on: floor)
        }
    }

    package var isHoldingFlow: Bool { isFlowHeld }

    /// Lets the background flow begin.
    package func releaseFlow(now: Int64) {
        guard isFlowHeld else { return }
        isFlowHeld = false
        floor.begin(at: now)
        flow?.start(on: floor, now: now)
    }

    package var drift: DriftReport? { flow?.drift }

    // MARK: Faults, and the day's end

    private func startFaults(_ now: Int64) {
        for pending in pendingFaults where pending.at <= now { floor.faults.begin(pending.fault) }
        pendingFaults.removeAll { $0.at <= now }
    }

    package func order(_ order: FaultOrder, now: Int64) {
        pendingFaults.append((now + order.afterNs, order.fault))
        startFaults(now)
    }

    /// Ends the day: live orders are canceled, ports and feed told, sessions closed.
    package func end(now: Int64) {
        guard !hasEnded else { return }
        advance(to: now)
        hasEnded = true
        for port in floor.ports {
            port.cancelAll(.closed)
            port.systemEvent(UInt8(ascii: "E"))
        }
        let publisher = floor.market.publisher
        for event in "MEC".utf8 where !bringsSystemEvents { publisher.systemEvent(event) }
        mold.end()
        endConnections(now)
    }

    // MARK: Taking out what is to be sent

    /// What the sockets are to do, in this order: log, feed, connections.
    package struct Output {
        package var log: [UInt8]
        package var packets: [[UInt8]]
        package var writes: [(connection: ConnectionID, bytes: [UInt8])]
        /// To be closed once their bytes are written.
        package var closes: [ConnectionID]
    }

    package func takeOutput(now: Int64) -> Output {
        var writes: [(ConnectionID, [UInt8])] = []
        for id in connections.keys.sorted() {
            guard let connection = connections[id], !connection.outbound.isEmpty else { continue }
            guard !floor.faults.isSilent, !isMute(connection) else { continue }
            writes.append((id, connection.outbound))
            connection.outbound.removeAll(keepingCapacity: false)
        }
        for id in closes { connections[id] = nil }
        defer { closes.removeAll() }
        return Output(
            log: floor.log.take(),
            packets: mold.takePackets(now: now),
            writes: writes,
            closes: closes
        )
    }

    /// The answer to a datagram at the re-request server; `nil`: silence.
    package func answer(request: RawSpan) -> [UInt8]? { mold.answer(request) }

    func nextConnectionID() -> ConnectionID {
        lastConnectionID += 1
        return lastConnectionID
    }
}
