import Testing
import Wire

/// Docs: binaryfile.md.
@Suite("BinaryFILE")
struct BinaryFileTests {
    @Test("frames are walked to the end")
    func walkAll() {
        #expect(
            walk(hex("00 02 41 42  00 01 43"))
                == [.message(offset: 2, length: 2), .message(offset: 6, length: 1), .end]
        )
        #expect(walk([]) == [.end])
    }

    @Test("a length of 0 ends the session, whatever follows")
    func endOfSession() {
        #expect(
            walk(hex("00 01 41  00 00  00 01 42"))
                == [.message(offset: 2, length: 1), .endOfSession]
        )
    }

    @Test(
        "a cut inside a frame is reported with the bytes left over",
        arguments: [
            ("00 01 41 00", 1), ("00 01 41 00 02", 2), ("00 01 41 00 02 42", 3),
        ]
    )
    func truncated(text: String, left: Int) {
        #expect(walk(hex(text)) == [.message(offset: 2, length: 1), .truncated(bytes: left)])
    }

    @Test("asked again at the end, the answer stays")
    func stays() {
        hex("00 02 41").withUnsafeBytes { bytes in
            var cursor = BinaryFile.Cursor(base: bytes.baseAddress!, count: bytes.count)
            for _ in 0..<3 {
                let step = cursor.next()
                #expect(step == .truncated(bytes: 3))
            }
            #expect(cursor.offset == 0)
        }
    }

    @Test("a frame's length is two bytes, big-endian; 0 is the end")
    func writeHeader() {
        var buffer = [UInt8](repeating: 0xA5, count: 2)
        for (length, expected) in [(36, "00 24"), (0, "00 00"), (513, "02 01")] {
            let count = buffer.withUnsafeMutableBytes {
                BinaryFile.writeHeader(messageLength: length, to: $0.baseAddress!)
            }
            #expect(count == 2)
            #expect(buffer == hex(expected))
        }
    }

    private func walk(_ bytes: [UInt8]) -> [BinaryFile.Step] {
        var steps: [BinaryFile.Step] = []
        (bytes + [0]).withUnsafeBytes { buffer in
            var cursor = BinaryFile.Cursor(base: buffer.baseAddress!, count: bytes.count)
            while true {
                let step = cursor.next()
                steps.append(step)
                guard case .message = step else { return }
            }
        }
        return steps
    }
}
