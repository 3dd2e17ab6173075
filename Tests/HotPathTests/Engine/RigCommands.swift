import Crossing
import HotPath
import Vocabulary

// What the two askers say: an operator through the admin thread, cold through its ring.

extension EngineRig {
    /// One command of an operator and the engine's answer to it.
    @discardableResult
    func ask(_ kind: Command.Kind, _ change: (inout Command) -> Void = { _ in }) -> CommandReply {
        while mailbox.nextReply() != nil {}
        var command = Command()
        command.kind = kind
        command.id = UInt64(nowNs)
        command.uid = 1000
        change(&command)
        precondition(mailbox.commands.push(command), "the ring takes a command")
        turns(2)
        while let reply = mailbox.nextReply() {
            if reply.id == command.id { return reply }
        }
        return CommandReply()
    }

    /// One command of cold, id (epoch 1, `number`).
    func coldSays(
        _ kind: Command.Kind,
        number: UInt64,
        epoch: UInt32 = 1,
        _ change: (inout Command) -> Void = { _ in }
    ) {
        var command = Command()
        command.kind = kind
        command.coldEpoch = epoch
        command.id = UInt64(epoch) << 32 | number
        command.owner = Owner.cold
        change(&command)
        var writer = CommandWriter(ring: cold.commands, consumer: region.commandCursor)
        precondition(writer.push(command), "the ring takes a command")
        turns(2)
    }
}
