// swift-tools-version: 6.2
import PackageDescription

// The dependency lists below are the architecture check: LockCore names nothing, so it cannot reach a disk, a bus or a clock
// even by accident; of the adapters only BlueZ names another (bluetoothd is reached over SystemdRuntime's bus); only LockDaemon
// names both the core and the adapters.
let package = Package(
    name: "mortise",
    products: [
        // The daemon too, when it is called mortised.
        .executable(name: "mortise", targets: ["mortise"]),
        .executable(name: "mortise-outputs-off", targets: ["mortise-outputs-off"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
    ],
    targets: [
        // Pure: input + now + state -> state' + effects.
        .target(name: "LockCore"),
        .target(name: "Configuration", dependencies: ["LockCore", "TelemetryPolicy"]),
        // The messages between phone and lock: lock.proto, and what is generated from it.
        .target(
            name: "LockProtocol", dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
            exclude: ["lock.proto"]),
        // What phones ask for and are told, between those messages and the core's values.
        .target(name: "PhoneMessages", dependencies: ["LockCore", "LockProtocol"]),

        // Bytes in, bytes out: no transport, no clock.
        .target(name: "SecureChannel", dependencies: [.product(name: "Crypto", package: "swift-crypto")]),

        // What may be recorded and sent, and who has agreed to it. The permits of the gate cannot be kept, which needs to be said
        // with @_lifetime; clients need no such feature.
        .target(name: "TelemetryPolicy", swiftSettings: [.enableExperimentalFeature("Lifetimes")]),

        // What leaves: rows of the queue as a request of OTLP, and back for the owner's eyes.
        .target(
            name: "OTLPMetrics",
            dependencies: ["TelemetryPolicy", .product(name: "SwiftProtobuf", package: "swift-protobuf")]),

        // Linux begins here. C shims hold only what Swift cannot call.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CSystemd", linkerSettings: [.linkedLibrary("systemd")]),
        .target(name: "CGPIO", linkerSettings: [.linkedLibrary("gpiod")]),
        // Of libbluetooth the headers alone: nothing is linked.
        .target(name: "CBluetooth"),

        // Adapters: each hides one outside thing, none knows another.
        .target(
            name: "Storage",
            dependencies: [
                "CSQLite", "LockCore", "TelemetryPolicy", .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(name: "SystemdRuntime", dependencies: ["CSystemd"]),
        .target(name: "GPIO", dependencies: ["CGPIO"]),
        // bluetoothd is spoken with over the bus, so this adapter builds on the bus's (decision 18).
        .target(name: "BlueZ", dependencies: ["CBluetooth", "SystemdRuntime"]),

        // The one place that knows both sides.
        .target(
            name: "LockDaemon",
            dependencies: [
                "BlueZ", "Configuration", "GPIO", "LockCore", "LockProtocol", "OTLPMetrics", "PhoneMessages",
                "SecureChannel", "Storage", "SystemdRuntime", "TelemetryPolicy",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),

        // What the command-line programs have in common: tables, JSON, words, times, QR codes.
        .systemLibrary(name: "CQRCode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .target(
            name: "CommandSupport",
            dependencies: [
                "CQRCode", "LockCore", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Shipped.
        .target(
            name: "mortised",
            dependencies: [
                "Configuration", "LockDaemon", "SystemdRuntime",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "mortise",
            dependencies: [
                "CommandSupport", "Configuration", "LockCore", "SystemdRuntime", "mortised",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // In C, so that it starts in a millisecond and needs nothing that could be what has just failed. SwiftPM links it as a
        // Swift program: without Swift's start-up object nothing asks for the runtime, and a static one is left out.
        .executableTarget(
            name: "mortise-outputs-off", dependencies: ["CGPIO"],
            linkerSettings: [.unsafeFlags(["-nostartfiles"])]),

        // Never shipped.
        .target(name: "LockSimulation", dependencies: ["LockCore"]),
        // Phones on a socket instead of Bluetooth, and a phone.
        .target(name: "SocketTransport", dependencies: ["LockDaemon", "SystemdRuntime"]),
        .target(
            name: "LockClient",
            dependencies: [
                "LockProtocol", "SecureChannel", "TelemetryPolicy",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),
        .executableTarget(
            name: "mortise-sim",
            dependencies: [
                "CommandSupport", "Configuration", "LockClient", "LockCore", "LockDaemon", "LockProtocol",
                "LockSimulation", "SecureChannel", "SocketTransport", "Storage", "SystemdRuntime", "TelemetryPolicy",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),
        // The mechanism of the virtual board, which runs there beside the lock.
        .executableTarget(
            name: "mortise-plant",
            dependencies: [
                "Configuration", "GPIO", "LockCore", "LockSimulation", "SystemdRuntime",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["PROTOCOL.md"]),

        // What a call of GPIO costs, and the same in C. Run on the virtual board.
        .executableTarget(name: "gpio-bench", dependencies: ["GPIO"], path: "Tests/Benchmarks/gpio-bench"),
        .executableTarget(
            name: "gpio-bench-c", path: "Tests/Benchmarks/gpio-bench-c", linkerSettings: [.linkedLibrary("gpiod")]),

        // What the channel costs beside the bare cryptography.
        .executableTarget(
            name: "channel-bench",
            dependencies: ["SecureChannel", .product(name: "Crypto", package: "swift-crypto")],
            path: "Tests/Benchmarks/channel-bench"),
        // Echoes what centrals send, for tests of the adapter on the virtual board.
        .executableTarget(
            name: "bluez-probe", dependencies: ["BlueZ", "SystemdRuntime"], path: "Tests/Support/bluez-probe"),

        // Makes the audit log long, for tests of fetching it on the virtual board.
        .executableTarget(name: "log-filler", dependencies: ["LockCore", "Storage"], path: "Tests/Support/log-filler"),

        .testTarget(name: "LockCoreTests", dependencies: ["LockCore"], exclude: ["Golden"]),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration", "LockCore", "TelemetryPolicy"]),
        .testTarget(
            name: "StorageTests",
            dependencies: [
                "CSQLite", "LockCore", "PowerCut", "Storage", "TelemetryPolicy",
                .product(name: "Crypto", package: "swift-crypto"),
            ], exclude: ["Fixtures"]),
        .testTarget(name: "SystemdRuntimeTests", dependencies: ["SystemdRuntime", "TestBus"]),
        .testTarget(
            name: "SecureChannelTests", dependencies: ["FreedMemory", "FuzzHarness", "SecureChannel"],
            exclude: ["Vectors"]),
        // What Tests/Fuzz feeds with random bytes, here with those that have been found.
        .target(
            name: "FuzzHarness",
            dependencies: [
                "LockCore", "LockProtocol", "PhoneMessages", "SecureChannel",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ], path: "Tests/Fuzz/FuzzHarness"),
        // Looks for secrets in the memory that a test program gives back.
        .target(name: "FreedMemory", path: "Tests/Support/FreedMemory"),
        .testTarget(
            name: "LockProtocolTests",
            dependencies: [
                "LockProtocol", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),
        .testTarget(
            name: "BlueZTests", dependencies: ["BlueZ", "CSystemd", "FakeBlueZ", "SystemdRuntime", "TestBus"]),
        // What the daemon and its adapter expect of bluetoothd, on a message bus of a test's own.
        .target(name: "FakeBlueZ", dependencies: ["BlueZ", "SystemdRuntime"], path: "Tests/Support/FakeBlueZ"),
        .testTarget(name: "GPIOTests", dependencies: ["Configuration", "GPIO", "LockCore", "LockDaemon"]),
        .testTarget(name: "LockSimulationTests", dependencies: ["LockCore", "LockSimulation"]),
        // A message bus of a test's own.
        .target(name: "TestBus", dependencies: ["SystemdRuntime"], path: "Tests/Support/TestBus"),
        // Programs that a test runs as their users do.
        .target(name: "TestPrograms", path: "Tests/Support/TestPrograms"),
        // Counts a test program's allocations.
        .target(name: "MallocCounter", path: "Tests/Support/MallocCounter"),
        // Records what a thread asks of its files.
        .target(name: "PowerCut", path: "Tests/Support/PowerCut"),
        .testTarget(
            name: "LockDaemonTests",
            dependencies: [
                "BlueZ", "Configuration", "FakeBlueZ", "LockClient", "LockCore", "LockDaemon", "LockProtocol",
                "LockSimulation", "MallocCounter", "OTLPMetrics", "PhoneMessages", "SecureChannel", "SocketTransport",
                "Storage", "SystemdRuntime", "TelemetryPolicy", "TestBus",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]),
        .testTarget(name: "TelemetryPolicyTests", dependencies: ["TelemetryPolicy"]),
        .testTarget(
            name: "OTLPMetricsTests", dependencies: ["OTLPMetrics", "TelemetryPolicy"], exclude: ["Vectors"]),
        .testTarget(
            name: "MortiseSimTests",
            dependencies: [
                "CommandSupport", "LockCore", "LockProtocol", "LockSimulation", "SecureChannel", "TestPrograms",
                "mortise-sim",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(
            name: "MortisePlantTests",
            dependencies: ["Configuration", "LockCore", "LockSimulation", "mortise-plant"]),
        .testTarget(
            name: "MortiseTests",
            dependencies: ["CommandSupport", "LockCore", "SystemdRuntime", "TestPrograms", "mortise"],
            exclude: ["Snapshots"]),
        .testTarget(name: "CommandSupportTests", dependencies: ["CQRCode", "CommandSupport", "LockCore"]),
    ]
)

// Tests for a board are built for another processor, which takes long: only those that are to run there (scripts/cross-build).
if let wanted = Context.environment["MORTISE_TEST_TARGET"] {
    package.targets.removeAll { $0.type == .test && $0.name != wanted }
}

/// Targets held to strict memory safety: every line that touches memory by hand says `unsafe` (only reading a file does).
let pureTargets: Set = ["LockCore", "Configuration", "LockSimulation", "SecureChannel", "TelemetryPolicy"]

/// Targets without Swift in them.
let cTargets: Set = [
    "CBluetooth", "CGPIO", "CSystemd", "FreedMemory", "MallocCounter", "PowerCut", "gpio-bench-c",
    "mortise-outputs-off",
]

for target in package.targets where target.type != .system && target.type != .plugin {
    guard !cTargets.contains(target.name) else { continue }
    var settings = target.swiftSettings ?? []
    settings += [
        .swiftLanguageMode(.v6),
        .treatAllWarnings(as: .error),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
        .enableUpcomingFeature("InternalImportsByDefault"),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
        .enableUpcomingFeature("MemberImportVisibility"),
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
        .enableUpcomingFeature("ExistentialAny"),
    ]
    if pureTargets.contains(target.name) {
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0458-strict-memory-safety.md
        settings.append(.strictMemorySafety())
    }
    target.swiftSettings = settings
}
