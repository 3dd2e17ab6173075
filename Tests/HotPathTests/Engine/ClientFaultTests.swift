import Crossing
import HotPath
import Testing
import Vocabulary
import Wire

/// What an operator can later say about a client that sent nonsense.
@Suite("The engine, when a client sends what it should not")
struct ClientFaultTests {
    private static let soupData = UInt8(ascii: "U")

    private func complaints(_ rig: EngineRig) -> [ClientComplaint] {
        var found: [ClientComplaint] = []
        while let complaint = rig.mailbox.nextComplaint() { found.append(complaint) }
        return found
    }

    private func sessions(_ rig: EngineRig, _ event: SessionEvent) -> [AuditRecord] {
        rig.records().filter {
            $0.kind == .session && $0.client != 0xFFFF && $0.detail == event.rawValue
        }
    }

    private func released(_ rig: EngineRig) -> SocketRelease.Reason? {
        rig.turns(5)
        return rig.mailbox.nextRelease()?.reason
    }

    @Test("a packet length that no packet has: sent away, recorded with its bytes, told")
    func packetLength() throws {
        let rig = try EngineRig()
        let client = rig.openClient(0, user: "alpha")
        client.send(bytes: [0x40, 0x00, Self.soupData, 0x58])
        rig.turns(3)
        let told = complaints(rig)
        #expect(told.map(\.fault) == [.packetLength])
        #expect(told.first?.length == 0x4000)
        #expect(told.first?.login == 0)
        let down = sessions(rig, .down)
        #expect(down.map(\.reason) == [ClientFault.packetLength.rawValue])
        #expect(down.map(\.rawLength) == [4])
        #expect(released(rig) == .orderly)
        #expect(client.packets().allSatisfy { $0.type != UInt8(ascii: "J") })
    }

    @Test("an OUCH message one byte short: ignored, counted, recorded, told with both lengths")
    func messageLength() throws {
        let rig = try EngineRig()
        let client = rig.openClient(0, user: "alpha")
        client.send(bytes: [0x00, 0x05, Self.soupData, UInt8(ascii: "X"), 0, 0, 1])
        rig.turns(3)
        let told = complaints(rig)
        #expect(told.map(\.fault) == [.message])
        #expect(told.first?.type == UInt8(ascii: "X"))
        #expect(told.first?.error == .wrongLength(expected: 9, actual: 4))
        let ignored = sessions(rig, .messageIgnored)
        #expect(ignored.map(\.value) == [4])
        #expect(ignored.map(\.rawLength) == [4])
        #expect(sessions(rig, .down).isEmpty)
    }

    @Test("a thousand of them in a second are counted, and are one record and one line")
    func once() throws {
        let rig = try EngineRig()
        let client = rig.openClient(0, user: "alpha")
        for _ in 0..<40 {
            client.send(bytes: [0x00, 0x02, Self.soupData, UInt8(ascii: "z")])
            rig.turns(2)
        }
        #expect(complaints(rig).map(\.fault) == [.messageType])
        #expect(sessions(rig, .messageIgnored).count == 1)
        rig.turns(1_000)
        client.send(bytes: [0x00, 0x02, Self.soupData, UInt8(ascii: "z")])
        rig.turns(2)
        #expect(sessions(rig, .messageIgnored).count == 2)
    }

    @Test("before a login there is a line and no record, and the address waits")
    func beforeLogin() throws {
        let rig = try EngineRig()
        let client = rig.connect(slot: SlotMap.firstClient)
        client.send(bytes: [0x00, 0x02, Self.soupData, UInt8(ascii: "X")])
        rig.turns(3)
        let told = complaints(rig)
        #expect(told.map(\.fault) == [.dataBeforeLogin])
        #expect(told.first?.login == 0xFFFF)
        #expect(sessions(rig, .down).isEmpty)
        #expect(released(rig) == .loginFailed)
    }

    @Test("a refused password makes the address wait; a silent client is closed by RST")
    func releases() throws {
        let rig = try EngineRig()
        let guesser = rig.connect(slot: SlotMap.firstClient)
        guesser.send(
            Soup.LoginRequest(
                username: Name("alpha")!,
                password: Name("guess")!,
                requestedSequenceNumber: 1
            )
        )
        rig.turns(10)
        #expect(released(rig) == .loginFailed)
        _ = rig.openClient(1, user: "beta")
        _ = complaints(rig)
        rig.turns(16_000)
        #expect(complaints(rig).map(\.fault) == [.silent])
        #expect(released(rig) == .expelled)
    }
}
