/// What cold has measured of one venue; index in the page is the venue's.
@frozen
public struct RouterRow: Equatable, BitwiseCopyable, Sendable {
    /// Fee to remove and rebate to add, 1e-4 price units per 100 quantity units.
    public var removeFee: Int64 = 0
    public var addRebate: Int64 = 0
    /// Median ns from order to answer.
    public var latencyNs: Int64 = 0
    /// Share of orders that filled, in millionths.
    public var fillProbabilityPpm: Int64 = 0
    /// Share of orders the venue rejected, in millionths.
    public var rejectRatePpm: Int64 = 0
    public var reserved0: Int64 = 0
    public var reserved1: Int64 = 0
    public var reserved2: Int64 = 0

    @inlinable public init() {}
}

/// The table the router decides by, beside its own books.
@frozen
public struct RouterPage: Sendable {
    public let table: TablePage<RouterRow>

    /// `base`: ``bytes`` bytes, 8-byte aligned.
    @inlinable public init(at base: UnsafeMutableRawPointer) {
        unsafe table = TablePage(at: base, rows: Self.venuesMax)
    }

    @inlinable public static var venuesMax: Int { 16 }
    @inlinable public static var bytes: Int { TablePage<RouterRow>.bytes(rows: venuesMax) }
    @inlinable public var version: UInt64 { table.version }

    @discardableResult
    public func publish(_ rows: [RouterRow]) -> PageVersion? { table.publish(rows) }

    /// `target`: Room for ``venuesMax`` rows.
    @inlinable
    public func read(into target: UnsafeMutablePointer<RouterRow>) -> PageVersion? {
        unsafe table.read(into: target)
    }
}
