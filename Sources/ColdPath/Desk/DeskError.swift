/// Why cold does not start or does not go on. One line, and the exit code of DESIGN §6.
package struct DeskError: Error, Equatable, CustomStringConvertible {
    package enum Kind: Int32, Sendable {
        case usage = 64
        case badFile = 65
        case notRunning = 69
        case alreadyRunning = 75
        case refused = 77
    }

    package let kind: Kind
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
