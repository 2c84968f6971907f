// swift-tools-version: 6.2
import PackageDescription

// A package of its own, because everything in it is instrumented. The same sources as in the package around it, by links, so that
// `package` declarations are in reach.

/// Instruments code for libFuzzer. swift-crypto and swift-protobuf are not: their branches would drown ours.
let instrumented: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"]),
]

/// libFuzzer without its main function, for which ours picks the harness; Tests/Fuzz/run says where the toolchain has it.
let runtime = Context.environment["MORTISE_FUZZ_RUNTIME"] ?? ""

let package = Package(
    name: "mortise-fuzz",
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
    ],
    targets: [
        .target(
            name: "SecureChannel", dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            path: "SecureChannel", swiftSettings: instrumented),
        .target(name: "LockCore", path: "LockCore", swiftSettings: instrumented),
        .target(
            name: "LockProtocol", dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
            path: "LockProtocol", exclude: ["lock.proto", "LockProtocol.docc"], swiftSettings: instrumented),
        .target(
            name: "PhoneMessages", dependencies: ["LockCore", "LockProtocol"], path: "PhoneMessages",
            swiftSettings: instrumented),
        .target(
            name: "FuzzHarness",
            dependencies: [
                "LockCore", "LockProtocol", "PhoneMessages", "SecureChannel",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ], path: "FuzzHarness", swiftSettings: instrumented),
        .target(name: "CFuzzer", path: "CFuzzer"),
        .executableTarget(
            name: "mortise-fuzz", dependencies: ["CFuzzer", "FuzzHarness"], path: "mortise-fuzz",
            swiftSettings: instrumented, linkerSettings: [.unsafeFlags([runtime]), .linkedLibrary("stdc++")]),
    ]
)
