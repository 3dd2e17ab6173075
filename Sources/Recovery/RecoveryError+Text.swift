import Vocabulary

extension RecoveryError: CustomStringConvertible {
    /// Where state and record part, with both sides.
    package var description: String {
        switch self {
        case .journal(let error): "recovery: \(error)"
        case .ringDamaged(let slot):
            "recovery: audit ring damaged at slot \(slot); keep the file and start on a new epoch"
        case .differs(let place, let kind, let orderID, let wrote, let found):
            """
            recovery: \(place) \(kind.name) of \(orderID) says \(wrote.status) leaves \
            \(wrote.leavesQty.units) cum \(wrote.cumQty.units), replay finds \(found.status) leaves \
            \(found.leavesQty.units) cum \(found.cumQty.units); the journal was written by another build
            """
        }
    }
}

extension RecoveryError.Place: CustomStringConvertible {
    package var description: String {
        switch self {
        case .journal(let sequence): "journal sequence \(sequence)"
        case .ring(let slot): "ring slot \(slot)"
        }
    }
}
