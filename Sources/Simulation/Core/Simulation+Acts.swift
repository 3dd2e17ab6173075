import Crossing
import ExchangeSimulator
import Glibc
import HotPath
import Vocabulary

/// One act a step, drawn by weight: mostly trade, now and then an accident.
extension Simulation {
    private enum Act: CaseIterable {
        case clientNew, clientReplace, clientModify, clientCancel, clientMass, clientSession,
            clientRude
        case operatorNew, operatorCancel, operatorMass, trigger, kill, arm, limit, adjust, algo
        case meetOwn, pressOn, fillParent, clientAgain, override, clientEntry
        case venueFault, gateway, cut, halfOpen, linkStall, noRead, feed
        case crashHot, crashCold, region, slowDisk, stall, hang, coldStall, pass
        case host, nonsense, rogueCold, diskFull, diskFail, clock, flood
        case restate, lostDay, roll, resolve, coldRegion, hotRegion
    }

    private func weight(_ act: Act) -> Int {
        switch act {
        case .clientNew: 360
        case .clientReplace: 120
        case .clientModify: 50
        case .clientCancel: 130
        case .clientMass: 8
        case .clientSession: 25
        case .clientRude: fault(.rude, 25)
        case .operatorNew: 40
        case .operatorCancel: 20
        case .operatorMass: 4
        case .trigger: 14
        case .kill: fault(.kill, 6)
        case .arm: 14
        case .limit: fault(.limits, 20)
        case .adjust: fault(.adjust, 4)
        case .algo: 12
        case .meetOwn: 30
        case .pressOn: 20
        case .fillParent: 25
        case .clientAgain: 12
        case .override: 16
        case .clientEntry: 6
        case .venueFault: fault(.venueFaults, 25)
        case .gateway: fault(.gateway, 6)
        case .cut: fault(.cut, 12)
        case .halfOpen: fault(.halfOpen, 8)
        case .linkStall: fault(.linkStall, 20)
        case .noRead: fault(.noRead, 8)
        case .feed: fault(.feedLoss, 20)
        case .crashHot: fault(.crashHot, 12)
        case .crashCold: fault(.crashCold, 8)
        case .region: fault(.region, 3)
        case .slowDisk: fault(.slowDisk, 10)
        case .stall: fault(.stall, 10)
        case .hang: fault(.hang, 4)
        case .coldStall: fault(.coldStall, 8)
        case .pass: 40
        case .host: fault(.host, 4)
        case .nonsense: fault(.nonsense, 25)
        case .rogueCold: fault(.rogueCold, 30)
        case .diskFull: fault(.diskFull, 5)
        case .diskFail: fault(.diskFail, 4)
        case .clock: fault(.clock, 6)
        case .flood: fault(.smallRing, 6)
        case .restate: fault(.restate, 25)
        case .lostDay: fault(.lostDay, 3)
        case .coldRegion: fault(.oneRegion, 3)
        case .hotRegion: fault(.oneRegion, 3)
        case .roll: profile.has(.lostDay) ? 12 : 0
        case .resolve: profile.has(.lostDay) ? 12 : 0
        }
    }

    /// Of an accident: nothing when this seed has none of its kind, and rarer in calm seeds.
    private func fault(_ group: FaultGroup, _ weight: Int) -> Int {
        profile.has(group) ? max(1, weight >> profile.rateShift) : 0
    }

    func act() {
        var left = acts.below(Act.allCases.reduce(0) { $0 + weight($1) })
        for act in Act.allCases {
            left -= weight(act)
            if left < 0 { return perform(act) }
        }
    }

    private func perform(_ act: Act) {
        let client = clients[acts.below(clients.count)]
        switch act {
        case .clientNew: enter(client)
        case .clientReplace: replace(client)
        case .clientModify: modify(client)
        case .clientCancel: cancel(client)
        case .clientMass: massCancel(client)
        case .clientSession: session(client)
        case .clientRude: rude(client)
        case .operatorNew: operatorNew()
        case .operatorCancel: operatorCancel()
        case .operatorMass: operatorMass()
        case .trigger: trigger()
        case .kill: kill()
        case .arm: arm()
        case .limit: limit()
        case .adjust: adjust()
        case .algo: algo()
        case .meetOwn: meetOwn()
        case .pressOn: pressOn()
        case .fillParent: fillParent()
        case .clientAgain: sendAgain(client)
        case .override: override()
        case .clientEntry: clientEntry(client)
        default: befall(act)
        }
    }

    private func befall(_ act: Act) {
        let venue = venues[faults.below(venues.count)]
        switch act {
        case .venueFault: venueFault(venue)
        case .gateway: closeGateway(venue)
        case .cut: if let pipe = pick() { cut(pipe, tellsHot: true, tellsPeer: true) }
        case .halfOpen:
            let hotKnows = faults.below(2) == 0
            if let pipe = pick() { cut(pipe, tellsHot: hotKnows, tellsPeer: !hotKnows) }
        case .linkStall: if let pipe = pick() { stallLink(pipe) }
        case .noRead: if let pipe = pick() { noRead(pipe) }
        case .feed: feedFault(venue)
        case .crashHot: crashHot()
        case .crashCold: crashCold(restartAfterNs: faults.within(0, 1_000_000_000))
        case .region: loseRegions()
        case .slowDisk: sync.takesNs = faults.pick([50_000, 5_000_000, 50_000_000, 300_000_000])
        case .stall: nextStallNs = faults.within(1_000_000, 30_000_000)
        case .hang: hang()
        case .coldStall: stallCold()
        case .host: crashHost()
        case .nonsense: talkNonsense(venue)
        case .rogueCold: lieFromCold()
        case .diskFull: fillDisk()
        case .diskFail: sync.fails = true
        case .clock: loseClock()
        case .flood: flood()
        case .restate: restate(venue)
        case .lostDay: loseDay(venue)
        case .roll: rollSessions()
        case .coldRegion: loseColdRegion()
        case .hotRegion: loseHotRegion()
        case .resolve: resolveLost()
        default: break
        }
    }

