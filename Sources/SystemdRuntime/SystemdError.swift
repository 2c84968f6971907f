import CSystemd

/// The operating system, or libsystemd, refused something.
package struct SystemdError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, on what: "own the name org.example on the bus at unix:path=/run/…".
    package var operation: String
    /// The error number that came back, positive.
    package var errno: Int32
    /// What to do about it, when that is known.
    package var advice: String?

    package init(operation: String, errno: Int32, advice: String? = nil) {
        self.operation = operation
        self.errno = errno
        self.advice = advice
    }

    package var description: String {
        let reason = "Could not \(operation): \(describe(errno: errno))."
        guard let advice else { return reason }
        return "\(reason) \(advice)"
    }
}

/// The C library's words for an error number and its name, as in "Connection refused (ECONNREFUSED)". Unlike `strerror`,
/// safe on every thread.
func describe(errno code: Int32) -> String {
    guard let text = csd_errno_text(code), let name = csd_errno_name(code) else { return "error \(code)" }
    return "\(String(cString: text)) (\(String(cString: name)))"
}

/// Turns libsystemd's "negative is an errno" into a typed error, and gives back what is not negative.
@discardableResult
func check(_ result: Int32, _ operation: @autoclosure () -> String, advice: String? = nil) throws(SystemdError) -> Int32
{
    guard result < 0 else { return result }
    throw SystemdError(operation: operation(), errno: -result, advice: advice)
}

extension Duration {
    /// Microseconds, rounded up and never negative: a wait of a nanosecond must not become a poll.
    var waitMicroseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000)
        // 584,000 years; below UINT64_MAX, which libsystemd reads as "for ever".
        guard !overflow, whole < .max - 1_000_001 else { return .max - 1 }
        return whole + (UInt64(attoseconds) + 999_999_999_999) / 1_000_000_000_000
    }

    /// Whole seconds and the nanoseconds beyond them; never negative.
    var waitParts: (seconds: Int64, nanoseconds: Int64) {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return (0, 0) }
        // 31 years: far above any wait, and far below where adding it to a clock could overflow.
        return (min(seconds, 1_000_000_000), attoseconds / 1_000_000_000)
    }
}
