package import Vocabulary
package import Wire

/// One login and the port behind it.
package struct PortConfiguration: Equatable, Sendable {
    package var user: Name
    package var password: Name
    package var firm: Alpha4
    /// Soup session name, ten characters at most; names the port in the log.
    package var session: String
    /// A connection lost without a logout cancels what is live.
    package var cancelsOnDisconnect: Bool
    /// So does a logout.
    package var cancelsOnLogout: Bool
    /// New orders and replaces; `nil`: no limit.
    package var rate: Rate?

    package struct Rate: Equatable, Sendable {
        package var perSecond: Int
        package var burst: Int

        package init(perSecond: Int, burst: Int) {
            self.perSecond = perSecond
            self.burst = burst
        }
    }

    package init(
        user: Name,
        password: Name,
        firm: Alpha4 = .blank,
        session: String,
        cancelsOnDisconnect: Bool = true,
        cancelsOnLogout: Bool = true,
        rate: Rate? = nil
    ) {
        self.user = user
        self.password = password
        self.firm = firm
        self.session = session
        self.cancelsOnDisconnect = cancelsOnDisconnect
        self.cancelsOnLogout = cancelsOnLogout
        self.rate = rate
    }
}

/// Everything a venue is told before it opens.
package struct VenueConfiguration: Sendable {
    package var name: String
    package var clock: DayClock
    package var ports: [PortConfiguration]
    /// Listed at the start; recorded flow may add to them.
    package var symbols: [Symbol]
    package var feedSession: Alpha10
    package var faults: [FaultOrder]
    /// Nothing sent for this long: a heartbeat.
    package var heartbeatNs: Int64
    /// Nothing received for this long: the link is dead.
    package var silenceMaxNs: Int64
    /// A connection that does not log in.
    package var loginTimeoutNs: Int64

    package init(
        name: String,
        clock: DayClock,
        ports: [PortConfiguration],
        symbols: [Symbol],
        feedSession: Alpha10,
        faults: [FaultOrder] = [],
        heartbeatNs: Int64 = Soup.heartbeatIntervalNs,
        silenceMaxNs: Int64 = Soup.silenceMaxNs,
        loginTimeoutNs: Int64 = 30_000_000_000
    ) {
        self.name = name
        self.clock = clock
        self.ports = ports
        self.symbols = symbols
        self.feedSession = feedSession
        self.faults = faults
        self.heartbeatNs = heartbeatNs
        self.silenceMaxNs = silenceMaxNs
        self.loginTimeoutNs = loginTimeoutNs
    }
}
