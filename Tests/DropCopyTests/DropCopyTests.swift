import ColdCore
import DropCopy
import Reconciliation
import Testing
import Vocabulary
import Wire

/// Control 33 (risk-controls.md §2): our orders and fills against the venue's drop copy, within a
/// second. One venue, one order session, one copy.
@Suite("The drop copy, against hot's records")
struct DropCopyTests {
    private let apple = Reconciliation.Target.symbol(0)

    /// An accept, a replace, a partial cancel, a fill, its break, a refusal and a cancel: one of
    /// everything compared (`A U C E B J C` with the fault break-trade).
    private func everything(_ street: Street) {
        street.send(Street.enter(1))
        street.send(Street.replace(1, by: 2, 200))
        street.send(Street.cancel(2, to: 150))
        street.maker(Street.enter(1, "S", 40, at: 1_000_100))
        street.send(Street.enter(3, "S", 0))
        street.send(Street.cancel(2))
    }

    @Test("agrees on everything there is to compare, and stays silent")
    func clean() {
        let street = Street(faults: ["break-trade"])
        street.connect()
        everything(street)
        street.wait(ms: 5_000)
        #expect(street.copy.state == .up)
        #expect(street.desk.counts == Reconciliation.Counts(compared: 7))
        #expect(street.desk.broken.isEmpty)
    }

    @Test(
        "a message the copy does not have is a break of its symbol, whichever message it is",
        arguments: 1...7
    )
    func dropped(message: Int) throws {
        let street = Street(faults: ["break-trade", "copy-drop=\(message)"])
        street.connect()
        everything(street)
        street.wait(ms: 900)
        #expect(street.desk.broken.isEmpty)
        street.wait(ms: 1_200)
        #expect(Array(street.desk.broken.keys) == [apple])
        let text = try #require(street.desk.broken[apple])
        #expect(text.hasPrefix("hot recorded ") && text.hasSuffix("drop copy does not have it"))
        #expect(street.desk.counts == Reconciliation.Counts(compared: 6, breaks: 1))
    }

