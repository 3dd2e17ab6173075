/// Puts an image together: header and tables in, bytes out, counts and checksum filled in.
public struct HotImageWriter {
    public var header = ImageHeader()
    public var venues: [ImageVenue] = []
    public var instruments: [ImageInstrument] = []
    public var accounts: [ImageAccount] = []
    public var strategies: [ImageStrategy] = []
    public var clients: [ImageClient] = []
    public var roles: [ImageRole] = []
    public var holdings: [ImageHolding] = []
    public var latches: [ImageLatch] = []
    public var dayFiles: [ImageDayFile] = []

    public init() {}

    public func bytes() -> [UInt8] {
        var header = header
        header.venueCount = UInt32(venues.count)
        header.instrumentCount = UInt32(instruments.count)
        header.accountCount = UInt32(accounts.count)
        header.strategyCount = UInt32(strategies.count)
        header.clientCount = UInt32(clients.count)
        header.roleCount = UInt32(roles.count)
        header.holdingCount = UInt32(holdings.count)
        header.latchCount = UInt32(latches.count)
        header.dayFileCount = UInt32(dayFiles.count)
        var tables: [UInt8] = []
        append(venues, to: &tables)
        append(instruments, to: &tables)
        append(accounts, to: &tables)
        append(strategies, to: &tables)
        append(clients, to: &tables)
        append(roles, to: &tables)
        append(holdings, to: &tables)
        append(latches, to: &tables)
        append(dayFiles, to: &tables)
        header.bytes = UInt64(ImageHeader.strideBytes + tables.count)
        header.crc = 0
        var image = headerBytes(header) + tables
        header.crc = CRC32C.of(Array(image[16...]))
        image.replaceSubrange(0..<16, with: headerBytes(header)[0..<16])
        return image
    }

    private func headerBytes(_ header: ImageHeader) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: ImageHeader.strideBytes)
        unsafe withUnsafeBytes(of: header) { source in
            unsafe bytes.replaceSubrange(0..<source.count, with: source)
        }
        return bytes
    }

    private func append<Row: BitwiseCopyable>(_ rows: [Row], to bytes: inout [UInt8]) {
        for row in rows {
            let start = bytes.count
            unsafe withUnsafeBytes(of: row) { source in
                unsafe bytes.append(contentsOf: source)
            }
            let stride = MemoryLayout<Row>.stride
            bytes.append(contentsOf: repeatElement(0, count: stride - (bytes.count - start)))
        }
    }
}
