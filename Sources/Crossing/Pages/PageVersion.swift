public import CShims

/// Which page a decision used: recorded when the engine adopts it, so that replay can too.
@frozen
public struct PageVersion: Equatable, BitwiseCopyable, Sendable {
    /// Counts up from 1; 0 means none was ever published.
    public var version: UInt64
    /// CRC32C of the rows.
    public var hash: UInt64

    @inlinable public init(version: UInt64, hash: UInt64) {
        self.version = version
        self.hash = hash
    }

    @inlinable public static var none: PageVersion { PageVersion(version: 0, hash: 0) }
}

/// A table of rows behind one sequence lock: cold publishes, the engine copies out between steps.
///
///     0 sequence   8 version   16 hash   24 count   32… rows
@safe @frozen
public struct TablePage<Row: BitwiseCopyable>: @unchecked Sendable {
    // Sendable: accessed through the sequence lock; cold writes.
    @usableFromInline let base: UnsafeMutableRawPointer
    public let rows: Int

    @inlinable init(at base: UnsafeMutableRawPointer, rows: Int) {
        unsafe self.base = base
        self.rows = rows
    }

    @inlinable static func bytes(rows: Int) -> Int { 32 + rows * MemoryLayout<Row>.stride }
    @inlinable var rowWords: Int { rows * MemoryLayout<Row>.stride / 8 }
    @inlinable var lock: SequenceLock { unsafe SequenceLock(at: base, words: 3 + rowWords) }

    /// Version last published, without reading the rows: one load, to be done every turn.
    @inlinable public var version: UInt64 { unsafe SharedWord(at: base + 8).load() }

    /// Publishes `count` rows as the next version.
    ///
    /// - Returns: What was published; `nil` when there are more rows than the page holds.
    @discardableResult
    public func publish(_ table: [Row]) -> PageVersion? {
        guard table.count <= rows else { return nil }
        let bytes = 24 + rowWords * 8
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
        defer { unsafe buffer.deallocate() }
        unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        for (index, row) in table.enumerated() {
            let offset = 24 + index * MemoryLayout<Row>.stride
            unsafe buffer.storeBytes(of: row, toByteOffset: offset, as: Row.self)
        }
        let hash = unsafe UInt64(CRC32C.of(buffer + 24, count: rowWords * 8))
        let published = PageVersion(version: version &+ 1, hash: hash)
        unsafe buffer.storeBytes(of: published.version, as: UInt64.self)
        unsafe buffer.storeBytes(of: published.hash, toByteOffset: 8, as: UInt64.self)
        unsafe buffer.storeBytes(of: UInt64(table.count), toByteOffset: 16, as: UInt64.self)
        unsafe lock.write(buffer, words: 3 + rowWords)
        return published
    }

    /// Copies all rows to `target` (``rows`` of them, those not published zero).
    ///
    /// - Returns: Version and hash, once the rows agree with the hash; `nil` when nothing was
    ///   published, no quiet moment was found, or the rows are damaged.
    @inlinable
    public func read(into target: UnsafeMutablePointer<Row>) -> PageVersion? {
        let lock = lock
        var tries = 0
        while tries < SequenceLock.triesMax {
            let before = lock.sequence
            if before == 0 { return nil }
            if before & 1 == 0 {
                let version = unsafe shim_load_relaxed(base + 8)
                let hash = unsafe shim_load_relaxed(base + 16)
                let words = UnsafeMutableRawPointer(target)
                unsafe loadWords(from: base + 32, to: words, words: rowWords)
                shim_fence_acquire()
                if unsafe shim_load_relaxed(base) == before {
                    guard unsafe UInt64(CRC32C.of(words, count: rowWords * 8)) == hash else {
                        return nil
                    }
                    return PageVersion(version: version, hash: hash)
                }
            }
            shim_pause()
            tries &+= 1
        }
        return nil
    }
}