    @Test("a message that says something else there is one break, with both tellings")
    func altered() {
        let street = Street(faults: ["copy-alter=2"])
        street.connect()
        street.send(Street.enter(1))
        street.maker(Street.enter(1, "S", 40))
        street.wait(ms: 2_200)
        #expect(
            street.desk.broken[apple] == """
                hot recorded fill of 40 @ 1000000 of order number 1, match 1; the drop copy says \
                fill of 41 @ 1000000 of order number 1, match 1
                """
        )
        #expect(street.desk.counts == Reconciliation.Counts(compared: 1, breaks: 1))
    }

    @Test("what hot lost is a break; the order number tells the symbol the message does not name")
    func hotLost() {
        let street = Street()
        street.connect()
        street.send(Street.enter(1))
        street.hotLoses = .fill
        street.maker(Street.enter(1, "S", 40))
        street.wait(ms: 2_200)
        #expect(street.desk.broken[apple]?.hasSuffix("hot has no record of it") == true)
    }

    @Test("what hot read otherwise than the venue wrote it is a break")
    func hotMisread() {
        let street = Street()
        street.connect()
        street.hotMisreads = .ack
        street.send(Street.enter(1))
        street.wait(ms: 2_200)
        #expect(
            street.desk.broken[apple] == """
                hot recorded ack of 101 @ 1000000 of order number 1; the drop copy says ack of 100 \
                @ 1000000 of order number 1
                """
        )
    }

    @Test("an order whose symbol nobody told blocks the venue")
    func unknownSymbol() {
        let street = Street()
        street.connect()
        street.hotLoses = .reject
        street.send(Street.enter(1, symbol: "NONE"))
        street.wait(ms: 2_200)
        #expect(Array(street.desk.broken.keys) == [.venue(0)])
    }

    // MARK: Silence is not a break

    @Test("a copy that says nothing breaks nothing; when it speaks again all is compared")
    func silent() {
        let street = Street(faults: ["copy-silent", "none@12s"])
        street.connect()
        everything(street)
        street.wait(ms: 10_000)
        #expect(street.desk.broken.isEmpty)
        #expect(street.desk.waiting(0, nowNs: street.now).ours == 6)
        street.wait(ms: 4_000)
        #expect(street.desk.counts == Reconciliation.Counts(compared: 6))
    }

    @Test("a line that drops goes on behind the last message; what was missed meanwhile follows")
    func reconnect() {
        let street = Street()
        street.connect()
        street.send(Street.enter(1))
        street.hangUp()
        street.send(Street.cancel(1))
        street.wait(ms: 5_000)
        #expect(street.desk.broken.isEmpty)
        let next = street.copy.nextSequence
        street.connect()
        #expect(street.copy.nextSequence == next + 1)
        street.wait(ms: 3_000)
        #expect(street.desk.counts == Reconciliation.Counts(compared: 2))
    }

    @Test("cold that starts again reads the day from message 1 and finds nothing new")
    func restart() {
        let street = Street(faults: ["break-trade"])
        street.connect()
        everything(street)
        street.wait(ms: 100)
        street.restartCold()
        street.wait(ms: 5_000)
        #expect(street.desk.counts == Reconciliation.Counts(compared: 7))
    }

    @Test("while hot's session is down, or its ring unread, the copy may be ahead")
    func hotBehind() {
        let street = Street()
        street.connect()
        street.session(.down)
        street.hotLoses = .ack
        street.send(Street.enter(1))
        street.wait(ms: 5_000)
        #expect(street.desk.broken.isEmpty)
        #expect(street.desk.waiting(0, nowNs: street.now).theirsAgeNs >= 4 * Street.second)
        street.hotIsRead = false
        street.session(.reconciled)
        street.wait(ms: 5_000)
        #expect(street.desk.broken.isEmpty)
        // Both can speak now, and hot still does not know it.
        street.hotIsRead = true
        street.wait(ms: 2_000)
        #expect(Array(street.desk.broken.keys) == [apple])
    }

    /// Both sides speak, and are held to what they tell.
    private func reconciled() -> Street {
        let street = Street()
        street.connect()
        street.session(.reconciled)
        street.wait(ms: 1_500)
        return street
    }

    /// Three orders hot has recorded, of which the copy has told the first.
    private func behind() -> Street {
        let street = reconciled()
        street.copyIsHeld = true
        for ref in 1...3 { street.send(Street.enter(UInt32(ref))) }
        street.wait(ms: 1_100)
        street.letThrough(1)
        return street
    }

    @Test("what came to a hot that then died or stood still is no break until it had time to read")
    func hotDies() {
        let street = reconciled()
        street.hotLoses = .ack
        street.send(Street.enter(1))
        // Its last turn was behind the copy's word; its life is believed for a second.
        street.wait(ms: 100)
        street.hotStoodNs = street.now
        street.wait(ms: 5_000)
        #expect(street.desk.broken.isEmpty)
        // It only stood still, and turns again: now it could have read it.
        street.hotStoodNs = nil
        street.wait(ms: 900)
        #expect(street.desk.broken.isEmpty)
        street.wait(ms: 300)
        #expect(Array(street.desk.broken.keys) == [apple])
    }

    @Test("a hot that pauses again and again is held to its records a second and a quarter on")
    func hotPauses() {
        let street = reconciled()
        street.hotLoses = .ack
        street.send(Street.enter(1))
        for _ in 0..<5 {
            street.hotStoodNs = street.now
            street.wait(ms: 200)
            street.hotStoodNs = nil
            street.wait(ms: 200)
        }
        #expect(street.desk.broken.isEmpty)
        street.wait(ms: 200)
        #expect(Array(street.desk.broken.keys) == [apple])
    }

    @Test("a copy that is behind has ten seconds; one that has told what came later has one")
    func copyBehind() {
        let street = behind()
        street.wait(ms: 3_000)
        #expect(street.desk.broken.isEmpty)
        street.letThrough(100)
        street.copyIsHeld = false
        street.wait(ms: 2_000)
        #expect(street.desk.broken.isEmpty)
        #expect(street.desk.counts == Reconciliation.Counts(compared: 3))
    }

    @Test("a copy that stays behind is a break all the same")
    func copyStaysBehind() {
        let street = behind()
        street.wait(ms: 8_500)
        #expect(street.desk.broken.isEmpty)
        street.wait(ms: 500)
        #expect(Array(street.desk.broken.keys) == [apple])
    }

    @Test("a rolled session begins at nothing, on both sides")
    func rolled() {
        let street = Street(faults: ["copy-drop=1"])
        street.connect()
        street.send(Street.enter(1))
        street.session(.rolled)
        #expect(street.desk.takeRolled() == [0])
        street.session(.reconciled)
        street.wait(ms: 3_000)
        #expect(street.desk.broken.isEmpty)
    }

    // MARK: Blocking

    @Test("a break is asked for once, again when hot records nothing, and not once it has")
    func blocks() {
        let street = Street(faults: ["copy-drop=1"])
        street.connect()
        street.send(Street.enter(1))
        street.wait(ms: 2_200)
        #expect(street.desk.takeBlocks(nowNs: street.now).map(\.target) == [apple])
        #expect(street.desk.takeBlocks(nowNs: street.now).isEmpty)
        street.now += 2 * Street.second
        #expect(street.desk.takeBlocks(nowNs: street.now).map(\.target) == [apple])
        street.latch(.kill)
        street.now += 10 * Street.second
        #expect(street.desk.takeBlocks(nowNs: street.now).isEmpty)
    }

    @Test("armed is settled, also for the cold that reads the day again; what comes after is not")
    func armed() {
        let street = Street(faults: ["copy-drop=1"])
        street.connect()
        street.send(Street.enter(1))
        street.wait(ms: 2_200)
        street.latch(.kill)
        street.latch(.arm)
        #expect(street.desk.broken.isEmpty)

        street.restartCold()
        street.wait(ms: 3_000)
        #expect(street.desk.broken.isEmpty)
        #expect(street.desk.counts.forgiven == 1)

        street.hotLoses = .canceled
        street.send(Street.cancel(1))
        street.wait(ms: 2_000)
        #expect(Array(street.desk.broken.keys) == [apple])
    }

    @Test("an arm that lets go of no break settles nothing")
    func armedBefore() {
        let street = Street(faults: ["copy-drop=1"])
        street.connect()
        street.send(Street.enter(1))
        street.latch(.arm)
        street.wait(ms: 2_200)
        #expect(Array(street.desk.broken.keys) == [apple])
    }

    @Test(
        "a login answered with another number than the next is not followed",
        arguments: [
            (.max, false), (2, false), (0, false), (1, true),
        ] as [(UInt64, Bool)]
    )
    func loginNumber(number: UInt64, isFollowed: Bool) {
        var copy = CopySession(
            user: Name("hot") ?? .blank,
            password: Name("secret") ?? .blank,
            decoder: CopyDecoder(venue: 0, midnightNs: Street.midnightNs)
        )
        copy.connected(nowNs: 0)
        var bytes = [UInt8](repeating: 0, count: Soup.LoginAccepted.maxLength)
        let count = bytes.withUnsafeMutableBytes { room in
            Soup.LoginAccepted(session: Alpha10("S") ?? .blank, sequenceNumber: number)
                .write(to: room.baseAddress!)
        }
        #expect(copy.received(bytes[..<count], nowNs: 1) == isFollowed)
        #expect((copy.state == .up) == isFollowed)
        #expect(copy.nextSequence == 1)
    }
}
