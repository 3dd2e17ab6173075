import Crossing
import Glibc
import HotControl
import HotPath
import Testing
import Vocabulary

/// What a person asks for in names, before hot hears of it.
@Suite("A request becomes a command or is refused by field, value and range")
struct CommandMakerTests {
    private func refusal(_ qty: Int64) -> String? {
        var frame = RoleTests.request(.adjust)
        frame.qty = OrderQty(units: qty)
        let maker = CommandMaker(names: HotNames(ImageFixture().view()))
        let caller = Caller(pid: getpid(), uid: getuid(), gid: getgid())
        do throws(Malformed) {
            let command = try maker.command(frame, id: 1, caller: caller, nowNs: 1)
            return command.qty == frame.qty ? nil : "another quantity"
        } catch {
            return error.text
        }
    }

    @Test("an adjustment is at most 1 000 000 000 shares either way; more says what would be right")
    func adjustment() {
        for qty: Int64 in [1, -100, 1_000_000_000, -1_000_000_000] { #expect(refusal(qty) == nil) }
        for qty: Int64 in [1_000_000_001, -1_000_000_001, 1 << 62, -(1 << 62), .max, .min] {
            #expect(
                refusal(qty)
                    == "shares: \"\(qty)\" is not -1 000 000 000 to 1 000 000 000 shares "
                    + "in one adjustment"
            )
        }
    }
}
