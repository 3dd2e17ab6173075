import Vocabulary

/// A group of faults that a seed may have or not have.
package enum FaultGroup: String, CaseIterable, Sendable {
    case crashHot = "crash-hot"
    case crashCold = "crash-cold"
    case region = "region"
    case gateway = "gateway"
    case cut = "cut"
    case halfOpen = "half-open"
    case trickle = "trickle"
    case noRead = "no-read"
    case linkStall = "link-stall"
    case feedLoss = "feed-loss"
    case venueFaults = "venue-faults"
    case slowDisk = "slow-disk"
    case stall = "stall"
    case coldStall = "cold-stall"
    case hang = "hang"
    case rude = "rude"
    case kill = "kill"
    case limits = "limits"
    case adjust = "adjust"
    case smallRing = "small-ring"
    case host = "host"
    case nonsense = "nonsense"
    case rogueCold = "rogue-cold"
    case diskFull = "disk-full"
    case diskFail = "disk-fail"
    case clock = "clock"
    case restate = "restate"
    case lostDay = "lost-day"
    case oneRegion = "one-region"
}

/// What one seed's world is like. Everything here follows from the seed.
package struct Profile: Sendable {
    package var groups: Set<FaultGroup> = []
    var rateShift = 0
    var hotTickNs: Int64
    var coldTickNs: Int64
    var latencyNs: Int64
    var jitterNs: Int64
    var flowPerSecond: Int
    var auditSlots: Int
    /// Of a thousand prices, how many cross the market.
    var aggressive: Int
    var lotMax: Int64
    var tight: Bool
    /// Positions are adjusted by two persons or not at all.
    var twoPersons: Bool

    package init(seed: UInt64, only: Set<FaultGroup>? = nil, without: Set<FaultGroup> = []) {
        var dice = Dice(seed: seed, "profile")
        let kind = dice.below(16)
        let all = FaultGroup.allCases
        for group in all where dice.below(2) == 0 { groups.insert(group) }
        if kind < 2 { groups = [] }
        if kind == 2 { groups = [dice.pick(all)] }
        rateShift = dice.below(4)
        hotTickNs = dice.pick([1_000_000, 2_000_000, 5_000_000])
        coldTickNs = dice.pick([1_000_000, 5_000_000, 20_000_000])
        latencyNs = dice.pick([5_000, 30_000, 200_000, 2_000_000])
        jitterNs = dice.pick([1_000, 50_000, 1_000_000])
        flowPerSecond = dice.pick([5, 20, 60])
        aggressive = dice.pick([50, 250, 600])
        lotMax = dice.pick([3, 20, 100])
        tight = dice.below(2) == 0
        twoPersons = dice.below(3) == 0
        let small = dice.pick([512, 1_024])
        if let only { groups = only }
        groups.subtract(without)
        auditSlots = groups.contains(.smallRing) ? small : 8_192
    }

    func has(_ group: FaultGroup) -> Bool { groups.contains(group) }
}
