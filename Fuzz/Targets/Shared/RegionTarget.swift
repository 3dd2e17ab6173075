import Crossing
import Glibc

extension FuzzTarget {
    /// A shared file whose header, checksum included, and contents the other process made up.
    static let region = FuzzTarget("region", lengthMax: 256, seeds: regionSeeds) { bytes in
        var input = FuzzInput(bytes)
        let isHot = input.u8() & 1 == 0
        var file = isHot ? RegionFiles.hot : RegionFiles.cold
        for _ in 0..<(input.u8() & 7) {
            let word = Int(input.u8()) % 30 * 8
            FuzzFiles.put(input.odd64(), at: word, in: &file)
        }
        FuzzFiles.put(CRC32C.of(Array(file[..<RegionFiles.crcOffset])), at: 232, in: &file)
        while !input.isEmpty {
            let place = RegionHeader.pageBytes + Int(input.u16()) * 8 % (file.count - 4096 - 8)
            FuzzFiles.put(input.odd64(), at: place & ~7, in: &file)
        }
        let path = FuzzFiles.path("region")
        FuzzFiles.write(path, file)
        defer { unlink(path) }
        if isHot { readHot(path) } else { readCold(path) }
    }

    private static func readHot(_ path: String) {
        guard let region = try? HotRegion.attach(path: path, writable: false) else { return }
        _ = (region.heartbeat, region.counters.get(.fills), region.limits.read()?.version)
        let quotes = region.quotes
        for venue in [0, 1, quotes.venues - 1] {
            _ = quotes.read(instrument: 0, venue: venue)
            _ = quotes.read(instrument: quotes.instruments - 1, venue: venue)
        }
        let room = FuzzMemory(512)
        var audit = AuditReader(ring: region.audit, from: 0, owns: true)
        while case .record = audit.next(into: room.base) {}
        var telemetry = TelemetryReader(ring: region.telemetry, from: region.telemetry.position)
        _ = telemetry.next(into: room.base.assumingMemoryBound(to: TelemetryRecord.self))
        for client in [-1, 0, 1, region.clients - 1] where region.clients > 0 {
            let store = region.store(client)
            for sequence in [1, 2, store.count] as [UInt64] {
                guard let message = store.message(sequence) else { continue }
                _ = UnsafeRawBufferPointer(start: message.bytes, count: message.count).last
            }
        }
    }

    private static func readCold(_ path: String) {
        guard let region = try? ColdRegion.attach(path: path, writable: false) else { return }
        _ = (region.heartbeat, region.auditCursor.load(epoch: 1), region.commands.position)
        let rows = Int(region.header.sections.4.count)
        guard rows <= 1 << 16 else { return }
        withUnsafeTemporaryAllocation(of: ValuationRow.self, capacity: rows) { room in
            _ = region.valuation.read(into: room.baseAddress!)
        }
    }

    @Sendable private static func regionSeeds() -> [[UInt8]] {
        // One word of the header each, at an edge.
        (0..<30).flatMap { word in
            [0, 1, 2, 3].map { [UInt8(word & 1), 1, word, UInt8($0)] }
        }
    }
}

/// One small file of each kind, whole, as its owner makes it.
enum RegionFiles {
    static let crcOffset = MemoryLayout<RegionHeader>.offset(of: \.crc) ?? 232

    static let hot: [UInt8] = {
        let path = FuzzFiles.path("hot")
        let sizes = HotRegionSizes(
            auditSlots: 8,
            telemetrySlots: 8,
            instruments: 2,
            venues: 2,
            clients: 2,
            storeBytes: 256,
            storeMessages: 8,
            imageBytes: 512
        )
        let made = try? HotRegion.create(path: path, sizes: sizes, epoch: 1, createdNs: 1)
        law(made != nil, "a region can be made in \(FuzzFiles.folder)")
        defer { unlink(path) }
        return FuzzFiles.read(path)
    }()

    static let cold: [UInt8] = {
        let path = FuzzFiles.path("cold")
        let sizes = ColdRegionSizes(commandSlots: 8, instruments: 2)
        let made = try? ColdRegion.create(path: path, sizes: sizes, epoch: 1, createdNs: 1)
        law(made != nil, "a region can be made in \(FuzzFiles.folder)")
        defer { unlink(path) }
        return FuzzFiles.read(path)
    }()
}
