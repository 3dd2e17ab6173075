/// A place in the ``OrderPool``, and which of its tenants is meant.
///
/// The generation grows with every new tenant, so a slot kept too long names nobody instead of a
/// stranger. 64 bits in all: it travels through io_uring `user_data`.
package struct OrderSlot: Equatable, BitwiseCopyable, Sendable {
    package let index: UInt32
    package let generation: UInt32

    package init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }

    package static var none: OrderSlot { OrderSlot(index: noSlot, generation: 0) }
    package var isNone: Bool { index == noSlot }
}

/// The index that is no index, in slots and in links between orders.
package var noSlot: UInt32 { 0xFFFF_FFFF }
