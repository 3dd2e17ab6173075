import Foundation
import Wire

/// Where real captures lie: the folder named by `APUS_DATA`. Unset, what needs them is skipped.
enum Captures {
    static var folder: URL? {
        ProcessInfo.processInfo.environment["APUS_DATA"].map { URL(fileURLWithPath: $0) }
    }
    static var present: Bool { folder != nil }

    static func bytes(_ path: String) throws -> [UInt8] {
        guard let folder else { return [] }
        return Array(try Data(contentsOf: folder.appending(path: path)))
    }

    /// Names of the pcap files of a folder, sorted; empty when there is none.
    static func pcaps(_ path: String) -> [String] {
        guard let folder else { return [] }
        let names = try? FileManager.default.contentsOfDirectory(
            atPath: folder.appending(path: path).path
        )
        return (names ?? []).filter { $0.hasSuffix(".pcap") }.sorted().map { "\(path)/\($0)" }
    }
}

/// Just enough of classic pcap, Ethernet with 802.1Q, IPv4, UDP and TCP to reach a payload.
enum Pcap {
    struct Broken: Error { var what: String }

    /// The transport payloads of a capture, in file order. IP's total length rules: what a capture
    /// device appended behind it is not ours.
    static func payloads(_ file: [UInt8]) throws -> [[UInt8]] {
        guard file.count >= 24 else { throw Broken(what: "no file header") }
        let magic = little32(file, 0)
        guard magic == 0xA1B2_C3D4 || magic == 0xA1B2_3C4D else {
            throw Broken(what: "magic \(String(magic, radix: 16))")
        }
        guard little32(file, 20) == 1 else { throw Broken(what: "not Ethernet") }
        var found: [[UInt8]] = []
        var offset = 24
        while offset < file.count {
            guard offset + 16 <= file.count else { throw Broken(what: "cut record header") }
            let captured = Int(little32(file, offset + 8))
            offset += 16
            guard offset + captured <= file.count else { throw Broken(what: "cut record") }
            found.append(try payload(Array(file[offset..<(offset + captured)])))
            offset += captured
        }
        return found
    }

    private static func payload(_ frame: [UInt8]) throws -> [UInt8] {
        var offset = 12
        while big16(frame, offset) == 0x8100 { offset += 4 }
        guard big16(frame, offset) == 0x0800 else { throw Broken(what: "not IPv4") }
        let ip = offset + 2
        let headerLength = Int(frame[ip] & 0x0F) * 4
        let end = ip + big16(frame, ip + 2)
        guard end <= frame.count else { throw Broken(what: "IP length beyond the frame") }
        let transport = ip + headerLength
        switch frame[ip + 9] {
        case 17: return Array(frame[(transport + 8)..<(transport + big16(frame, transport + 4))])
        case 6: return Array(frame[(transport + Int(frame[transport + 12] >> 4) * 4)..<end])
        default: throw Broken(what: "neither UDP nor TCP")
        }
    }

    private static func big16(_ bytes: [UInt8], _ at: Int) -> Int {
        Int(bytes[at]) << 8 | Int(bytes[at + 1])
    }

    private static func little32(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << UInt32($1 * 8) }
    }
}