    // MARK: Accidents

    private func pick() -> Pipe? {
        let open = pipes.keys.sorted()
        return open.isEmpty ? nil : pipes[faults.pick(open)]
    }

    private func venueFault(_ venue: SimVenue) {
        let fault: Fault =
            switch faults.below(6) {
            case 0: .dropAfter(messages: 1 + faults.below(30))
            case 1: .rejectAll(reason: 0x0E)
            case 2: .delayAnswers(ns: faults.within(1_000_000, 120_000_000))
            case 3: .ignoreOrders
            case 4: .breakTrade(afterExecutions: 1 + faults.below(3))
            default: .silent
            }
        trace.say(nowNs, "venue \(venue.index): \(fault)")
        venue.venue.order(FaultOrder(fault), now: nowNs)
        schedule.add(
            .heal(.venueFault(venue.index)),
            at: nowNs + faults.within(1_000_000, 400_000_000)
        )
    }

    private func closeGateway(_ venue: SimVenue) {
        trace.say(nowNs, "venue \(venue.index): gateway down")
        venue.isDown = true
        for connection in venue.pipes.keys.sorted() {
            guard let pipe = venue.pipes.removeValue(forKey: connection) else { continue }
            closeFromPeer(pipe, error: Int32(ECONNRESET))
            venue.venue.closed(connection, now: nowNs)
        }
        flush(venue)
        schedule.add(
            .heal(.venueBack(venue.index)),
            at: nowNs + faults.within(1_000_000, 800_000_000)
        )
    }

    private func stallLink(_ pipe: Pipe) {
        pipe.stalledUntilNs = nowNs + faults.within(100_000, 200_000_000)
    }

    private func noRead(_ pipe: Pipe) {
        wire.setSendRoom(pipe.slot, bytes: faults.below(200))
        schedule.add(.heal(.linkWell(pipe)), at: nowNs + faults.within(1_000_000, 300_000_000))
    }

    private func feedFault(_ venue: SimVenue) {
        venue.feedDrop = faults.pick([0, 20, 300, 1_000])
        venue.feedDouble = faults.pick([0, 100])
        venue.feedReorder = faults.pick([0, 100, 500])
        schedule.add(
            .heal(.feedWell(venue.index)),
            at: nowNs + faults.within(10_000_000, 2_000_000_000)
        )
    }

    private func crashHot() {
        guard hot != nil, crash == nil else { return }
        crash = CrashPlan(
            variant: faults.pick(CrashPlan.Variant.allCases),
            part: faults.pick([0, 255, 255, faults.below(256)]),
            sent: faults.pick([0, 0, 256, faults.below(257)]),
            restartAfterNs: faults.within(0, 500_000_000)
        )
    }

    /// Both processes die and their shared files with them: what the disk has is what there was.
    private func loseRegions() {
        guard hot != nil, cold != nil else { return }
        trace.say(nowNs, "both regions are lost")
        collect(0)
        cold = nil
        coldPage = nil
        counts.coldCrashes += 1
        bury(restartAfterNs: faults.within(10_000_000, 500_000_000))
        unlink(hotPath)
        unlink(folder.shm + "/cold.shm")
        schedule.add(.coldStart, at: nowNs + faults.within(0, 500_000_000))
        forgetUnwritten()
    }

    /// Cold dies and its file with it; hot goes on.
    private func loseColdRegion() {
        guard cold != nil else { return }
        trace.say(nowNs, "cold's region is lost")
        crashCold(restartAfterNs: faults.within(0, 1_000_000_000))
        unlink(folder.shm + "/cold.shm")
    }

    /// Hot dies and its file with it; cold, if it lives, has the old one mapped and what it has not
    /// read of it yet.
    private func loseHotRegion() {
        guard hot != nil else { return }
        trace.say(nowNs, "hot's region is lost")
        collect(0)
        bury(restartAfterNs: faults.within(0, 500_000_000))
        unlink(hotPath)
        isHotRegionLost = true
    }

    private func hang() {
        guard hot != nil, !isHotHung else { return }
        isHotHung = true
        schedule.add(.heal(.hotAwake), at: nowNs + faults.within(1_000_000, 900_000_000))
    }

    private func stallCold() {
        isColdStalled = true
        schedule.add(.heal(.coldAwake), at: nowNs + faults.within(1_000_000, 900_000_000))
    }

    /// Cold stands still while more is asked than a small ring can record, and a little later again.
    private func flood() {
        stallCold()
        for _ in 0..<120 {
            for client in clients { enter(client) }
        }
    }

    func heal(_ mischief: Mischief) {
        switch mischief {
        case .venueFault(let index):
            venues[index].venue.order(FaultOrder(.none), now: nowNs)
            flush(venues[index])
        case .venueBack(let index): venues[index].isDown = false
        case .coldAwake: isColdStalled = false
        case .hotAwake: isHotHung = false
        case .diskRoom: isDiskFull = false
        case .clockGood: mendClock()
        case .feedWell(let index):
            venues[index].feedDrop = 0
            venues[index].feedDouble = 0
            venues[index].feedReorder = 0
        case .linkWell(let pipe):
            if pipes[pipe.slot] === pipe { wire.setSendRoom(pipe.slot, bytes: .max) }
        }
    }
}
