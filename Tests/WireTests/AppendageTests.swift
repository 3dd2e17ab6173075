import Testing
import Vocabulary
import Wire

/// Docs: ouch-5.0.md, "Appendage" and "Tags".
@Suite("An appendage")
struct AppendageTests {
    struct TagCase: Sendable, CustomTestStringConvertible {
        var element: String
        var value: OUCH.Appendage

        init(_ element: String, _ change: (inout OUCH.Appendage) -> Void) {
            self.element = element
            self.value = .with(change)
        }

        var testDescription: String { "tag \(hex(element)[1])" }
    }

    static let tags: [TagCase] = [
        TagCase("09 01 01 02 03 04 05 06 07 08") {
            $0.secondaryOrderReferenceNumber = 0x0102_0304_0506_0708
        },
        TagCase("05 02 41 50 55 53") { $0.firm = alpha4("APUS") },
        TagCase("05 03 00 00 00 64") { $0.minQty = shares(100) },
        TagCase("02 04 52") { $0.customerType = letter("R") },
        TagCase("05 05 00 00 01 F4") { $0.maxFloor = shares(500) },
        TagCase("02 06 6D") { $0.priceType = letter("m") },
        TagCase("05 07 FF FF FF 9C") { $0.pegOffset = price(-100) },
        TagCase("09 09 00 00 00 00 00 16 ED 24") { $0.discretionPrice = price(1_502_500) },
        TagCase("02 0A 4C") { $0.discretionPriceType = letter("L") },
        TagCase("05 0B 00 00 00 64") { $0.discretionPegOffset = price(100) },
        TagCase("02 0C 50") { $0.postOnly = letter("P") },
        TagCase("05 0D 00 00 00 0A") { $0.randomReserves = shares(10) },
        TagCase("05 0E 53 43 41 4E") { $0.route = alpha4("SCAN") },
        TagCase("05 0F 00 01 51 7F") { $0.expireTimeSeconds = 86_399 },
        TagCase("02 10 59") { $0.tradeNow = letter("Y") },
        TagCase("02 11 49") { $0.handleInst = letter("I") },
        TagCase("02 12 33") { $0.bboWeightIndicator = letter("3") },
        TagCase("05 16 00 00 00 C8") { $0.displayQuantity = shares(200) },
        TagCase("09 17 00 00 00 00 00 16 ED 24") { $0.displayPrice = price(1_502_500) },
        TagCase("03 18 01 02") { $0.groupID = 258 },
        TagCase("02 19 59") { $0.sharesLocated = letter("Y") },
        TagCase("05 1A 41 50 55 53") { $0.locateBroker = alpha4("APUS") },
        TagCase("02 1B 53") { $0.side = letter("S") },
        TagCase("02 1C 07") { $0.userRefIdx = 7 },
        TagCase("02 1D 2A") { $0.aiqStrategy = letter("*") },
        TagCase("03 1E 2A 2A") { $0.aiqGroup = alpha2("**") },
    ]

    /// A Cancel Order with `elements` behind it, the length counted by hand or by us.
    private func cancel(_ elements: [UInt8], declared: Int? = nil) -> [UInt8] {
        let length = UInt16(declared ?? elements.count)
        return hex("58 00 00 00 2A 00 00 00 00") + [UInt8(length >> 8), UInt8(length & 0xFF)]
            + elements
    }

    private func appendage(_ bytes: [UInt8]) throws(WireError) -> OUCH.Appendage {
        try withSpan(bytes) { span throws(WireError) in try OUCH.CancelOrderView(span).appendage }
    }

    @Test("every tag is read", arguments: tags)
    func read(tag: TagCase) throws {
        #expect(try appendage(cancel(hex(tag.element))) == tag.value)
    }

    @Test("every tag is written", arguments: tags)
    func write(tag: TagCase) {
        let order = OUCH.CancelOrder(userRefNum: 42, quantity: .zero, appendage: tag.value)
        #expect(encode(order) == cancel(hex(tag.element)))
    }

    @Test("there is a case for every tag")
    func complete() {
        #expect(Self.tags.map { hex($0.element)[1] } == OUCH.Tag.allCases.map(\.rawValue))
        for tag in Self.tags { #expect(tag.value != OUCH.Appendage()) }
    }

    @Test("all tags together are the longest there is, in rising order")
    func allTags() throws {
        let elements = Self.tags.flatMap { hex($0.element) }
        #expect(elements.count == OUCH.Appendage.maxLength)

        let all = try appendage(cancel(elements))
        #expect(all.encodedLength == OUCH.Appendage.maxLength)
        #expect(all.firm == alpha4("APUS"))
        #expect(all.pegOffset == price(-100))
        #expect(
            encode(OUCH.CancelOrder(userRefNum: 42, quantity: .zero, appendage: all))
                == cancel(elements)
        )
    }

    @Test("an unknown tag is skipped by its length, and counted")
    func unknownTag() throws {
        let read = try appendage(cancel(hex("04 C8 01 02 03 | 200 \n 02 1C 07 \n 01 08")))
        #expect(read.unknownCount == 2)
        #expect(read.userRefIdx == 7)
    }

    @Test("of a repeated tag the last counts")
    func repeated() throws {
        #expect(try appendage(cancel(hex("02 1C 07 02 1C 09"))).userRefIdx == 9)
    }

    @Test("a field set to nil is absent")
    func unset() {
        var value = OUCH.Appendage.with { $0.minQty = shares(100) }
        value.minQty = nil
        #expect(value == OUCH.Appendage())
        #expect(value.isEmpty)
    }

    @Test("an element of length 0 is refused")
    func emptyElement() {
        #expect(throws: WireError.appendageElementEmpty(offset: 11)) {
            try appendage(cancel([0]))
        }
    }

    @Test("a value of the wrong length is refused, one short and one long", arguments: tags)
    func valueLength(tag: TagCase) {
        for change in [-1, 1] {
            var element = hex(tag.element)
            element[0] = UInt8(Int(element[0]) + change)
            if change < 0 { element.removeLast() } else { element.append(0) }
            let expected = hex(tag.element).count - 2
            #expect(
                throws: WireError.appendageValueLength(
                    tag: element[1],
                    expected: expected,
                    actual: expected + change
                )
            ) { try appendage(cancel(element)) }
        }
    }

    @Test("an element that runs past the appendage is refused")
    func elementOverrun() {
        #expect(
            throws: WireError.appendageElementOverrun(offset: 11, declared: 3, available: 2)
        ) { try appendage(cancel([3, 0x1C, 7])) }
    }

    @Test("a length that runs past the message is refused before anything is read")
    func overrun() {
        #expect(throws: WireError.appendageOverrun(declared: 4, available: 3)) {
            try appendage(cancel([2, 0x1C, 7], declared: 4))
        }
    }

    @Test("from a client, bytes behind the appendage are refused")
    func trailing() {
        #expect(throws: WireError.wrongLength(expected: 13, actual: 14)) {
            try appendage(cancel([2, 0x1C, 7], declared: 2))
        }
    }
}
