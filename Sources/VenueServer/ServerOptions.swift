/// What the flags say about sockets and files; what they say about the market is in
/// ``VenueConfiguration``.
package struct ServerOptions: Sendable {
    package var orderEntry = Endpoint(host: "127.0.0.1", port: 0)
    package var dropCopy = Endpoint(host: "127.0.0.1", port: 0)
    package var request = Endpoint(host: "127.0.0.1", port: 0)
    /// Where receivers send `JOIN A`; feed packets leave from here too.
    package var feed = Endpoint(host: "127.0.0.1", port: 0)
    /// Fixed destinations: the first is line A, the second line B, then A again.
    package var feedTo: [Endpoint] = []
    package var multicastInterface = "127.0.0.1"
    package var logPath: String?
    package var portsPath: String?
    /// Ends the day after so long.
    package var endAfterNs: Int64?
    package var diesWithParent = false
    /// The background flow begins with the first receiver.
    package var holdsFlowUntilJoin = false

    package init() {}
}

/// The ports a venue got, as it publishes them.
package struct BoundPorts: Equatable, Sendable {
    package var orderEntry = 0
    package var dropCopy = 0
    package var request = 0
    package var feed = 0

    package init() {}

    func json(name: String, pid: Int32) -> String {
        """
        {"name":"\(name)","pid":\(pid),"ouch":\(orderEntry),"dropCopy":\(dropCopy),\
        "request":\(request),"feed":\(feed)}

        """
    }
}
