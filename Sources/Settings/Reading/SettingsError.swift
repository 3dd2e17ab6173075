/// A configuration that cannot be: one line that says where, what stands there, and what would be
/// right. Commands answer it with exit code 65.
package struct SettingsError: Error, Equatable, CustomStringConvertible {
    package let place: String
    package let message: String

    package init(_ place: some CustomStringConvertible, _ message: String) {
        self.place = place.description
        self.message = message
    }

    package var description: String { "\(place): \(message)" }
}
