package import LockCore

/// How often each input met each state.
package struct Coverage: Sendable {
    /// Hits by state and input, in the order of ``LockState/names`` and ``Input/names``.
    package private(set) var hits: [[Int]]

    package init() {
        hits = Array(repeating: Array(repeating: 0, count: Input.names.count), count: LockState.names.count)
    }

    package mutating func note(_ state: LockState, _ input: Input) {
        guard let row = LockState.names.firstIndex(of: state.name), let column = Input.names.firstIndex(of: input.name)
        else { return }
        hits[row][column] += 1
    }

    /// A pair of state and input that no daemon can ever see, and why. Every other pair is legal, and a walk must meet it.
    package struct Impossible: Hashable, Sendable {
        package var state: String
        package var input: String
        package var reason: String
    }

    /// All of them. A walk that meets one of these fails as well.
    package static let impossible: [Impossible] =
        LockState.names.filter { $0 != "unknown" }.map {
            Impossible(state: $0, input: "boot", reason: "boot is the first input that counts, and comes once a start")
        } + [
            Impossible(
                state: "unknown", input: "timer", reason: "timers are started by effects; before boot there are none"),
            Impossible(
                state: "unknown", input: "journaled",
                reason: "motions are journaled by effects; before boot there are none"),
            Impossible(
                state: "unknown", input: "driveEnded", reason: "drives are begun by effects; before boot there are none"
            ),
        ]
        + ["locked", "unlocked", "between", "jammed"].map {
            Impossible(
                state: $0, input: "driveEnded",
                reason:
                    "a drive belongs to a stroke, and the late end of one that was given up for lost to a latched fault"
            )
        }

    private static let impossiblePairs = Set(impossible.map { [$0.state, $0.input] })

    /// Whether a daemon can ever see this input in this state.
    package static func isLegal(state: String, input: String) -> Bool { !impossiblePairs.contains([state, input]) }

    /// The least hits of any legal pair, and of which.
    package var rarest: (state: String, input: String, hits: Int)? {
        shortfalls(least: .max).min { $0.hits < $1.hits }
    }

    /// Legal pairs hit less often than `least`.
    package func shortfalls(least: Int) -> [(state: String, input: String, hits: Int)] {
        var shortfalls: [(state: String, input: String, hits: Int)] = []
        for (row, state) in LockState.names.enumerated() {
            for (column, input) in Input.names.enumerated()
            where Self.isLegal(state: state, input: input) && hits[row][column] < least {
                shortfalls.append((state, input, hits[row][column]))
            }
        }
        return shortfalls
    }

    /// Pairs that were taken for impossible, and happened.
    package var surprises: [(state: String, input: String, hits: Int)] {
        var surprises: [(state: String, input: String, hits: Int)] = []
        for (row, state) in LockState.names.enumerated() {
            for (column, input) in Input.names.enumerated()
            where !Self.isLegal(state: state, input: input) && hits[row][column] > 0 {
                surprises.append((state, input, hits[row][column]))
            }
        }
        return surprises
    }

    /// A table for people: a row an input, a column a state; `-` is a pair that cannot happen.
    package var table: String {
        func padded(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        var lines = [padded("", 18) + LockState.names.map { padded($0, 12) }.joined()]
        for (column, input) in Input.names.enumerated() {
            var line = padded(input, 18)
            for (row, state) in LockState.names.enumerated() {
                let count = hits[row][column]
                line += padded(Self.isLegal(state: state, input: input) || count > 0 ? "\(count)" : "-", 12)
            }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }

    package mutating func add(_ other: Coverage) {
        for row in hits.indices {
            for column in hits[row].indices { hits[row][column] += other.hits[row][column] }
        }
    }
}
