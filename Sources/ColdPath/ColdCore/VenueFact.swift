package import Vocabulary

/// One thing a venue said of one of our orders, so that two tellings of it can be compared: hot's
/// record of its order session, and the venue's own drop copy.
package struct VenueFact: Equatable, Sendable {
    /// What both tellings must agree on to the last digit. Fields a kind does not have are 0.
    package struct Content: Hashable, Sendable {
        package var venue: UInt8
        /// ack, replaced, canceled, fill, bust or reject.
        package var kind: RecordKind
        package var userRefNum: UInt32
        package var origUserRefNum: UInt32 = 0
        /// Accepted total, open after a replace, decrement, or last quantity.
        package var qty: OrderQty = .zero
        package var px: Price = .zero
        package var match: UInt64 = 0
        /// Of a cancel, a broken trade or a reject; the liquidity flag of a fill.
        package var reason: UInt16 = 0
        package var side: Side?

        package init(venue: UInt8, kind: RecordKind, userRefNum: UInt32) {
            self.venue = venue
            self.kind = kind
            self.userRefNum = userRefNum
        }
    }

    /// What names a fact although its figures differ.
    package struct Subject: Hashable, Sendable {
        package var kind: RecordKind
        package var userRefNum: UInt32
        package var match: UInt64
    }

    package var content: Content
    /// Named by acks and replaces only; OUCH's other messages carry none.
    package var symbol: Symbol = .blank
    /// When it happened, ns UTC: hot's time of receipt, or the venue's own.
    package var t: Int64

    package init(_ content: Content, symbol: Symbol = .blank, t: Int64) {
        self.content = content
        self.symbol = symbol
        self.t = t
    }

    package var subject: Subject {
        Subject(kind: content.kind, userRefNum: content.userRefNum, match: content.match)
    }

    /// For alerts: "fill of 100 @ 1500000 of order 7, match 12".
    package var text: String {
        var words = content.kind.name
        if content.qty != .zero { words += " of \(content.qty.units)" }
        if content.px != .zero { words += " @ \(content.px.units)" }
        words += " of order number \(content.userRefNum)"
        if content.match != 0 { words += ", match \(content.match)" }
        return words
    }
}
