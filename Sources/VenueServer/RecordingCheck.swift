import Wire

/// Whether a file is a whole ITCH 5.0 BinaryFILE: asked before a venue opens, so that a wrong or cut
/// file is one line at the start and not a strange market later.
enum RecordingCheck {
    /// Files above this are looked at only this far: a whole day is many gigabytes.
    private static var bytesMax: Int { 1 << 30 }

    static func prove(_ file: MappedFile, path: String) throws(VenueServerError) {
        guard let base = file.bytes.baseAddress else {
            throw .badValue("--itch", path, "an ITCH 5.0 BinaryFILE; this file is empty")
        }
        var cursor = BinaryFile.Cursor(base: base, count: file.bytes.count)
        while cursor.offset < bytesMax {
            switch cursor.next() {
            case .message(let offset, let length):
                let type = base.load(fromByteOffset: offset, as: UInt8.self)
                let wanted = ITCH.length(of: type) ?? ITCH.HeaderView.length
                guard length >= wanted else {
                    throw .badValue(
                        "--itch",
                        path,
                        """
                        an ITCH 5.0 BinaryFILE; at byte \(offset) a message of type \
                        \(type) has \(length) bytes, not \(wanted)
                        """
                    )
                }
            case .truncated(let bytes):
                throw .badValue(
                    "--itch",
                    path,
                    "a whole ITCH 5.0 BinaryFILE; cut \(bytes) bytes into the message at byte "
                        + "\(cursor.offset)"
                )
            case .endOfSession, .end: return
            }
        }
    }
}
