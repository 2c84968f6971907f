import LockCore
import LockSimulation

/// What the lock's inputs were set to, and when. The last ``capacity`` changes are kept.
struct EdgeRecord: Sendable {
    struct Entry: Hashable, Sendable {
        var line: InputLine
        var isActive: Bool
        /// The model's time.
        var due: Instant
        /// When it was handed to the kernel.
        var at: Instant
    }

    /// A contact bounces 125 times at most, and a stroke moves two: dozens of strokes.
    static let capacity = 4096

    private var entries: [Entry] = []
    /// Everything from then on is known.
    private(set) var knownSince: Instant
    /// Since the last ``restartCounting()``.
    private(set) var count = 0
    private(set) var latest: Duration = .zero
    /// Changes that were over before they could be acted out.
    var skipped = 0

    init(at now: Instant) { knownSince = now }

    mutating func add(_ entry: Entry) {
        if entries.count == Self.capacity {
            entries.removeFirst(Self.capacity / 4)
            knownSince = entries.first?.at ?? entry.at
        }
        entries.append(entry)
        count += 1
        latest = max(latest, entry.at - entry.due)
    }

    /// Counts anew; the entries stay.
    mutating func restartCounting() {
        count = 0
        latest = .zero
        skipped = 0
    }

    func since(_ instant: Instant) -> ArraySlice<Entry> {
        // They are in the order of their times.
        entries[(entries.firstIndex { $0.at >= instant } ?? entries.endIndex)...]
    }

    /// By how much the latest since then was late.
    func latest(since instant: Instant) -> Duration { since(instant).map { $0.at - $0.due }.max() ?? .zero }
}

/// The lines that the lock reads, by the names under which the plant is told of them.
enum InputLine: String, Hashable, Sendable, CaseIterable {
    case extendedLimit = "extended-limit"
    case retractedLimit = "retracted-limit"
    case driverFault = "driver-fault"
    case stall
    case door
    case tamper
    case insideButton = "inside-button"

    /// nil: not a pin.
    init?(_ line: ModelLine) {
        switch line {
        case .extendedLimit: self = .extendedLimit
        case .retractedLimit: self = .retractedLimit
        case .driverFault: self = .driverFault
        case .stall: self = .stall
        case .door: self = .door
        case .tamper: self = .tamper
        case .insideButton: self = .insideButton
        case .brownOut: return nil
        }
    }
}
