import Crossing
import HotControl
import HotPath
import Vocabulary

extension FuzzTarget {
    /// The configuration image: any bytes, or a whole one changed under a checksum that fits.
    static let image = FuzzTarget("image", lengthMax: 512, seeds: imageSeeds) { bytes in
        var input = FuzzInput(bytes)
        var file = FuzzImage.bytes
        if input.u8() & 1 == 0 {
            file = Array(input.rest())
        } else {
            while !input.isEmpty {
                let place = Int(input.u16()) % (file.count - 8)
                FuzzFiles.put(input.odd64(), at: place, in: &file)
            }
            FuzzFiles.put(CRC32C.of(Array(file[16...])), at: FuzzImage.crcOffset, in: &file)
        }
        let memory = FuzzMemory(max(file.count, 1))
        file.withUnsafeBytes { memory.fill($0) }
        guard let view = try? HotImageView(memory.base, count: file.count) else { return }
        read(view)
    }

    private static func read(_ view: HotImageView) {
        for row in 0..<view.venueCount { _ = view.venue(row).name.description }
        for row in 0..<view.instrumentCount { _ = view.instrument(row).symbol.description }
        for row in 0..<view.accountCount { _ = view.account(row).name.description }
        for row in 0..<view.strategyCount { _ = view.strategy(row).name.description }
        for row in 0..<view.clientCount { _ = view.client(row).user.description }
        _ = HotNames(view)
        _ = RoleTable(view).role(of: Caller(pid: 1, uid: 1, gid: 1))
    }

    @Sendable private static func imageSeeds() -> [[UInt8]] {
        [[1], [1, 0, 16, 1], [1, 0, 24, 3], [0] + FuzzImage.bytes.prefix(500)]
    }
}

/// A small image: two of everything.
enum FuzzImage {
    static let crcOffset = MemoryLayout<ImageHeader>.offset(of: \.crc) ?? 0

    static let bytes: [UInt8] = {
        var writer = HotImageWriter()
        for name in ["ONE", "TWO"] {
            var venue = ImageVenue()
            venue.name = Name(name)!
            writer.venues.append(venue)
            var instrument = ImageInstrument()
            instrument.symbol = Symbol(name)!
            writer.instruments.append(instrument)
            var account = ImageAccount()
            account.name = Name(name)!
            writer.accounts.append(account)
            var strategy = ImageStrategy()
            strategy.name = Name(name)!
            writer.strategies.append(strategy)
            var client = ImageClient()
            client.user = Symbol(name)!
            writer.clients.append(client)
        }
        writer.roles = [ImageRole(), ImageRole()]
        return writer.bytes()
    }()
}
