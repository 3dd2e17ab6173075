package import Vocabulary
import Wire

/// Plays a recorded ITCH day into the market our orders are in, by the counterfactual rules of
/// docs/venue-behaviour.md, "Recorded flow".
///
/// Time: a recorded gap is divided by `speed` and never longer than `gapMaxNs`, so that thin hours
/// pass quickly. The file is read as it goes; the bytes must outlive this object.
package final class RecordedFlow: BackgroundFlow {
    /// One order of the recording, alive there or here.
    struct Recorded {
        let symbol: Int
        let isBuy: Bool
        let price: Price
        let attribution: Alpha4?
        /// What the recording says is open.
        var leavesQty: OrderQty
        /// Where it rests here; stale once it left our book.
        var slot: BookSlot?
    }

    private var cursor: BinaryFile.Cursor
    private let base: UnsafeRawPointer
    private let speed: Double
    private let gapMaxNs: Int64
    /// Symbols to play; `nil`: all.
    private let filter: Set<Symbol>?

    /// The message to be played next, and when.
    private var pending: (offset: Int, length: Int)?
    private var pendingTimestampNs: UInt64 = 0
    package private(set) var nextDue: Int64?

    var orders: [UInt64: Recorded] = [:]
    private var symbolByLocate: [UInt16: Int] = [:]
    var report = DriftReport()

    /// Plays `bytes`, a whole BinaryFILE, at `speed` recorded seconds a second (above 0), waiting at
    /// most `gapMaxNs` between two messages; only `symbols`, unless that is empty.
    package init(
        _ bytes: UnsafeRawBufferPointer,
        speed: Double,
        gapMaxNs: Int64 = .max,
        symbols: [Symbol] = []
    ) {
        invariant(speed > 0, "a recording is played forwards")
        // An empty buffer has no address; the cursor then never looks.
        base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
        cursor = BinaryFile.Cursor(base: base, count: bytes.count)
        self.speed = speed
        // A day is as good as for ever, and a time plus a day cannot overflow.
        self.gapMaxNs = min(gapMaxNs, 86_400_000_000_000)
        filter = symbols.isEmpty ? nil : Set(symbols)
    }

    package var bringsSystemEvents: Bool { true }

    /// With a filter, a reference nobody knows is most likely of a symbol that is not played.
    var isUnfiltered: Bool { filter == nil }

    package var drift: DriftReport? { report }

    package func start(on floor: TradingFloor, now: Int64) {
        readNext()
        nextDue = pending == nil ? nil : now
    }

    package func step(on floor: TradingFloor) {
        guard let (offset, length) = pending, let due = nextDue else { return }
        let timestamp = pendingTimestampNs
        readNext()
        withWireBytes(base + offset, count: length) { play($0, offset: offset, on: floor) }
        nextDue = pending == nil ? nil : due + gap(from: timestamp, to: pendingTimestampNs)
        report.ownVolume = floor.ownVolume
        report.totalVolume = floor.totalVolume
    }

    private func gap(from earlier: UInt64, to later: UInt64) -> Int64 {
        guard later > earlier else { return 0 }
        let scaled = Double(later - earlier) / speed
        return scaled < Double(gapMaxNs) ? Int64(scaled) : gapMaxNs
    }

    /// Puts the next readable message into ``pending``.
    private func readNext() {
        pending = nil
        while true {
            switch cursor.next() {
            case .message(let offset, let length):
                let type = base.load(fromByteOffset: offset, as: UInt8.self)
                guard length >= ITCH.length(of: type) ?? ITCH.HeaderView.length else {
                    report.malformed += 1
                    continue
                }
                pending = (offset, length)
                pendingTimestampNs = header(offset).timestampNs
                return
            case .endOfSession, .end: return
            case .truncated(let bytes):
                report.truncatedBytes = bytes
                return
            }
        }
    }

    /// Type, locate, tracking number and time of the message at `offset`; it is whole.
    private func header(_ offset: Int) -> Header {
        let raw = UnsafeRawBufferPointer(start: base + offset, count: ITCH.HeaderView.length)
        let locate = UInt16(raw[1]) << 8 | UInt16(raw[2])
        let tracking = UInt16(raw[3]) << 8 | UInt16(raw[4])
        let time = raw[5..<11].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Header(type: raw[0], locate: locate, tracking: tracking, timestampNs: time)
    }

    private struct Header {
        let type: UInt8
        let locate: UInt16
        let tracking: UInt16
        let timestampNs: UInt64
    }
}

// MARK: One message

