// swift-tools-version: 6.2
import PackageDescription

// One table of rooms: what each target is, what it may import, and how strictly it is compiled.
// A test reads the imports of every source file and fails on an arrow that is not in this table;
// ARCHITECTURE.md explains it. `APUS_ROOMS="Wire WireTests"` builds only those rooms and what
// lies below them, for short loops while working; unset, everything is built.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
let hot: [SwiftSetting] =
    strict + [.strictMemorySafety(), .enableExperimentalFeature("Lifetimes")]
let test: [SwiftSetting] = strict + [.enableExperimentalFeature("Lifetimes")]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser",
    package: "swift-argument-parser"
)
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")

func room(
    _ name: String,
    _ dependencies: [Target.Dependency],
    path: String? = nil,
    settings: [SwiftSetting] = strict
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: path ?? "Sources/\(name)",
        swiftSettings: settings
    )
}

func app(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies,
        path: "Sources/Apps/\(name)",
        swiftSettings: strict
    )
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        path: "Tests/\(name)",
        swiftSettings: test
    )
}

var allTargets: [Target] = [
    // C
    .systemLibrary(
        name: "CLiburing",
        path: "Sources/CLiburing",
        pkgConfig: "liburing",
        providers: [.apt(["liburing-dev"])]
    ),
    .systemLibrary(
        name: "CNuma",
        path: "Sources/CNuma",
        pkgConfig: "numa",
        providers: [.apt(["libnuma-dev"])]
    ),
    .target(
        name: "CShims",
        dependencies: ["CLiburing", "CNuma"],
        path: "Sources/CShims",
        cSettings: [.define("_GNU_SOURCE")]
    ),
    .target(
        name: "CFloors",
        dependencies: ["CLiburing"],
        path: "Benchmarks/Floors",
        cSettings: [.define("_GNU_SOURCE")]
    ),

    .target(name: "CRingExplorer", path: "Tests/CRingExplorer"),

    // The hot side
    room("Vocabulary", [], settings: hot),
    room("Wire", ["Vocabulary"], settings: hot),
    room("Crossing", ["Vocabulary", "CShims"], settings: hot),
    room("Journal", ["Vocabulary", "Crossing", "CShims"], settings: hot),
    room("HotPath", ["CShims", "Vocabulary", "Wire", "Crossing"], settings: hot),
    room(
        "HotControl",
        ["CShims", "Vocabulary", "Wire", "Crossing", "HotPath"],
        settings: hot
    ),
    room(
        "Recovery",
        ["CShims", "Vocabulary", "Wire", "Crossing", "Journal", "HotPath"],
        settings: hot
    ),

    // The cold side
    room("ColdCore", ["Vocabulary", "Crossing", "Journal"], path: "Sources/ColdPath/ColdCore"),
    room(
        "OrderManagement",
        ["Vocabulary", "ColdCore"],
        path: "Sources/ColdPath/OrderManagement"
    ),
    room(
        "ExecutionAlgos",
        ["Vocabulary", "ColdCore"],
        path: "Sources/ColdPath/ExecutionAlgos"
    ),
    room("Portfolio", ["Vocabulary", "ColdCore"], path: "Sources/ColdPath/Portfolio"),
    room("Monitoring", ["Vocabulary", "ColdCore"], path: "Sources/ColdPath/Monitoring"),
    room(
        "DropCopy",
        ["Vocabulary", "Wire", "ColdCore"],
        path: "Sources/ColdPath/DropCopy"
    ),
    room(
        "Reconciliation",
        ["Vocabulary", "ColdCore"],
        path: "Sources/ColdPath/Reconciliation"
    ),
    room("RiskWatch", ["Vocabulary", "ColdCore"], path: "Sources/ColdPath/RiskWatch"),
    room(
        "Desk",
        [
            "Vocabulary", "Crossing", "Journal", "CShims", "ColdCore", "OrderManagement",
            "ExecutionAlgos", "Portfolio", "Monitoring", "DropCopy", "Reconciliation",
            "RiskWatch",
        ],
        path: "Sources/ColdPath/Desk"
    ),

    // The exchange
    room("ExchangeSimulator", ["Vocabulary", "Wire"]),
    room("VenueServer", ["Vocabulary", "Wire", "ExchangeSimulator", nioCore, nioPosix]),

    // All of it in one thread
    room(
        "Simulation",
        [
            "Vocabulary", "Wire", "Crossing", "Journal", "HotPath", "HotControl", "Recovery",
            "ColdCore", "OrderManagement", "Desk", "ExchangeSimulator",
        ]
    ),

    // The operator
    room("Settings", ["Vocabulary", "Crossing", yams]),
    room(
        "Commands",
        [
            "Vocabulary", "Wire", "Crossing", "Journal", "HotPath", "Recovery", "Settings",
            "CShims", "ExchangeSimulator", argumentParser,
        ]
    ),
    room(
        "Harness",
        [
            "CFloors", "CShims", "Vocabulary", "Wire", "Crossing", "HotPath", "HotControl",
            histogram,
        ],
        path: "Benchmarks/Harness"
    ),

    // Bytes nobody meant: what `./dev fuzz` and FuzzTests feed
    room(
        "FuzzTargets",
        ["Vocabulary", "Wire", "Crossing", "Journal", "HotPath", "HotControl", "ColdCore"],
        path: "Fuzz/Targets"
    ),

    // Thin mains
    app(
        "apus-hot",
        ["CShims", "Vocabulary", "Crossing", "Journal", "HotPath", "HotControl", "Recovery"]
    ),
    app("apus-cold", ["Desk"]),
    app("apus-venue", ["VenueServer", argumentParser]),
    app("apus", ["Commands", argumentParser]),
    app("apus-bench", ["Harness", argumentParser]),
    app("apus-sim", ["Simulation", argumentParser]),

    // Kills real systems under load: `./dev soak`
    .executableTarget(
        name: "apus-soak",
        dependencies: ["Vocabulary", "Wire", "Crossing", argumentParser],
        path: "Tests/Soak",
        swiftSettings: strict
    ),

    // Tests
    tests("VocabularyTests", ["Vocabulary"]),
    tests("WireTests", ["Wire", "Vocabulary"]),
    tests("CrossingTests", ["Crossing", "Vocabulary", "CShims", "CRingExplorer"]),
    tests("JournalTests", ["Journal", "Crossing", "Vocabulary"]),
    tests(
        "HotPathTests",
        [
            "HotPath", "Recovery", "Journal", "ExchangeSimulator", "Crossing", "Wire",
            "Vocabulary", "CShims",
        ]
    ),
    tests(
        "HotControlTests",
        ["HotControl", "HotPath", "Crossing", "Wire", "Vocabulary", "CShims"]
    ),
    tests(
        "RecoveryTests",
        ["Recovery", "HotPath", "Journal", "Crossing", "Wire", "Vocabulary", "CShims"]
    ),
    tests(
        "ColdPathTests",
        [
            "Desk", "ColdCore", "OrderManagement", "ExecutionAlgos", "Portfolio", "Monitoring",
            "RiskWatch", "Crossing", "Journal", "Vocabulary",
        ]
    ),
    // The engine's ledger and cold's mirror, side by side: the only room that sees both.
    tests(
        "OrderLifeTests",
        ["HotPath", "ColdCore", "OrderManagement", "Crossing", "Vocabulary"]
    ),
    tests(
        "DropCopyTests",
        ["DropCopy", "Reconciliation", "ColdCore", "ExchangeSimulator", "Wire", "Vocabulary"]
    ),
    tests("ExchangeSimulatorTests", ["ExchangeSimulator", "Wire", "Vocabulary"]),
    tests("VenueServerTests", ["VenueServer", "ExchangeSimulator", "Wire", "Vocabulary"]),
    tests("SettingsTests", ["Settings", "Crossing", "Vocabulary"]),
    tests("CommandsTests", ["Commands", "Settings", "Journal", "Crossing", "Vocabulary"]),
    tests(
        "SimulationTests",
        ["Simulation", "HotPath", "Crossing", "Wire", "Vocabulary"]
    ),
    tests("HarnessTests", ["Harness", "Vocabulary"]),
    tests("FuzzTests", ["FuzzTargets", "Vocabulary"]),
    tests("ArchitectureTests", []),
    tests(
        "SystemTests",
        ["Vocabulary", "Wire", "Crossing", "Journal", "Settings", "CShims"]
    ),
]

