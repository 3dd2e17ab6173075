internal import Settings

/// How a command ends other than well. The numbers are sysexits.h's where it has one; scripts depend
/// on them (DESIGN §6).
package enum ExitStatus: Int32, Sendable {
    case ok = 0
    /// The command ran; what it looked at is not clean.
    case notClean = 1
    case usage = 64
    case badInput = 65
    case notRunning = 69
    case alreadyRunning = 75
    case refused = 77
}

/// One line for the operator and the number for the script.
package struct Failure: Error, Equatable, CustomStringConvertible {
    package let status: ExitStatus
    package let description: String

    package init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    /// A verdict whose words have been printed already.
    static let notClean = Failure(.notClean, "")

    static func settings(_ error: SettingsError) -> Failure {
        Failure(.badInput, error.description)
    }
}