extension RecordedFlow {
    private func play(_ bytes: RawSpan, offset: Int, on floor: TradingFloor) {
        do {
            switch ITCH.MessageType(rawValue: header(offset).type) {
            case .addOrder: try add(ITCH.AddOrderView(bytes), on: floor)
            case .addOrderMPID: try add(ITCH.AddOrderMPIDView(bytes), on: floor)
            case .orderExecuted, .orderExecutedWithPrice: executeGroup(offset, on: floor)
            case .orderCancel:
                let view = try ITCH.OrderCancelView(bytes)
                cancel(view.orderReferenceNumber, by: view.canceledShares, on: floor)
            case .orderDelete:
                delete(try ITCH.OrderDeleteView(bytes).orderReferenceNumber, on: floor)
            case .orderReplace:
                let view = try ITCH.OrderReplaceView(bytes)
                replace(
                    view.originalOrderReferenceNumber,
                    by: view.newOrderReferenceNumber,
                    view.shares,
                    view.price,
                    on: floor
                )
            case .trade:
                let view = try ITCH.TradeView(bytes)
                guard let symbol = symbol(view.stockLocate, view.stock, on: floor) else { return }
                print(symbol, view.shares, view.price, on: floor)
            case .stockDirectory:
                let view = try ITCH.StockDirectoryView(bytes)
                _ = symbol(view.stockLocate, view.stock, on: floor)
                passThrough(bytes, view.stockLocate, on: floor)
            case .tradingAction:
                let view = try ITCH.TradingActionView(bytes)
                if let symbol = symbol(view.stockLocate, view.stock, on: floor) {
                    floor.market.setTradingState(view.tradingState, of: symbol)
                }
                passThrough(bytes, view.stockLocate, on: floor)
            // Its match number is not ours; a break of ours is ordered, not recorded.
            case .brokenTrade: break
            default: passThrough(bytes, header(offset).locate, on: floor)
            }
        } catch {
            report.malformed += 1
        }
    }

    /// Market-wide messages, and those of symbols that are played.
    private func passThrough(_ bytes: RawSpan, _ locate: UInt16, on floor: TradingFloor) {
        guard locate == 0 || symbolByLocate[locate] != nil else { return }
        let ours = symbolByLocate[locate].map { floor.market.locate($0) } ?? 0
        bytes.withUnsafeBytes { floor.market.publisher.passThrough($0, ours) }
    }

    /// Our index of a recorded stock; `nil` when it is not played.
    private func symbol(_ locate: UInt16, _ stock: Symbol, on floor: TradingFloor) -> Int? {
        if let known = symbolByLocate[locate] { return known }
        guard filter?.contains(stock) ?? true else { return nil }
        guard let index = floor.market.list(stock) else { return nil }
        symbolByLocate[locate] = index
        return index
    }

    private func add(_ view: borrowing ITCH.AddOrderView, on floor: TradingFloor) {
        guard let symbol = symbol(view.stockLocate, view.stock, on: floor) else { return }
        let order = Recorded(
            symbol: symbol,
            isBuy: view.side == UInt8(ascii: "B"),
            price: view.price,
            attribution: nil,
            leavesQty: view.shares
        )
        enter(view.orderReferenceNumber, order, open: view.shares, on: floor)
    }

    private func add(_ view: borrowing ITCH.AddOrderMPIDView, on floor: TradingFloor) {
        guard let symbol = symbol(view.stockLocate, view.stock, on: floor) else { return }
        let order = Recorded(
            symbol: symbol,
            isBuy: view.side == UInt8(ascii: "B"),
            price: view.price,
            attribution: view.attribution,
            leavesQty: view.shares
        )
        enter(view.orderReferenceNumber, order, open: view.shares, on: floor)
    }

    // MARK: Executions that belong together

    /// Recorded executions of the same time and tracking number are one aggressor.
    private func executeGroup(_ offset: Int, on floor: TradingFloor) {
        let first = header(offset)
        var group = RecordedAggressor()
        gather(offset, into: &group)
        while let (next, _) = pending, group.symbol != nil {
            let header = header(next)
            let isExecution =
                header.type == ITCH.MessageType.orderExecuted.rawValue
                || header.type == ITCH.MessageType.orderExecutedWithPrice.rawValue
            guard
                isExecution, header.timestampNs == first.timestampNs,
                header.tracking == first.tracking, header.locate == first.locate
            else { break }
            guard gather(next, into: &group) else { break }
            readNext()
        }
        execute(group, on: floor)
    }

    /// Adds the execution at `offset` to the group; `false` when it belongs to another aggressor.
    @discardableResult
    private func gather(_ offset: Int, into group: inout RecordedAggressor) -> Bool {
        // `E` and `C` begin alike: reference at 11, shares at 19.
        let raw = UnsafeRawBufferPointer(start: base + offset, count: 23)
        let reference = raw[11..<19].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let shares = raw[19..<23].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        guard let order = orders[reference] else {
            // Of a symbol that is not played, or never added.
            if filter == nil { report.unknownRefs += 1 }
            return true
        }
        guard group.symbol == nil || (group.symbol == order.symbol && group.isBuy != order.isBuy)
        else { return false }
        report.events += 1
        group.take(reference, order, OrderQty(units: shares))
        return true
    }
}
