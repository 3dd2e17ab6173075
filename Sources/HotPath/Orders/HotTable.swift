import Vocabulary

/// A fixed run of plain values, allocated and written once at start.
///
/// Every page is touched by `init`, so the first order of the day does not pay for a fault. The
/// bounds check is one predictable branch and is what makes the unchecked access inside sound.
@safe
package struct HotTable<Element: BitwiseCopyable>: ~Copyable {
    package let count: Int
    private let base: UnsafeMutablePointer<Element>

    package init(repeating element: Element, count: Int) {
        invariant(count >= 0, "a table has no negative size")
        self.count = count
        // One element at least, so that an empty table still owns an address.
        let bytes = max(count, 1) * MemoryLayout<Element>.stride
        unsafe base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            .bindMemory(to: Element.self, capacity: max(count, 1))
        unsafe base.initialize(repeating: element, count: max(count, 1))
    }

    deinit { unsafe UnsafeMutableRawPointer(base).deallocate() }

    package subscript(index: Int) -> Element {
        @inline(__always) unsafeAddress { unsafe address(index) }
        @inline(__always) unsafeMutableAddress { unsafe mutableAddress(index) }
    }

    /// The table's memory, for a snapshot: see ``StateVisit``.
    mutating func visit(_ body: StateVisit) {
        unsafe body(base, count * MemoryLayout<Element>.stride)
    }

    @inline(__always)
    func address(_ index: Int) -> UnsafePointer<Element> {
        unsafe UnsafePointer(mutableAddress(index))
    }

    @inline(__always)
    func mutableAddress(_ index: Int) -> UnsafeMutablePointer<Element> {
        invariant(UInt(bitPattern: index) < UInt(bitPattern: count), "an index is in its table")
        return unsafe base + index
    }
}

/// Is shown every run of bytes that make up a state, in one order and of sizes that only the image
/// decides: to copy them out, or to copy others in. Never on the engine thread.
package typealias StateVisit = (_ bytes: UnsafeMutableRawPointer, _ count: Int) -> Void

/// The bytes of a plain value that stands in a struct.
func visit<Value: BitwiseCopyable>(_ value: inout Value, _ body: StateVisit) {
    unsafe withUnsafeMutableBytes(of: &value) { bytes in
        if let base = bytes.baseAddress { unsafe body(base, bytes.count) }
    }
}
