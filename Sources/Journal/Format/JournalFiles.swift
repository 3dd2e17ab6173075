internal import Glibc

/// Names of segments: `<journal>/<yyyymmdd>/NNNNNN.seg`.
package enum JournalFiles {
    package static func directory(_ journal: String, tradingDate: UInt32) -> String {
        "\(journal)/\(tradingDate)"
    }

    package static func segment(_ directory: String, number: UInt32) -> String {
        let digits = String(number)
        let zeros = String(repeating: "0", count: max(0, 6 - digits.count))
        return "\(directory)/\(zeros)\(digits).seg"
    }

    /// State at the end of a segment: `NNNNNN.snap`.
    package static func snapshot(_ directory: String, number: UInt32) -> String {
        String(segment(directory, number: number).dropLast(4)) + ".snap"
    }

    /// Numbers of the snapshots of a date, newest first.
    package static func snapshots(_ directory: String) -> [UInt32] {
        names(directory).filter { $0.hasSuffix(".snap") }.compactMap { UInt32($0.dropLast(5)) }
            .sorted(by: >)
    }

    /// See ``DurableMark``.
    package static func durable(_ directory: String) -> String { "\(directory)/durable" }

    /// Segment numbers of a date, in order; empty when there is none.
    package static func segments(_ directory: String) -> [UInt32] {
        names(directory).compactMap { name in
            guard name.hasSuffix(".seg") else { return nil }
            let digits = name.dropLast(4)
            guard digits.count >= 6, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            return UInt32(digits)
        }.sorted()
    }

    /// Trading dates that have a folder, in order.
    package static func tradingDates(_ journal: String) -> [UInt32] {
        names(journal).filter { $0.utf8.count == 8 }.compactMap { UInt32($0) }.sorted()
    }

    static func names(_ directory: String) -> [String] {
        guard let handle = unsafe opendir(directory) else { return [] }
        defer { unsafe closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe String(cString: UnsafeRawPointer(tuple).assumingMemoryBound(to: CChar.self))
            }
            names.append(name)
        }
        return names
    }

    /// Makes a name in a folder durable.
    static func syncDirectory(_ path: String) throws(JournalError) {
        let fd = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard fd >= 0 else { throw .system(path: path, call: "open", errno: errno) }
        defer { close(fd) }
        guard fsync(fd) == 0 else { throw .system(path: path, call: "fsync", errno: errno) }
    }

    static func makeDirectory(_ path: String) throws(JournalError) {
        guard unsafe mkdir(path, 0o750) == 0 || errno == EEXIST else {
            throw .system(path: path, call: "mkdir", errno: errno)
        }
    }
}
