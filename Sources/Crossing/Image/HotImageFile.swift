internal import Glibc

/// An image read from a file into memory of its own, checked.
@safe
public struct HotImageFile: ~Copyable {
    private let buffer: UnsafeMutableRawPointer
    /// Valid as long as this value lives.
    public let view: HotImageView

    /// Reads and checks `path`; links are followed only up to the last part.
    public static func load(_ path: String) throws(ImageError) -> HotImageFile {
        let fd = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard fd >= 0 else { throw .system(path: path, errno: errno) }
        defer { close(fd) }
        var status = stat()
        guard unsafe fstat(fd, &status) == 0 else { throw .system(path: path, errno: errno) }
        let count = Int(status.st_size)
        guard count >= ImageHeader.strideBytes, count < 1 << 30 else {
            throw .tooShort(bytes: count)
        }
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
        do throws(ImageError) {
            var done = 0
            while done < count {
                let got = unsafe read(fd, buffer + done, count - done)
                guard got > 0 else { throw .system(path: path, errno: got < 0 ? errno : EIO) }
                done += got
            }
            return unsafe HotImageFile(buffer: buffer, view: try HotImageView(buffer, count: count))
        } catch {
            unsafe buffer.deallocate()
            throw error
        }
    }

    private init(buffer: UnsafeMutableRawPointer, view: HotImageView) {
        unsafe self.buffer = buffer
        self.view = view
    }

    deinit { unsafe buffer.deallocate() }
}
