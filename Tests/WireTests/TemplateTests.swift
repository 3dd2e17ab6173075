import Testing
import Vocabulary
import Wire

/// Docs: ouch-5.0.md, `O` and `X`; tag 2.
@Suite("Templates, patched in place")
struct TemplateTests {
    private static let id = ClOrdID(instance: 3, epoch: 9, owner: 17, counter: 12_345)

    private static let patch = OUCH.EnterOrderTemplate.Patch(
        userRefNum: 42,
        side: .sellShort,
        quantity: shares(100),
        symbol: symbol("AAPL"),
        price: price(1_502_500),
        timeInForce: letter("3"),
        clOrdID: ClOrdID(0)
    )

    private static let golden = hex(
        """
        4F | Enter Order
        00 00 00 2A | UserRefNum 42
        54 | sell short
        00 00 00 64 | 100 shares
        41 41 50 4C 20 20 20 20 | AAPL
        00 00 00 00 00 16 ED 24 | 150.2500
        33 | IOC
        59 | visible
        50 | principal
        4E | no sweep
        4E | continuous
        30 30 30 30 30 30 30 30 30 30 30 30 30 20 | ClOrdID 0, and a space
        00 06 | appendage, 6 bytes
        05 02 | Firm
        41 50 55 53 | APUS
        """
    )

    @Test("an Enter Order is written whole")
    func write() {
        let template = OUCH.EnterOrderTemplate(firm: alpha4("APUS"))
        var buffer = [UInt8](repeating: 0xA5, count: 60)
        let count = buffer.withUnsafeMutableBytes {
            template.write(Self.patch, to: $0.baseAddress!)
        }
        #expect(count == 53)
        #expect(Array(buffer[..<53]) == Self.golden)
        #expect(buffer[53...].allSatisfy { $0 == 0xA5 })
    }

    @Test("patched a second time, nothing of the first order is left")
    func patchTwice() {
        let template = OUCH.EnterOrderTemplate(firm: alpha4("APUS"))
        let first = OUCH.EnterOrderTemplate.Patch(
            userRefNum: .max,
            side: .buy,
            quantity: shares(999_999),
            symbol: symbol("ABCDEFGH"),
            price: .ouchLimitMax,
            timeInForce: letter("0"),
            clOrdID: ClOrdID(.max)
        )
        var buffer = [UInt8](repeating: 0xA5, count: 53)
        buffer.withUnsafeMutableBytes {
            template.stamp(to: $0.baseAddress!)
            OUCH.EnterOrderTemplate.patch($0.baseAddress!, with: first)
            OUCH.EnterOrderTemplate.patch($0.baseAddress!, with: Self.patch)
        }
        #expect(buffer == Self.golden)
    }

    @Test("a template and a value give the same bytes")
    func sameAsValue() {
        let value = OUCH.EnterOrder(
            userRefNum: 42,
            side: letter("T"),
            quantity: shares(100),
            symbol: symbol("AAPL"),
            price: price(1_502_500),
            timeInForce: letter("3"),
            display: letter("Y"),
            capacity: letter("P"),
            interMarketSweep: letter("N"),
            crossType: letter("N"),
            clOrdID: ClOrdIDField(ClOrdID(0)),
            appendage: .with { $0.firm = alpha4("APUS") }
        )
        #expect(encode(value) == Self.golden)
    }

    @Test("a Cancel Order is nine bytes")
    func cancel() {
        var buffer = [UInt8](repeating: 0xA5, count: 9)
        let count = buffer.withUnsafeMutableBytes {
            OUCH.CancelOrderTemplate.write(userRefNum: 42, to: $0.baseAddress!)
        }
        #expect(count == 9)
        #expect(buffer == hex("58  00 00 00 2A  00 00 00 00"))

        buffer.withUnsafeMutableBytes {
            OUCH.CancelOrderTemplate.patch(
                $0.baseAddress!,
                userRefNum: 43,
                quantity: shares(256)
            )
        }
        #expect(buffer == hex("58  00 00 00 2B  00 00 01 00"))
    }

    // MARK: The ClOrdID field

    @Test("our id is 13 characters and a space, and comes back")
    func ownID() {
        let written = ClOrdIDField(Self.id)
        #expect(written.description == Self.id.description)
        #expect(written.high >> 8 == 0x20)
        #expect(written.clOrdID == Self.id)
        #expect(ClOrdIDField(ClOrdID(.max)).clOrdID == ClOrdID(.max))
    }

    @Test(
        "any other text is text, and no id of ours",
        arguments: [
            "", "HELLO", "0123456789ABCD", "0123456789abc", "ZZZZZZZZZZZZZ", "VVVVVVVVVVVVV",
        ]
    )
    func foreignID(text: String) {
        let written = ClOrdIDField(text)
        #expect(written?.description == text)
        #expect(written?.clOrdID == nil)
    }

    @Test("any id has the characters Vocabulary gives it, and comes back", arguments: UInt64(1)...8)
    func everyID(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<10_000 {
            let id = ClOrdID(random.next() >> (random.next() % 64))
            let written = ClOrdIDField(id)
            #expect(written.description == id.description)
            #expect(written.clOrdID == id)
        }
    }

    @Test("one changed character is another id or none", arguments: UInt64(1)...4)
    func changedID(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<10_000 {
            var bytes = Array(ClOrdID(random.next()).description.utf8)
            bytes[Int(random.next() % 13)] = UInt8(random.next() % 95 + 32)
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(field(text).clOrdID == ClOrdID(text))
        }
    }

    @Test("a quantity or price that does not fit its field stops the process")
    func narrowing() async {
        await #expect(processExitsWith: .failure) {
            _ = encode(OUCH.CancelOrder(userRefNum: 1, quantity: OrderQty(units: 1 << 32)))
        }
        await #expect(processExitsWith: .failure) {
            _ = encode(OUCH.CancelOrder(userRefNum: 1, quantity: OrderQty(units: -1)))
        }
    }
}
