internal import Glibc

extension JournalError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let path, let call, let code):
            "journal \(path): \(call) failed: \(text(code))"
        case .noJournal(let path):
            "journal \(path): nothing recorded for this trading date"
        case .noSpace(let path, let code):
            "journal \(path): no room: \(text(code)); free space, nothing pending is lost"
        case .failed(let path, let code):
            """
            journal \(path): a sync failed: \(text(code)); \
            no more is written, restart cold on a healthy disk
            """
        case .backlog(let bytes):
            "journal: \(bytes) bytes wait to be synced, the buffer is full"
        case .header(let path, let reason):
            "journal \(path): segment header: \(reason)"
        case .version(let path, let found):
            """
            journal \(path): version \(found), \
            this build reads \(SegmentHeader.currentVersion)
            """
        case .corrupt(let path, let offset, let reason):
            "journal \(path): damaged at byte \(offset): \(reason)"
        case .broken(let path, let reason):
            "journal \(path): does not continue the segment before it: \(reason)"
        case .badRecord(let epoch, let slot):
            "journal: bytes at ring slot \(slot) of epoch \(epoch) are not a record"
        case .staleEpoch(let found, let last):
            "journal: a record of epoch \(found) after one of epoch \(last)"
        case .locked(let path, let pid):
            "journal \(path): being written by pid \(pid)"
        }
    }

    private func text(_ code: Int32) -> String {
        guard let words = unsafe strerror(code) else { return "errno \(code)" }
        return unsafe "\(String(cString: words)) (errno \(code))"
    }
}
