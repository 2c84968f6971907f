import Glibc
import Testing

@testable import Configuration

@Suite("Board profiles from noise")
struct ProfileFuzzTests {
    /// `MORTISE_SEED=N` repeats a run; without it each run is another.
    private static let seed: UInt64 = {
        if let text = unsafe getenv("MORTISE_SEED"), let seed = UInt64(unsafe String(cString: text)) { return seed }
        return UInt64.random(in: 0...UInt64.max)
    }()

    /// Two seconds in a debug build.
    private static let rounds = 1_000

    /// What holds for any input: an answer, and every problem in a line of the file and on one printed line.
    private func check(_ bytes: [UInt8], _ comment: Comment) {
        switch BoardProfile.parse(bytes, file: "f") {
        case .success(let profile):
            #expect(!profile.name.isEmpty, comment)
        case .failure(let errors):
            let lineCount = bytes.count { $0 == 0x0A } + 1
            #expect(!errors.problems.isEmpty && errors.problems.count <= ProblemList.maximumKept, comment)
            for problem in errors.problems {
                #expect((1...lineCount).contains(problem.position.line) && problem.position.column >= 1, comment)
                #expect(
                    !problem.description.unicodeScalars.contains { $0.properties.generalCategory == .control }, comment)
            }
        }
    }

    @Test("random bytes give problems, never a trap")
    func noise() {
        print("seed \(Self.seed)")
        var generator = SeededGenerator(seed: Self.seed)
        for round in 0..<Self.rounds {
            let bytes = (0..<Int.random(in: 0...400, using: &generator)).map { _ in
                // Half of the time what key files are made of.
                Bool.random(using: &generator)
                    ? UInt8.random(in: 0...255, using: &generator)
                    : Array("[]=#;\\\n\r\t ,-aM0%".utf8).randomElement(using: &generator) ?? 0
            }
            check(bytes, "seed \(Self.seed), round \(round)")
        }
    }

    @Test("a valid profile with a few bytes changed is valid or gives problems, never a trap")
    func mutations() {
        print("seed \(Self.seed)")
        var generator = SeededGenerator(seed: Self.seed ^ 1)
        let valid = Array(
            (Fixture.inserting("cap=900ms", "retries=2", "burst=20s", after: 17)
                + "warn=25%\nbrown-out=4400mV\n[Behaviour]\nrecovery=stay\n").utf8)
        var accepted = 0
        for round in 0..<Self.rounds {
            var bytes = valid
            for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes, using: &generator) }
            check(bytes, "seed \(Self.seed), round \(round)")
            if case .success = BoardProfile.parse(bytes, file: "f") { accepted += 1 }
        }
        // A fuzzer that never reaches the end of the reader tests only its beginning.
        #expect(accepted > 0 && accepted < Self.rounds, "seed \(Self.seed)")
    }

    private func mutate(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0...6, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(UInt8.random(in: 0x20...0x7E, using: &generator), at: index)
        case 3: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        case 4: bytes.removeSubrange(index...)
        case 5:
            // A line twice.
            let lines = bytes.split(separator: 0x0A)
            if let line = lines.randomElement(using: &generator) { bytes += line + [0x0A] }
        default:
            // A number made long.
            if let digit = bytes[index...].firstIndex(where: { (0x30...0x39).contains($0) }) {
                bytes.insert(contentsOf: [UInt8](repeating: 0x39, count: 25), at: digit)
            }
        }
    }
}
