/// How much of everything hot allocates before the session opens. Nothing grows later, so each
/// number carries the sum it comes from.
package struct Sizes: Equatable, Sendable {
    /// Orders that may live at once: own pool, own index. The one number to choose.
    package var ordersMax: UInt32
    package var auditSlots: UInt32
    package var telemetrySlots: UInt32
    package var commandSlots: UInt32
    package var clientStoreMessages: UInt32
    package var bookOrdersMax: UInt32
    package var bookLevelsMax: UInt32

    /// Slots that must stay free so that every live order can still end on the record: its cancel
    /// request and its end, two slots each, and 4 096 for sessions and operators (semantics.md §3.1).
    package static func auditReserve(ordersMax: UInt32) -> UInt32 { 4 * ordersMax + 4096 }

    /// New orders stop at 90 % full, and that must happen before the reserve is touched: a tenth of
    /// the ring is at least the reserve. Rounded up to a power of two, so that a slot is a mask.
    /// 1 024 orders: 81 920 → 131 072 slots of 128 bytes, 16 MiB.
    package static func auditSlots(ordersMax: UInt32) -> UInt32 {
        powerOfTwo(atLeast: 10 * auditReserve(ordersMax: ordersMax))
    }

    /// One message's share of a client store: OUCH Accepted with its appendages, 64 + 8, is the
    /// longest common one.
    package static var clientMessageBytes: UInt32 { 72 }
    package var clientStoreBytes: UInt32 { clientStoreMessages * Self.clientMessageBytes }

    package static func powerOfTwo(atLeast count: UInt32) -> UInt32 {
        count <= 1 ? 1 : 1 << UInt32(32 - (count - 1).leadingZeroBitCount)
    }

    init(_ hot: Section, testHooks: Bool) throws(SettingsError) {
        let pools = try hot.section("pools", keys: ["orders", "book_orders", "book_levels"])
        ordersMax = UInt32(try pools.required("orders", .integer(16...1_000_000)))
        bookOrdersMax = UInt32(try pools.required("book_orders", .integer(256...16_000_000)))
        bookLevelsMax = UInt32(try pools.required("book_levels", .integer(64...4_000_000)))

        let keys = ["audit_slots", "telemetry_slots", "command_slots", "client_messages"]
        let rings = try hot.section("rings", keys: keys)
        let derived = Self.auditSlots(ordersMax: ordersMax)
        auditSlots = UInt32(
            try rings.optional("audit_slots", .slots.orAuto, default: 0)
        )
        if auditSlots == 0 { auditSlots = derived }
        telemetrySlots = UInt32(try rings.required("telemetry_slots", .slots))
        commandSlots = UInt32(try rings.required("command_slots", .slots))
        clientStoreMessages = UInt32(
            try rings.required("client_messages", .integer(64...16_000_000))
        )
        guard auditSlots >= derived || testHooks else {
            let reserve = Self.auditReserve(ordersMax: ordersMax)
            throw SettingsError(
                try rings.child("audit_slots").origin,
                """
                hot.rings.audit_slots: \(auditSlots) is too few: a tenth must hold the reserve of \
                4 × \(ordersMax) orders + 4096 = \(reserve) slots; write auto, or at least \(derived)
                """
            )
        }
    }
}

extension Reader where Value == Int64 {
    /// A power of two, so that a cursor becomes a place by masking.
    static var slots: Reader {
        integer(64...(1 << 30)).checked("is not a power of two") { $0 & ($0 - 1) == 0 }
    }

    var orAuto: Reader {
        Reader { text, quoting in text == "auto" ? .success(0) : parse(text, quoting) }
    }
}