// libFuzzer's main links only where its sanitizer is on: `./dev fuzz` sets APUS_FUZZ.
if Context.environment["APUS_FUZZ"] != nil {
    allTargets.append(
        .executableTarget(
            name: "apus-fuzz",
            dependencies: ["FuzzTargets"],
            path: "Fuzz/Driver",
            swiftSettings: strict + [.enableExperimentalFeature("Extern")]
        )
    )
}

// MARK: Which rooms to build

func closure(of names: [String], in allTargets: [Target]) -> Set<String> {
    var wanted: Set<String> = []
    var pending = names
    while let name = pending.popLast() {
        guard wanted.insert(name).inserted else { continue }
        guard let target = allTargets.first(where: { $0.name == name }) else { continue }
        for dependency in target.dependencies {
            switch dependency {
            case .byNameItem(let below, _), .targetItem(let below, _): pending.append(below)
            default: break
            }
        }
    }
    return wanted
}

let rooms = (Context.environment["APUS_ROOMS"] ?? "").split(separator: " ").map(String.init)
let wanted = closure(of: rooms, in: allTargets)
let targets = rooms.isEmpty ? allTargets : allTargets.filter { wanted.contains($0.name) }

func uses(_ package: String, in targets: [Target]) -> Bool {
    targets.contains { target in
        target.dependencies.contains { dependency in
            if case .productItem(_, let from, _, _) = dependency { return from == package }
            return false
        }
    }
}

let allPackages: [(name: String, dependency: Package.Dependency)] = [
    (
        "swift-argument-parser",
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
    ),
    ("Yams", .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2")),
    ("swift-nio", .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2")),
    (
        "hdrhistogram-swift",
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0")
    ),
]

let package = Package(
    name: "apus",
    products: [],
    dependencies: allPackages.filter { uses($0.name, in: targets) }.map(\.dependency),
    targets: targets
)
