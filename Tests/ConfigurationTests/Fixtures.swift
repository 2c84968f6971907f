@testable import Configuration

/// A profile text that tests change line by line.
enum Fixture {
    /// The smallest valid profile.
    static let lines = [
        "[Board]",  // 1
        "name=Test board",
        "compatible=test,board",
        "[GPIO]",  // 4
        "chip=test-chip",
        "motor-in1=IN1",
        "motor-in2=IN2",
        "motor-sleep=SLEEP",
        "limit-extended=OUT",
        "limit-retracted=IN",
        "driver-fault=FAULT, active-low, pull-up",
        "stall=none",
        "door=none",
        "tamper=none",
        "inside-button=BUTTON, active-low, pull-up",
        "[Motor]",  // 16
        "extend=in1",
        "[Battery]",  // 18
        "supply=battery",
    ]

    static var text: String { lines.joined(separator: "\n") + "\n" }

    /// The profile with the line of a key replaced; nil removes it.
    static func replacing(_ key: String, _ line: String?) -> String {
        lines.compactMap { $0.hasPrefix("\(key)=") ? line : $0 }.joined(separator: "\n") + "\n"
    }

    /// The profile with lines put in behind a line number.
    static func inserting(_ new: String..., after line: Int) -> String {
        (lines[..<line] + new + lines[line...]).joined(separator: "\n") + "\n"
    }

    /// What is said of a text; nil when it is valid.
    static func complaint(_ text: String) -> String? {
        switch BoardProfile.parse(text, file: "b.conf") {
        case .success: nil
        case .failure(let errors): errors.description
        }
    }
}

/// splitmix64: small, seedable, the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
