extension ImageError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .system(let path, let code):
            "image \(path): \(errorText(code)) (errno \(code))"
        case .tooShort(let bytes):
            "image: \(bytes) bytes, an image has at least \(ImageHeader.strideBytes)"
        case .magic(let found):
            "image: magic is 0x\(String(found, radix: 16)), this is not a compiled image"
        case .version(let found):
            """
            image: version \(found), this build reads \(ImageHeader.currentVersion); \
            compile the configuration again
            """
        case .bytes(let actual, let header):
            "image: has \(actual) bytes, its header says \(header)"
        case .checksum(let actual, let header):
            """
            image: checksum is 0x\(String(actual, radix: 16)), \
            its header says 0x\(String(header, radix: 16)): damaged
            """
        case .tables(let wanted, let actual):
            "image: its tables need \(wanted) bytes, it has \(actual)"
        case .tooMany(let table, let count, let max):
            "image: \(count) \(table), at most \(max)"
        }
    }
}
