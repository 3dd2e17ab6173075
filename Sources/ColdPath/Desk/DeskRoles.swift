import Crossing

/// Who may ask what of `cold.sock`: the image's role table. Reading is for everyone in it;
/// in paper mode cold's own user may do everything.
struct DeskRoles {
    private var rows: [ImageRole] = []
    private let ownUID: UInt32
    private let paper: Bool

    init(image: HotImageView) {
        rows = (0..<image.roleCount).map { image.role($0) }
        paper = image.header.paper != 0
        ownUID = DeskLog.ownUID
    }

    func role(uid: UInt32, gid: UInt32) -> Role {
        var role: Role = uid == ownUID ? (paper ? [.read, .stop, .trade, .control] : .read) : []
        for row in rows where row.id == (row.isGroup != 0 ? gid : uid) {
            role.formUnion(Role(rawValue: row.role))
        }
        return role
    }
}
