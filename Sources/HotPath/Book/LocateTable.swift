import Vocabulary

/// Stock locate → instrument at one venue: two bytes read before anything of a message but its
/// header is touched.
///
/// A locate is stable for a day and learned from the directory (`R`); when the directory was missed,
/// from the first message that names its stock.
@safe
struct LocateTable: ~Copyable {
    private let entries: UnsafeMutablePointer<UInt16>

    static var unlearned: UInt16 { 0xFFFF }
    static var notSubscribed: UInt16 { 0xFFFE }

    init() {
        unsafe entries = .allocate(capacity: 65_536)
        unsafe entries.initialize(repeating: Self.unlearned, count: 65_536)
    }

    deinit { unsafe entries.deallocate() }

    mutating func removeAll() {
        unsafe entries.update(repeating: Self.unlearned, count: 65_536)
    }

    subscript(locate: UInt16) -> UInt16 {
        @inline(__always) get { unsafe entries[Int(locate)] }
        @inline(__always) set { unsafe entries[Int(locate)] = newValue }
    }
}

/// Symbol → instrument, for learning locates: a small table, never more than half full.
@safe
struct SymbolIndex: ~Copyable {
    private struct Entry: BitwiseCopyable {
        var symbol: Symbol = .blank
        var instrument = LocateTable.notSubscribed
    }

    private let mask: Int
    private let shift: UInt64
    private let entries: UnsafeMutablePointer<Entry>

    /// - Parameter symbols: by instrument; a blank one is not subscribed.
    init(_ symbols: [Symbol]) {
        var bits = 2
        while 1 << bits < symbols.count * 2 { bits += 1 }
        mask = 1 << bits - 1
        shift = UInt64(64 - bits)
        unsafe entries = .allocate(capacity: mask + 1)
        unsafe entries.initialize(repeating: Entry(), count: mask + 1)
        for (instrument, symbol) in symbols.enumerated() where symbol != .blank {
            var slot = home(of: symbol)
            while unsafe entries[slot].symbol != .blank { slot = (slot + 1) & mask }
            unsafe entries[slot] = Entry(symbol: symbol, instrument: UInt16(instrument))
        }
    }

    deinit { unsafe entries.deallocate() }

    /// The instrument, or ``LocateTable/notSubscribed``.
    func find(_ symbol: Symbol) -> UInt16 {
        var slot = home(of: symbol)
        for _ in 0...mask {
            let entry = unsafe entries[slot]
            if entry.symbol == symbol || entry.symbol == .blank { return entry.instrument }
            slot = (slot + 1) & mask
        }
        return LocateTable.notSubscribed
    }

    private func home(of symbol: Symbol) -> Int {
        Int(truncatingIfNeeded: (symbol.raw &* 0x9E37_79B9_7F4A_7C15) >> shift)
    }
}
