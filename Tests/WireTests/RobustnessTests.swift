import Testing
import Vocabulary
import Wire

/// Bytes nobody meant: an answer every time, never a trap. A million buffers, seeds in the names.
@Suite("Random bytes")
struct RobustnessTests {
    static let seeds: [UInt64] = Array(1...10)
    static let buffersPerSeed = 20_000

    @Test("ITCH: refused, unknown, or the known part comes back as it was", arguments: seeds)
    func itch(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let letters = ITCH.MessageType.allCases.map(\.rawValue)
        var decoded = 0
        for _ in 0..<Self.buffersPerSeed {
            let bytes = buffer(&random, letters, countMax: 60)
            guard let result = try? Reencode.itch(bytes) else { continue }
            decoded += 1
            if Array(bytes.prefix(result.count)) != result {
                Issue.record("seed \(seed): \(bytes) came back as \(result)")
            }
        }
        #expect(decoded > 1000)
    }

    @Test("OUCH from a client: refused, or stable under decode and encode", arguments: seeds)
    func inbound(seed: UInt64) {
        stable(seed, OUCH.InboundType.allCases.map(\.rawValue)) { bytes throws(WireError) in
            try Reencode.inbound(bytes)
        }
    }

    @Test("OUCH from a venue: refused, or stable under decode and encode", arguments: seeds)
    func outbound(seed: UInt64) {
        stable(seed, OUCH.OutboundType.allCases.map(\.rawValue)) { bytes throws(WireError) in
            try Reencode.outbound(bytes)
        }
    }

    @Test("Soup: every frame lies inside the bytes", arguments: seeds)
    func soup(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<Self.buffersPerSeed {
            var bytes = buffer(&random, [0], countMax: 120)
            if bytes.count > 1 { bytes[1] &= 0x3F }
            let available = bytes.count
            let frame = (bytes + [0]).withUnsafeBytes {
                Soup.nextPacket($0.baseAddress!, available: available)
            }
            if case .packet(_, let offset, let length, let total) = frame {
                if offset != 3 || offset + length != total || total > available {
                    Issue.record("seed \(seed): \(frame) of \(available) bytes")
                }
            }
            _ = try? withSpan(bytes) { span throws(WireError) in
                Soup.LoginRequest(try Soup.LoginRequestView(span))
            }
            _ = try? withSpan(bytes) { span throws(WireError) in
                Soup.LoginAccepted(try Soup.LoginAcceptedView(span))
            }
        }
    }

    @Test("Mold and BinaryFILE: every message lies inside the bytes", arguments: seeds)
    func framing(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<Self.buffersPerSeed {
            var bytes = buffer(&random, [0], countMax: 200)
            for index in stride(from: 0, to: bytes.count, by: 2) { bytes[index] = 0 }
            let count = bytes.count
            (bytes + [0]).withUnsafeBytes { raw in
                var cursor = BinaryFile.Cursor(base: raw.baseAddress!, count: count)
                while case .message(let offset, let length) = cursor.next() {
                    if offset + length > count { Issue.record("seed \(seed): past \(count)") }
                }
                var offset = Mold.headerLength
                while case .message(let start, let length, let next) = Mold.nextMessage(
                    raw.baseAddress!,
                    count: count,
                    at: offset
                ) {
                    if start + length > count { Issue.record("seed \(seed): past \(count)") }
                    offset = next
                }
            }
        }
    }

    /// What decodes once, encodes to bytes that decode again to the same: nothing is invented.
    private func stable(
        _ seed: UInt64,
        _ letters: [UInt8],
        _ reencode: ([UInt8]) throws(WireError) -> [UInt8]?
    ) {
        var random = SplitMix64(seed: seed)
        var decoded = 0
        for _ in 0..<Self.buffersPerSeed {
            var bytes = buffer(&random, letters, countMax: 110)
            plantAppendage(&bytes, &random)
            guard let once = try? reencode(bytes) else { continue }
            decoded += 1
            let twice = try? reencode(once)
            if twice != once { Issue.record("seed \(seed): \(bytes) is not stable") }
        }
        #expect(decoded > 100)
    }

    private func buffer(
        _ random: inout SplitMix64,
        _ letters: [UInt8],
        countMax: Int
    ) -> [UInt8] {
        let count = Int.random(in: 0...countMax, using: &random)
        var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        if count > 0, random.next() % 16 != 0 {
            bytes[0] = letters.randomElement(using: &random) ?? 0
        }
        return bytes
    }

    /// Random bytes rarely say a plausible length: put one where a message's appendage begins.
    private func plantAppendage(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let starts = [1, 9, 10, 13, 14, 17, 18, 25, 29, 30, 32, 34, 36, 38, 45, 62, 66]
        guard let start = starts.randomElement(using: &random), start + 2 <= bytes.count else {
            return
        }
        bytes[start] = 0
        bytes[start + 1] = UInt8(clamping: bytes.count - start - 2)
        guard start + 4 <= bytes.count else { return }
        bytes[start + 2] = UInt8(clamping: bytes.count - start - 3)
        bytes[start + 3] = UInt8.random(in: 31...255, using: &random)
    }
}
