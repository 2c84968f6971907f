package import ArgumentParser

/// How `mortise` ends: a closed list, the same for every command. The numbers are stable: scripts test them.
package enum ExitStatus: Int32, CaseIterable, Sendable {
    case done = 0
    case refused = 1
    case failed = 2
    case noAnswer = 3
    /// `EX_USAGE` of sysexits(3), as swift-argument-parser has it.
    case usage = 64
    /// `EX_UNAVAILABLE`
    case unreachable = 69
    /// `EX_PROTOCOL`
    case notUnderstood = 76
    /// `EX_NOPERM`
    case notAuthorised = 77
    /// `EX_CONFIG`
    case wrongProfile = 78

    /// What it means, for the help and the manual.
    package var meaning: String {
        switch self {
        case .done: "Done."
        case .refused: "Refused, or taken over by a newer request; or a check is an error."
        case .failed: "Begun and failed: a fault stands, or the store cannot be read."
        case .noAnswer: "No answer in time. What became of the request is not known."
        case .usage: "The command line is wrong."
        case .unreachable: "The daemon cannot be reached, or went away."
        case .notUnderstood: "The daemon's answer cannot be understood."
        case .notAuthorised: "Not authorised."
        case .wrongProfile: "The board profile is wrong, or cannot be read."
        }
    }

    package var exitCode: ExitCode { ExitCode(rawValue) }
}
