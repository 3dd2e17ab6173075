import Foundation
import Wire

/// What a real exchange sent, cut into inputs; nothing where `APUS_DATA` names no folder.
enum Captures {
    /// One message of each type of the AAPL morning, and all of the datagrams.
    static func itchMessages() -> [[UInt8]] {
        var seen: Set<UInt8> = []
        var found: [[UInt8]] = []
        for message in blocks(file("itch50/aapl_20200130_locate13_first10k.itch50"), from: 0)
        where seen.insert(message.first ?? 0).inserted {
            found.append(message)
        }
        for datagram in datagrams() { found += blocks(datagram, from: Mold.headerLength) }
        return found
    }

    static func datagrams() -> [[UInt8]] {
        (pcaps("itch50_mold_pcap/nasdaq_20230822") + pcaps("itch50_mold_pcap/nasdaq_other"))
            .flatMap(payloads)
    }

    static func soupStreams() -> [[UInt8]] { pcaps("ouch50_pcap").flatMap(payloads) }

    static func soupPayloads(of type: Soup.PacketType) -> [[UInt8]] {
        soupStreams().filter { $0.count > 3 && $0[2] == type.rawValue }.map { Array($0[3...]) }
    }

    private static func file(_ path: String) -> [UInt8] {
        guard let folder = ProcessInfo.processInfo.environment["APUS_DATA"] else { return [] }
        return (try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)"))).map(Array.init)
            ?? []
    }

    private static func pcaps(_ path: String) -> [[UInt8]] {
        guard let folder = ProcessInfo.processInfo.environment["APUS_DATA"] else { return [] }
        let names = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(path)")
        return (names ?? []).filter { $0.hasSuffix(".pcap") }.sorted().map { file("\(path)/\($0)") }
    }

    /// The UDP or TCP payloads of a classic pcap of Ethernet, with or without 802.1Q.
    private static func payloads(_ pcap: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var at = 24
        while at + 16 <= pcap.count {
            let count = (0..<4).reduce(0) { $0 | Int(pcap[at + 8 + $1]) << ($1 * 8) }
            guard at + 16 + count <= pcap.count else { break }
            let frame = Array(pcap[(at + 16)..<(at + 16 + count)])
            at += 16 + count
            guard frame.count > 38 else { continue }
            let ip = frame[12] == 0x81 ? 18 : 14
            let end = min(frame.count, ip + Int(frame[ip + 2]) << 8 + Int(frame[ip + 3]))
            let transport = ip + Int(frame[ip] & 15) * 4
            guard transport + 13 <= end else { continue }
            let start = transport + (frame[ip + 9] == 17 ? 8 : Int(frame[transport + 12] >> 4) * 4)
            if start < end { found.append(Array(frame[start..<end])) }
        }
        return found
    }

    private static func blocks(_ bytes: [UInt8], from start: Int) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var at = start
        while at + 2 <= bytes.count {
            let end = at + 2 + Int(bytes[at]) << 8 + Int(bytes[at + 1])
            guard end <= bytes.count else { break }
            found.append(Array(bytes[(at + 2)..<end]))
            at = end
        }
        return found
    }
}
