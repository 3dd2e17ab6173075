public import CShims

/// The limits in force: the image's bytes as the engine decides by them, for displays and tools.
///
///     0 sequence   8 version u64   16 count u64   24… image bytes
@safe @frozen
public struct LimitsPage: @unchecked Sendable {
    // Sendable: accessed through the sequence lock; the engine writes.
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let lock: SequenceLock

    /// `bytes`: Of the whole page; see ``bytes(imageBytes:)``.
    @inlinable public init(at base: UnsafeMutableRawPointer, bytes: Int) {
        unsafe self.base = base
        self.lock = unsafe SequenceLock(at: base, words: bytes / 8 - 1)
    }

    @inlinable public static func bytes(imageBytes: Int) -> Int { 24 + (imageBytes + 7) / 8 * 8 }

    /// Largest image this page can hold.
    @inlinable public var imageBytesMax: Int { (lock.words - 2) * 8 }

    /// Version in force; 0 before the first.
    @inlinable public var version: UInt64 { unsafe SharedWord(at: base + 8).load() }

    /// Engine thread only, between steps.
    ///
    /// `image`: 8-byte aligned, readable up to `count` rounded up to 8.
    /// Returns: `false` when the image is larger than the page.
    @inlinable
    public func write(_ image: UnsafeRawPointer, count: Int, version: UInt64) -> Bool {
        guard count >= 0, count <= imageBytesMax else { return false }
        let writing = unsafe shim_load_relaxed(base) | 1
        unsafe shim_store_relaxed(base, writing)
        shim_fence_release()
        unsafe shim_store_relaxed(base + 8, version)
        unsafe shim_store_relaxed(base + 16, UInt64(count))
        unsafe storeWords(to: base + 24, from: image, words: (count + 7) / 8)
        unsafe shim_store_release(base, writing &+ 1)
        return true
    }

    /// The version and bytes in force at one moment; `nil` before the first.
    public func read() -> (version: UInt64, image: [UInt8])? {
        guard lock.sequence > 1 else { return nil }
        let words = lock.words
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: words * 8, alignment: 8)
        defer { unsafe buffer.deallocate() }
        guard unsafe lock.read(into: buffer, words: words) else { return nil }
        let version = unsafe buffer.load(as: UInt64.self)
        let count = unsafe buffer.load(fromByteOffset: 8, as: UInt64.self)
        guard count <= UInt64(imageBytesMax) else { return nil }
        let image = unsafe UnsafeRawBufferPointer(start: buffer + 16, count: Int(count))
        return unsafe (version, Array(image))
    }
}
