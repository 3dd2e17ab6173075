import CShims
package import Crossing
import Glibc
package import HotPath

/// Maps cold's shared file when it appears or is replaced, and posts it to the engine.
///
/// Admin thread only. A former mapping is kept: the engine may still be in the middle of it, and
/// cold restarts are few. Cold must run the same image; another one is refused, and said once.
package struct ColdWatch: ~Copyable {
    package enum Look: Equatable {
        case unchanged
        case attached(epoch: UInt64)
        /// Cold runs another configuration: its file is not taken.
        case otherImage(cold: UInt64, hot: UInt64)
        case refused(RegionError)
    }

    private let path: String
    private let imageHash: UInt64
    private let board: ColdBoard
    private var inode: UInt64 = 0
    private var refusedInode: UInt64 = 0
    /// Every region ever mapped, so that none is unmapped under the engine.
    private var kept: [KeptRegion] = []

    private final class KeptRegion {
        let region: ColdRegion
        init(_ region: consuming ColdRegion) { self.region = region }
    }

    package init(path: String, imageHash: UInt64, board: ColdBoard) {
        self.path = path
        self.imageHash = imageHash
        self.board = board
    }

    /// Looks once; cheap when nothing changed (one stat).
    package mutating func look() -> Look {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return .unchanged }
        let found = UInt64(status.st_ino)
        guard found != inode, found != refusedInode else { return .unchanged }
        do throws(RegionError) {
            let region = try ColdRegion.attach(path: path, writable: false)
            let theirs = region.control[ColdWord.imageHash]
            guard theirs == imageHash else {
                // Zero: cold has not said yet; look again.
                if theirs != 0 { refusedInode = found }
                return theirs == 0 ? .unchanged : .otherImage(cold: theirs, hot: imageHash)
            }
            let epoch = region.epoch
            board.post(ColdView(region))
            kept.append(KeptRegion(region))
            inode = found
            return .attached(epoch: epoch)
        } catch {
            refusedInode = found
            return .refused(error)
        }
    }
}
