/// The sequenced messages of one session, from 1, kept whole for replay.
package struct SoupStore: Sendable {
    private var bytes: [UInt8] = []
    private var starts: [Int] = []
    private var availableAt: [Int64] = []

    package init() {}

    package var count: UInt64 { UInt64(starts.count) }
    /// Number the next message will carry.
    package var nextSequence: UInt64 { count + 1 }

    /// Nobody is sent this message before `at`, Unix ns: a venue may answer late.
    mutating func append(_ message: some WireMessage, availableAt at: Int64) {
        starts.append(bytes.count)
        availableAt.append(max(at, availableAt.last ?? at))
        message.append(to: &bytes)
    }

    mutating func append(_ message: [UInt8], availableAt at: Int64) {
        starts.append(bytes.count)
        availableAt.append(max(at, availableAt.last ?? at))
        bytes += message
    }

    /// When message `sequence`, from 1, may leave.
    func dueTime(of sequence: UInt64) -> Int64 { availableAt[Int(sequence) - 1] }

    /// The bytes of message `sequence`, from 1.
    package func message(_ sequence: UInt64) -> ArraySlice<UInt8> {
        let index = Int(sequence) - 1
        let end = index + 1 < starts.count ? starts[index + 1] : bytes.count
        return bytes[starts[index]..<end]
    }
}
