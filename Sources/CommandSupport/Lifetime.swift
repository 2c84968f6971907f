import ArgumentParser
import LockCore

/// How long an invitation is good for, as it is typed: `30min`, `12h`, `2d`.
package struct Lifetime: Hashable, Sendable, ExpressibleByArgument {
    package var seconds: UInt32

    /// A day: long enough to send it and have it read, short enough to be forgotten safely.
    package static let usual = Lifetime(seconds: 86_400)

    private init(seconds: UInt32) { self.seconds = seconds }

    package init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits) else { return nil }
        let scale: Int64
        switch argument[digits.endIndex...] {
        case "min": scale = 60
        case "h": scale = 3_600
        case "d": scale = 86_400
        default: return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        guard !overflow, Invitation.lifetimes.contains(product) else { return nil }
        seconds = UInt32(product)
    }

    package var defaultValueDescription: String { "1d" }
}
