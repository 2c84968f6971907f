import LockCore

/// The kernel's own lines, for the report of a test that has failed. The last ``capacity`` are kept.
struct TraceHistory: Sendable {
    static let capacity = 4096

    private var lines: [(at: Instant, text: String)] = []

    /// - Parameter at: the event's time, or, of a line without one, when it was read.
    mutating func add(_ text: some StringProtocol, at: Instant) {
        if lines.count == Self.capacity { lines.removeFirst(Self.capacity / 4) }
        lines.append((at, String(text)))
    }

    func since(_ instant: Instant) -> [String] { lines.filter { $0.at >= instant }.map(\.text) }
}
