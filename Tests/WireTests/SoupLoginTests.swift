import Testing
import Vocabulary
import Wire

/// Docs: soupbintcp.md, "Login request", "Login accepted", "Reading".
@Suite("A Soup login")
struct SoupLoginTests {
    private static let request = """
        00 2F 4C | length 47, Login Request
        61 70 75 73 20 20 | username "apus", padded right
        73 65 63 72 65 74 20 20 20 20 | password "secret", padded right
        20 20 20 20 53 45 53 53 30 31 | session "SESS01", padded left
        20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 31 32 33 | 123, padded left
        """

    @Test("the request has 49 bytes, padded as the specification says")
    func writeRequest() {
        let login = Soup.LoginRequest(
            username: name("apus"),
            password: name("secret"),
            requestedSession: alpha10("SESS01"),
            requestedSequenceNumber: 123
        )
        #expect(encode(login) == hex(Self.request))
    }

    @Test("the request is read back")
    func readRequest() throws {
        let read = try request(payload: Array(hex(Self.request).dropFirst(3)))
        #expect(read.username == name("apus"))
        #expect(read.password == name("secret"))
        #expect(read.requestedSession == alpha10("SESS01"))
        #expect(read.requestedSequenceNumber == 123)
    }

    @Test(
        "any padding is read: left, right, both, spaces or NULs",
        arguments: [
            ("apus  ", "secret    ", "SESS01    ", "123                 "),
            ("  apus", "    secret", "    SESS01", "                 123"),
            (" apus ", "  secret  ", "  SESS01  ", "        123         "),
            ("apus\0\0", "secret\0\0\0\0", "\0\0SESS01\0\0", "00000000000000000123"),
        ]
    )
    func padding(username: String, password: String, session: String, number: String) throws {
        let read = try request(payload: Array((username + password + session + number).utf8))
        #expect(read.username == name("apus"))
        #expect(read.password == name("secret"))
        #expect(read.requestedSession == alpha10("SESS01"))
        #expect(read.requestedSequenceNumber == 123)
    }

    @Test("a blank session stays blank, on the way in and out")
    func blankSession() throws {
        let login = Soup.LoginRequest(
            username: name("u"),
            password: name("p"),
            requestedSequenceNumber: 0
        )
        let bytes = encode(login)
        #expect(bytes[19..<29].allSatisfy { $0 == 0x20 })
        #expect(Array(bytes[29...]) == Array("                   0".utf8))
        #expect(try request(payload: Array(bytes.dropFirst(3))).requestedSession == .blank)
    }

    @Test("version 4.10 adds five bytes, which are not used")
    func heartbeatTimeout() throws {
        let payload = hex(Self.request).dropFirst(3) + Array(" 1000".utf8)
        #expect(try request(payload: Array(payload)).requestedSequenceNumber == 123)
    }

    @Test("any other length is refused", arguments: [0, 45, 47, 50, 52])
    func length(count: Int) {
        #expect(throws: WireError.wrongLength(expected: 46, actual: count)) {
            try request(payload: [UInt8](repeating: 0x31, count: count))
        }
    }

    @Test(
        "the largest number is read",
        arguments: [
            ("18446744073709551615", UInt64.max), ("00000000000000000000", 0),
            (" 9999999999999999999", 9_999_999_999_999_999_999),
        ]
    )
    func numbers(text: String, value: UInt64) throws {
        #expect(try accepted(session: "SESS01    ", number: text).sequenceNumber == value)
    }

    @Test(
        "a number that is none is an error, never a trap",
        arguments: [
            "18446744073709551616", "99999999999999999999", "                    ",
            "                 1 2", "                  -1", "               0x10",
            "               12:4", "                \u{7F}123",
        ]
    )
    func badNumbers(text: String) {
        let padded = text + String(repeating: " ", count: 20 - text.utf8.count)
        #expect(throws: WireError.badNumber(offset: 10)) {
            try accepted(session: "SESS01    ", number: padded)
        }
    }

    @Test("accepted has 33 bytes, both fields padded left")
    func acceptedBytes() throws {
        let bytes = hex(
            """
            00 1F 41 | length 31, Login Accepted
            20 20 20 20 53 45 53 53 30 31 | session "SESS01", padded left
            20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 34 32 | 42, padded left
            """
        )
        let value = Soup.LoginAccepted(session: alpha10("SESS01"), sequenceNumber: 42)
        #expect(encode(value) == bytes)
        #expect(
            try accepted(
                session: "    SESS01",
                number: String(decoding: bytes[13...], as: UTF8.self)
            ) == value
        )
    }

    @Test("rejected has four bytes", arguments: [("A", "00 02 4A 41"), ("S", "00 02 4A 53")])
    func rejectedBytes(reason: String, expected: String) throws {
        let known = try #require(Soup.LoginRejectReason(rawValue: reason.utf8.first!))
        #expect(encode(Soup.LoginRejected(reason: known)) == hex(expected))
        let read = try withSpan([reason.utf8.first!]) { span throws(WireError) in
            try Soup.LoginRejectedView(span).knownReason
        }
        #expect(read == known)
    }

    @Test("names and passwords are the same in any case")
    func credentials() {
        #expect(Soup.sameCredential(name("Apus"), name("aPUS")))
        #expect(!Soup.sameCredential(name("apus"), name("apus2")))
        #expect(!Soup.sameCredential(name("apus{"), name("apus[")))
        #expect(Soup.sameCredential(name("abcdefghijZ"), name("ABCDEFGHIJz")))
    }

    private func request(payload: [UInt8]) throws(WireError) -> Soup.LoginRequest {
        try withSpan(payload) { span throws(WireError) in
            Soup.LoginRequest(try Soup.LoginRequestView(span))
        }
    }

    private func accepted(session: String, number: String) throws(WireError) -> Soup.LoginAccepted {
        try withSpan(Array((session + number).utf8)) { span throws(WireError) in
            Soup.LoginAccepted(try Soup.LoginAcceptedView(span))
        }
    }
}
