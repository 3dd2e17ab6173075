import ColdCore
import Testing
import Vocabulary

@Suite("JSON, as cold.sock speaks it")
struct JSONTests {
    @Test("what is written reads back the same")
    func roundTrip() throws {
        let value: JSON = [
            "a": 1, "b": [true, false, nil], "c": .int(.min), "d": "q\"\\\n\u{1}é😀",
            "e": .object([]), "f": .array([]), "g": .double(2.5),
        ]
        #expect(try JSON(bytes: value.bytes) == value)
    }

    @Test("escapes, surrogate pairs and blanks are read as RFC 8259 says")
    func escapes() throws {
        let text = #" { "k" : "\u0041\ud83d\ude00\/\b\f\t\r" , "n" : [ -0 , 1e2 , 10 ] } "#
        let value = try JSON(bytes: Array(text.utf8))
        #expect(value["k"]?.text == "A😀/\u{8}\u{c}\t\r")
        #expect(value["n"] == [0, .double(100), 10])
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\":1,}", "01", "--1", "nul", "\"\\x\"", "\"\\ud800\"", "\"a",
            "{\"a\":1,\"a\":2}", "{1:2}", "[1 2]", "1 2", "\"\u{1}\"", "99999999999999999999",
            String(repeating: "[", count: 100_000),
        ]
    )
    func refused(text: String) {
        #expect(throws: JSONError.self) { try JSON(bytes: Array(text.utf8)) }
    }

    @Test("random bytes never stop the reader", arguments: 1...20)
    func fuzz(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let alphabet = Array("{}[]\",:\\u0123456789.eE+-truefalsn \u{ff}".utf8)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            if let value = try? JSON(bytes: bytes) {
                #expect((try? JSON(bytes: value.bytes)) == value)
            }
        }
    }

    @Test("an integer beyond 64 bits is written as its digits")
    func wide() {
        #expect(JSON.number(Int128(1) << 70) == .string("1180591620717411303424"))
        #expect(JSON.number(UInt64.max) == .string("18446744073709551615"))
    }
}
