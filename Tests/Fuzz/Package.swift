// swift-tools-version: 6.2
import PackageDescription

// A package of its own, because everything in it is instrumented. The same sources as in the package around it, by links, so that
// `package` declarations are in reach.

/// Instruments code for libFuzzer. swift-crypto is not: its branches would drown ours.
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
    dependencies: [.package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")],
    targets: [
        .target(
            name: "SecureChannel", dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            path: "SecureChannel", swiftSettings: instrumented),
        .target(
            name: "FuzzHarness", dependencies: ["SecureChannel"], path: "FuzzHarness", swiftSettings: instrumented),
        .target(name: "CFuzzer", path: "CFuzzer"),
        .executableTarget(
            name: "mortise-fuzz", dependencies: ["CFuzzer", "FuzzHarness"], path: "mortise-fuzz",
            swiftSettings: instrumented, linkerSettings: [.unsafeFlags([runtime]), .linkedLibrary("stdc++")]),
    ]
)
