import ArgumentParser

/// A time as people type it, `30s`, `5min`, `1h`, or `never`. A bare number is refused: nobody remembers its unit.
package struct Period: Hashable, Sendable {
    /// nil is never.
    package var milliseconds: Int64?

    /// As the bus has it: 0 is never.
    package var onBus: UInt64 { UInt64(max(0, milliseconds ?? 0)) }

    package init?(_ text: String) {
        if text == "never" { return }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), number > 0 else { return nil }
        let scale: Int64
        switch text[digits.endIndex...].drop(while: { $0 == " " }) {
        case "ms": scale = 1
        case "s": scale = 1_000
        case "min": scale = 60_000
        case "h": scale = 3_600_000
        default: return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        guard !overflow else { return nil }
        milliseconds = product
    }
}

extension Period: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
