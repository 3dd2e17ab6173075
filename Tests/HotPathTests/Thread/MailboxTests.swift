import Crossing
import HotPath
import Testing

@Suite("The mailbox between admin and engine")
struct MailboxTests {
    private let mailbox = Mailbox(slots: 96)

    @Test("starts empty: no kill, no socket, no word from the engine")
    func empty() {
        #expect(mailbox.nextCommand() == nil)
        #expect(mailbox.nextReply() == nil)
        #expect(mailbox.nextHandover() == nil)
        #expect(mailbox.nextRelease() == nil)
        #expect(mailbox.killWanted == 0)
        #expect(mailbox.killObeyed == 0)
        #expect(mailbox.heartbeatTsc == 0)
        #expect(!mailbox.isStopWanted)
        #expect(!mailbox.isHangWanted)
        #expect(!mailbox.hasEnded)
        for slot in 0..<96 { #expect(mailbox.socket(slot: slot) == -1) }
    }

    @Test("commands and replies keep their order")
    func order() {
        for id in 1...3 {
            var command = Command()
            command.id = UInt64(id)
            #expect(mailbox.commands.push(command))
        }
        for id in 1...3 { #expect(mailbox.nextCommand()?.id == UInt64(id)) }
        #expect(mailbox.nextCommand() == nil)
    }

    @Test("each kill wanted is a new epoch; what is obeyed is the engine's to say")
    func kill() {
        #expect(mailbox.wantKill() == 1)
        #expect(mailbox.wantKill() == 2)
        #expect(mailbox.killWanted == 2)
        #expect(mailbox.killObeyed == 0)
        mailbox.obeyKill(epoch: 2)
        #expect(mailbox.killObeyed == 2)
    }

    @Test("every slot can be handed over and released at once")
    func room() {
        for slot in 0..<UInt16(96) {
            #expect(mailbox.handovers.push(SocketHandover(slot: slot, isDatagram: false, fd: 3)))
            #expect(mailbox.releases.push(SocketRelease(slot: slot, reason: .lost)))
        }
        for slot in 0..<UInt16(96) {
            #expect(mailbox.nextHandover()?.slot == slot)
            #expect(mailbox.nextRelease()?.slot == slot)
        }
    }

    @Test("the socket table holds what the admin thread put there, 0 too")
    func sockets() {
        mailbox.setSocket(slot: 3, fd: 0)
        mailbox.setSocket(slot: 95, fd: 77)
        #expect(mailbox.socket(slot: 3) == 0)
        #expect(mailbox.socket(slot: 95) == 77)
        mailbox.setSocket(slot: 3, fd: -1)
        #expect(mailbox.socket(slot: 3) == -1)
    }

    @Test("status words keep their sign and their place")
    func status() {
        for field in StatusField.allCases { mailbox.publish(field, Int64(-1 - field.rawValue)) }
        for field in StatusField.allCases {
            #expect(mailbox.status(field) == Int64(-1 - field.rawValue))
        }
    }
}
