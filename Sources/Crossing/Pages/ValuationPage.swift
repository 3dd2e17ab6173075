public import Vocabulary

/// What cold knows of one instrument; index in the page is the instrument's.
@frozen
public struct ValuationRow: Equatable, BitwiseCopyable, Sendable {
    /// Price exposures are valued at, in the instrument's unit; 0 unknown.
    public var valuation: Price = .zero
    /// Average daily volume, in quantity units; 0 unknown.
    public var adv: OrderQty = .zero

    @inlinable public init() {}
    @inlinable public init(valuation: Price, adv: OrderQty) {
        self.valuation = valuation
        self.adv = adv
    }
}

/// Valuation prices and volumes of all instruments.
@frozen
public struct ValuationPage: Sendable {
    public let table: TablePage<ValuationRow>

    /// `base`: ``bytes(instruments:)`` bytes, 8-byte aligned.
    @inlinable public init(at base: UnsafeMutableRawPointer, instruments: Int) {
        unsafe table = TablePage(at: base, rows: instruments)
    }

    @inlinable public static func bytes(instruments: Int) -> Int {
        TablePage<ValuationRow>.bytes(rows: instruments)
    }
    @inlinable public var version: UInt64 { table.version }

    @discardableResult
    public func publish(_ rows: [ValuationRow]) -> PageVersion? { table.publish(rows) }

    /// `target`: Room for one row an instrument.
    @inlinable
    public func read(into target: UnsafeMutablePointer<ValuationRow>) -> PageVersion? {
        unsafe table.read(into: target)
    }
}
