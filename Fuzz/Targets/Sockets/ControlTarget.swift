import Crossing
import HotControl
import Vocabulary

extension FuzzTarget {
    /// `hot.sock`: 528 bytes become a frame whose every field may be read, and a command, or a line
    /// that says why not.
    static let control = FuzzTarget("control", lengthMax: 528, seeds: controlSeeds) { bytes in
        var wire = Array(bytes.prefix(ControlFrame.bytes))
        wire += [UInt8](repeating: 0, count: ControlFrame.bytes - wire.count)
        do throws(Malformed) {
            let frame = try FrameReader.frame(wire)
            let back = frame.wire
            law(back.count == ControlFrame.bytes, "a frame has its length")
            law(try FrameReader.frame(back).wire == back, "and comes back as it was")
            law(frame.words.utf8.count <= 3 * 127, "words end")
            _ = RoleTable.wanted(for: frame.verb)
            let command = try ControlNames.maker.command(
                frame,
                id: 7,
                caller: Caller(pid: 1, uid: 1, gid: 1),
                nowNs: 1
            )
            law(command.kind != .none && command.textLength <= 127, "a command is whole")
        } catch {
            law(!error.text.isEmpty, "a refusal says why")
        }
    }

    @Sendable private static func controlSeeds() -> [[UInt8]] {
        ControlFrame.Verb.allCases.map { verb in
            var frame = ControlFrame()
            frame.verb = verb
            frame.side = Side.buy.rawValue
            frame.account = Name("ONE")!
            frame.venue = Name("TWO")!
            frame.symbol = Symbol("ONE")!
            frame.detail = 1
            frame.orderID = ClOrdID(5)
            return frame.wire
        }
    }
}

/// The names of the small image, for as long as the process lives.
private enum ControlNames {
    static let maker: CommandMaker = {
        let bytes = FuzzImage.bytes
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 64)
        bytes.withUnsafeBytes {
            memory.copyMemory(from: $0.baseAddress!, byteCount: bytes.count)
        }
        guard let view = try? HotImageView(memory, count: bytes.count) else {
            fatalError("the fuzzer's own image is whole")
        }
        return CommandMaker(names: HotNames(view))
    }()
}
