internal import Vocabulary

// What Wire promises the engine thread, held by the compiler: it refuses these functions if
// anything they call could allocate, lock, or is a body it cannot see. Nobody calls them, and the
// linker drops them. They stand here because the test macros need what the attributes forbid.
//
// Views are not here: Swift 6.3 takes the end of any non-escapable value's life for a possible
// deallocation, though the machine code has none. The scan of the linked binary covers them.
enum NoAllocationProof {
    @_noAllocation @_noLocks
    static func write(
        _ template: OUCH.EnterOrderTemplate,
        _ patch: OUCH.EnterOrderTemplate.Patch,
        _ accepted: OUCH.Accepted,
        to target: UnsafeMutableRawPointer
    ) -> Int {
        var offset = unsafe Soup.writeHeader(.unsequencedData, payloadLength: 53, to: target)
        offset += unsafe template.write(patch, to: target + offset)
        offset += unsafe Soup.writeHeader(.unsequencedData, payloadLength: 9, to: target + offset)
        offset += unsafe OUCH.CancelOrderTemplate.write(userRefNum: 7, to: target + offset)
        offset += unsafe accepted.write(to: target + offset)
        return offset
    }

    @_noAllocation @_noLocks
    static func walk(_ base: UnsafeRawPointer, _ available: Int) -> Int {
        var offset = 0
        while case .packet(_, _, _, let total) = unsafe Soup.nextPacket(
            base + offset,
            available: available - offset
        ) { offset += total }
        while case .message(_, _, let next) = unsafe Mold.nextMessage(
            base,
            count: available,
            at: offset
        ) { offset = next }
        return offset
    }

    @_noAllocation @_noLocks
    static func identify(_ field: ClOrdIDField) -> UInt64 {
        guard let id = field.clOrdID else { return 0 }
        return ClOrdIDField(id).low
    }
}
