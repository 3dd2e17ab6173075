import ColdCore
import Crossing
import Desk
import OrderManagement
import Testing
import Vocabulary

@Suite("The desk's pace")
struct PaceTests {
    /// How many records a second pass through journal and rooms? Printed; a floor far below it is
    /// checked, so that a quadratic slip shows.
    @Test("50 000 orders with ack and fill pass at more than 20 000 records a second")
    func pace() throws {
        let hot = try HotDouble(auditSlots: 16_384)
        let desk = try Desk(files: hot.files, time: .read())
        try hot.meetCold()
        let began = DeskTime.read().monotonicNs
        let orders: UInt64 = 50_000
        for order in 1...orders {
            for kind in [RecordKind.new, .ack, .fill] {
                let record = record(kind, order)
                while !hot.append(record) { desk.turn(.read()) }
            }
        }
        while desk.rooms.orders.fills.count < Int(orders) { desk.turn(.read()) }
        desk.finish(.read())
        let tookNs = DeskTime.read().monotonicNs - began
        let perSecond = Int64(orders) * 3 * 1_000_000_000 / tookNs
        print("cold: \(perSecond) records a second through journal and rooms")
        #expect(perSecond > 20_000)
        #expect(desk.rooms.orders.openCount == 0)
        #expect(desk.rooms.orders.counts.breaks == 0)
    }

    private func record(_ kind: RecordKind, _ order: UInt64) -> AuditRecord {
        var record = AuditRecord()
        record.kind = kind
        record.orderID = ClOrdID(order)
        record.instrument = 0
        record.account = 0
        record.strategy = 0
        record.venue = 0
        record.side = order % 2 == 0 ? Side.buy.rawValue : Side.sell.rawValue
        record.qty = OrderQty(units: 100)
        record.px = Price(units: 1_500_000)
        if kind == .fill {
            record.lastQty = OrderQty(units: 100)
            record.lastPx = Price(units: 1_500_000)
            record.match = order
        }
        return record
    }
}
