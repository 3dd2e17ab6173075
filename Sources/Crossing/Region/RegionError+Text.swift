internal import Glibc

extension RegionError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let path):
            "shared file \(path): not there. Its process creates it when it starts."
        case .system(let path, let call, let code):
            "shared file \(path): \(call.text) failed: \(errorText(code)) (errno \(code))"
        case .notRegularFile(let path):
            "shared file \(path): is not a regular file (links are not followed)"
        case .owner(let path, let uid, let expected):
            "shared file \(path): belongs to uid \(uid), must belong to uid \(expected)"
        case .mode(let path, let mode, let expected):
            "shared file \(path): mode is 0\(octal(mode)), must be 0\(octal(expected))"
        case .size(let path, let bytes, let expected):
            "shared file \(path): has \(bytes) bytes, its header says \(expected)"
        case .magic(let path, let found, let expected):
            "shared file \(path): magic is \(hex(found)), must be \(hex(expected))"
        case .version(let path, let found, let expected):
            "shared file \(path): layout version is \(found), this build reads \(expected)"
        case .byteOrder(let path, let found):
            "shared file \(path): byte-order mark is \(hex(UInt64(found))), must be 0x1020304"
        case .damagedHeader(let path):
            "shared file \(path): header is damaged (checksum or section table does not fit)"
        case .badSize(let field, let value, let wanted):
            "shared file size \(field.text): \(value) cannot be, wanted \(wanted.text)"
        }
    }

    private func octal(_ value: UInt32) -> String { String(value, radix: 8) }
    private func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}

/// The system's words for an errno.
func errorText(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "unknown error" }
    return unsafe String(cString: text)
}
