import Foundation
import FuzzHarness
import Testing

/// Inputs that the fuzzer has found or begins with (Tests/Fuzz/Cases). A harness traps where something is wrong, and takes the test
/// program with it.
@Suite struct FuzzCaseTests {
    private static func cases(_ harness: Harness) -> [URL] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fuzz/Cases/\(harness.rawValue)")
        let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return (files ?? []).sorted { $0.path < $1.path }
    }

    @Test(arguments: Harness.allCases)
    func `every input that was kept passes`(harness: Harness) throws {
        let cases = Self.cases(harness)
        #expect(!cases.isEmpty)
        for file in cases { harness.run(Array(try Data(contentsOf: file))) }
    }

    @Test(arguments: Harness.allCases)
    func `nothing at all, and only zeros, pass`(harness: Harness) {
        for count in [0, 1, 2, 100] { harness.run([UInt8](repeating: 0, count: count)) }
    }
}
