internal import Glibc
package import Vocabulary

/// Passwords, read from files of their own: the configuration only says where they are.
package struct Secrets: Sendable {
    /// Where relative paths begin: the state directory.
    package let folder: String

    package init(folder: String) { self.folder = folder }

    package func path(_ file: String) -> String {
        file.hasPrefix("/") ? file : "\(folder)/\(file)"
    }

    /// The file's first line: 1 to 10 printable characters (SoupBinTCP's field), and nobody but its
    /// owner may read it.
    package func password(_ file: String) throws(SettingsError) -> Name {
        let path = path(file)
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw SettingsError(
                path,
                "password file cannot be read: \(String(cString: strerror(errno)))"
            )
        }
        guard status.st_mode & 0o077 == 0 else {
            throw SettingsError(path, "password file can be read by others; chmod 600 it")
        }
        let line = try TextFile.read(path).split(separator: "\n").first ?? ""
        guard line.utf8.count <= 10, !line.contains(" "), let password = Name(line) else {
            throw SettingsError(path, "password is not 1 to 10 printable ASCII characters")
        }
        return password
    }

    /// Paper mode makes the passwords it shares with its own simulated venues; nothing secret is
    /// ever in the repository. An existing file is left alone.
    package func make(_ file: String) throws(SettingsError) {
        let path = path(file)
        if access(path, F_OK) == 0 { return }
        if let slash = path.lastIndex(of: "/") {
            mkdir(String(path[..<slash]), 0o700)
        }
        let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789".utf8)
        let text = (0..<10).compactMap { _ in alphabet.randomElement() }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0, write(descriptor, text + [0x0A], 11) == 11 else {
            throw SettingsError(path, "cannot be written: \(String(cString: strerror(errno)))")
        }
        close(descriptor)
    }
}

extension Settings {
    package var passwordFiles: [String] {
        venues.map(\.ouch.passwordFile) + venues.compactMap(\.dropCopy?.passwordFile)
            + clients.map(\.passwordFile)
    }
}
