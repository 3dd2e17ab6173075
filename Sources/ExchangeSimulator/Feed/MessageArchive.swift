/// Published messages by number, from 1, the newest so many bytes of them.
struct MessageArchive {
    private let bytesMax: Int
    private var bytes: [UInt8] = []
    /// Where each retained message begins in ``bytes``.
    private var starts: [Int] = []
    private(set) var firstSequence: UInt64 = 1

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    var nextSequence: UInt64 { firstSequence + UInt64(starts.count) }

    func holds(_ sequence: UInt64) -> Bool { (firstSequence..<nextSequence).contains(sequence) }

    func message(_ sequence: UInt64) -> ArraySlice<UInt8> {
        let index = Int(sequence - firstSequence)
        let end = index + 1 < starts.count ? starts[index + 1] : bytes.count
        return bytes[starts[index]..<end]
    }

    mutating func append(_ message: [UInt8]) {
        if bytes.count + message.count > bytesMax { forgetHalf() }
        starts.append(bytes.count)
        bytes.append(contentsOf: message)
    }

    /// Half at a time, so that the moving is paid for once in a long while.
    private mutating func forgetHalf() {
        let gone = starts.count / 2
        guard gone > 0 else { return }
        let goneBytes = starts[gone]
        bytes.removeFirst(goneBytes)
        starts.removeFirst(gone)
        for index in starts.indices { starts[index] -= goneBytes }
        firstSequence += UInt64(gone)
    }
}
