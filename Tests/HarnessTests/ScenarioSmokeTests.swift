import Harness
import Testing

/// Every scenario at a size that says nothing about speed, so that none of them rots.
@Suite("The harness, at smoke size", .serialized, .enabled(if: BenchOptions.canMeasure))
struct ScenarioSmokeTests {
    @Test("each scenario runs and fills its report", arguments: Scenario.allCases)
    func runs(scenario: Scenario) throws {
        var options = BenchOptions.smoke
        // Each of these starts an engine.
        if scenario == .kill { options.samples = 2 }
        let report = try scenario.run(options)
        #expect(report.scenario == scenario.rawValue)
        for floor in report.main.floors { #expect(floor.summary.n > 0, "\(floor.name)") }
        if scenario != .jitter {
            let taken = Int(report.main.subject.summary.n) + report.main.subject.cpuChanged
            #expect(taken == options.blocks * options.samples)
            #expect(report.main.best != nil)
        }
    }

    @Test("t2t and order run over spinning sockets too", arguments: [Scenario.t2t, .order])
    func sockets(scenario: Scenario) throws {
        var options = BenchOptions.smoke
        options.use(.sockets)
        #expect(try scenario.run(options).main.subject.summary.n > 0)
    }

    @Test("the report is one JSON object with the stable keys in their order")
    func form() throws {
        let json = try Scenario.t2t.run(.smoke).json
        var rest = json[...]
        let keys = [
            "scenario", "commit", "environment", "subject", "floors", "added", "ratios",
            "perSecond", "nsPerMessage", "gaps",
        ]
        for key in keys {
            let place = try #require(rest.firstRange(of: "\"\(key)\":"), "\(key)")
            rest = rest[place.upperBound...]
        }
        #expect(json.first == "{" && json.last == "}")
    }
}
