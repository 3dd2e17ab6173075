import ColdCore
import Crossing
import HotPath
import OrderManagement
import Vocabulary

/// One order in the engine's ledger and in cold's mirror, driven by the same records: the ledger
/// gets each first and fills in what is true after, as live.
struct BothBooks: ~Copyable {
    static let orderID = ClOrdID(instance: 0, epoch: 1, owner: 1, counter: 1)

    var ledger: Ledger
    var mirror = OrderManagement()
    private var nowNs: Int64 = 1_000_000_000

    init() {
        var header = ImageHeader()
        header.ordersMax = 8
        var config = LedgerConfig(header: header)
        config.missingLimitRefuses = false
        config.instruments = [ImageInstrument()]
        config.accounts = [ImageAccount()]
        config.strategies = [ImageStrategy()]
        config.venues = [ImageVenue()]
        ledger = Ledger(config)
    }

    var slot: OrderSlot { ledger.find(Self.orderID) }
    var order: Order { ledger.order(slot) }
    var line: ColdCore.OrderLine? { mirror.line(Self.orderID) }

    @discardableResult
    mutating func apply(_ wanted: AuditRecord) -> Applied {
        var record = wanted
        nowNs += 1
        record.t = nowNs
        let applied = ledger.apply(&record)
        mirror.apply(Record(seq: UInt64(nowNs), record, raw: []))
        return applied
    }

    /// A record of `kind` about the order, as it would be written had it the venue's words in it.
    func record(_ kind: RecordKind) -> AuditRecord {
        guard !slot.isNone else {
            var stranger = AuditRecord()
            stranger.kind = kind
            stranger.orderID = Self.orderID
            return stranger
        }
        return ledger.about(slot, kind: kind, nowNs: nowNs)
    }

    mutating func open() {
        var new = AuditRecord()
        new.kind = .new
        new.orderID = Self.orderID
        new.px = Price(units: 1_000_000)
        new.qty = OrderQty(units: 100)
        new.side = Side.sellShort.rawValue
        new.ordType = OrdType.limit.rawValue
        new.timeInForce = TimeInForce.day.rawValue
        new.instrument = 0
        new.account = 0
        new.strategy = 0
        new.venue = 0
        new.userRefNum = 1
        apply(new)
    }

    /// Brings the order into `status`, by the shortest way there is.
    mutating func bring(to status: OrdStatus) {
        guard status != .vacant else { return }
        open()
        switch status {
        case .vacant, .pendingNew: break
        case .new: apply(record(.ack))
        case .partiallyFilled: apply(self[.fill])
        case .unknown: apply(self[.wentSilent])
        case .filled: apply(self[.fillComplete])
        case .canceled: apply(self[.canceledAll])
        case .rejected: apply(self[.rejected])
        case .notReceived: apply(self[.provedAbsent])
        case .notSent: apply(self[.notSent])
        }
    }

    /// The request an answer needs to be one: a replace or a cancel in flight.
    mutating func ask(for event: OrderEvent) {
        guard order.isLive else { return }
        switch event {
        case .replaced, .replaceRejected: apply(self[.replaceRequested])
        case .cancelPending, .cancelRejected: apply(self[.cancelRequested])
        default: break
        }
    }

    /// The record of an event.
    subscript(event: OrderEvent) -> AuditRecord {
        switch event {
        case .accepted: record(.ack)
        case .acceptedDead: flagged(.ack, .dead)
        case .fill: fill(10)
        case .fillComplete: fill(max(1, order.leavesQty.units))
        case .canceledPart: canceled(10)
        case .canceledAll: canceled(order.leavesQty.units)
        case .rejected: record(.reject)
        case .cancelRequested: asked(.cancelReq)
        case .replaceRequested: asked(.replaceReq)
        case .replaced: replaced()
        case .replaceRejected: rejectedReplace()
        case .wentSilent: detailed(.timer, OrderTimer.wentSilent.rawValue)
        case .provedAbsent: proved(.notReceived)
        case .notSent: proved(.notSent)
        case .resolved: proved(.resolved)
        case .restated: restated(.display)
        case .busted: busted()
        case .modified: restated(.modified)
        case .cancelPending: restated(.cancelPending)
        case .cancelRejected: restated(.cancelRejected)
        case .modifyRequested: remarked()
        }
    }

    private func flagged(_ kind: RecordKind, _ flag: RecordFlags) -> AuditRecord {
        var record = record(kind)
        record.flags.insert(flag)
        return record
    }

    private func detailed(_ kind: RecordKind, _ detail: UInt32) -> AuditRecord {
        var record = record(kind)
        record.detail = detail
        return record
    }

    private func fill(_ qty: Int64) -> AuditRecord {
        var record = record(.fill)
        record.lastQty = OrderQty(units: qty)
        record.lastPx = Price(units: 1_000_000)
        record.match = UInt64(nowNs)
        return record
    }

    private func canceled(_ decrement: Int64) -> AuditRecord {
        var record = record(.canceled)
        record.lastQty = OrderQty(units: decrement)
        return record
    }

    private func asked(_ kind: RecordKind) -> AuditRecord {
        var record = record(kind)
        if kind == .cancelReq { record.qty = .zero }
        if kind == .replaceReq {
            record.qty = OrderQty(units: 80)
            record.px = Price(units: 999_900)
            record.origUserRefNum = order.venueRefNum
            // A number used up is used up whatever the record does; this one is already.
            record.userRefNum = ledger.nextUserRefNum(0) - (order.isLive ? 0 : 1)
        }
        return record
    }

    private func replaced() -> AuditRecord {
        var record = record(.replaced)
        record.origUserRefNum = order.venueRefNum
        record.userRefNum = order.pendingRefNum
        record.px = Price(units: 999_900)
        record.leavesQty = order.pendingLeaves
        return record
    }

    private func rejectedReplace() -> AuditRecord {
        var record = flagged(.reject, .replace)
        record.userRefNum = order.pendingRefNum
        return record
    }

    private func proved(_ proof: Proof) -> AuditRecord {
        var record = flagged(.canceled, .byProof)
        record.detail = proof.rawValue
        return record
    }

    private func restated(_ what: Restatement) -> AuditRecord {
        var record = detailed(.restated, what.rawValue)
        record.leavesQty = OrderQty(units: max(0, order.leavesQty.units - 10))
        record.side = Side.sellShortExempt.rawValue
        if what != .modified { record.side = order.side }
        return record
    }

    private func remarked() -> AuditRecord {
        var record = record(.modifyReq)
        record.side = Side.sellShortExempt.rawValue
        return record
    }

    /// Of the latest fill; there is none to break where nothing was filled.
    private func busted() -> AuditRecord {
        var record = record(.bust)
        record.match = mirror.fills.last?.match ?? 0
        return record
    }
}
