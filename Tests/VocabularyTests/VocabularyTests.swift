import Testing
import Vocabulary

@Suite("A ClOrdID")
struct ClOrdIDTests {
    @Test("reads back what it wrote", arguments: [0, 1, 31, 32, 0x1234_5678_9ABC_DEF0, UInt64.max])
    func roundTrip(value: UInt64) {
        let text = ClOrdID(value).description
        #expect(text.count == 13)
        #expect(ClOrdID(text) == ClOrdID(value))
    }

    @Test("keeps instance, epoch, owner and counter apart")
    func fields() {
        let id = ClOrdID(instance: 15, epoch: 4095, owner: 18, counter: (1 << 36) - 1)
        #expect(id.instance == 15)
        #expect(id.epoch == 4095)
        #expect(id.owner == 18)
        #expect(id.counter == (1 << 36) - 1)
    }

    @Test(
        "refuses foreign text",
        arguments: ["", "0000000000W00", "ZZZZZZZZZZZZZ", "G000000000000"]
    )
    func foreign(text: String) {
        #expect(ClOrdID(text) == nil)
    }
}

@Suite("Names and symbols")
struct TextTests {
    @Test("a symbol is eight padded bytes and reads back")
    func symbol() {
        #expect(Symbol("AAPL")?.description == "AAPL")
        #expect(Symbol("") == nil)
        #expect(Symbol("TOOLONGSYM") == nil)
        #expect(Name("a-long-account-1")?.description == "a-long-account-1")
    }
}

@Suite("For people")
struct ForPeopleTests {
    @Test(
        "a price has two places at least, four at most",
        arguments: [
            (3_245_000, "324.50"), (3_245_050, "324.505"), (1, "0.0001"), (0, "0.00"),
            (-1_250_700, "-125.07"),
        ]
    )
    func price(units: Int64, text: String) {
        #expect("\(Price(units: units))" == text)
    }

    @Test("what would be right is listed as far as there is room, and the rest is counted")
    func listing() {
        let names = ["MAIN", "PROP", "DESK"]
        #expect(oneOf(3, bytesMax: 16) { names[$0] } == "one of MAIN, PROP, DESK")
        #expect(oneOf(3, bytesMax: 15) { names[$0] } == "one of MAIN, PROP and 1 more")
    }
}
