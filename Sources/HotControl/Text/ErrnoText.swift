import Glibc

/// The system's word for an errno, with its number.
package func errnoText(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "errno \(code)" }
    return unsafe "\(String(cString: text)) (errno \(code))"
}

/// An IPv4 address in host byte order, as people write it.
package func addressText(_ host: UInt32, _ port: UInt16) -> String {
    "\(hostText(host)):\(port)"
}

package func hostText(_ host: UInt32) -> String {
    "\(host >> 24).\(host >> 16 & 255).\(host >> 8 & 255).\(host & 255)"
}
