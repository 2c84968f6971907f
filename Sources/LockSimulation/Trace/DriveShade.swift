import LockCore

/// What the drive lane shows.
enum DriveShade: Hashable {
    case asleep
    case coast
    case extend
    case retract
    case brake
    /// Driving was asked of a driver that does not: not ready yet, or faulted.
    case dead

    init(_ lines: TraceSample.Lines) {
        guard lines.output.isAwake else {
            self = .asleep
            return
        }
        switch lines.output.bridge {
        case .coast: self = .coast
        case .brake: self = .brake
        case .extend: self = lines.isEnergised ? .extend : .dead
        case .retract: self = lines.isEnergised ? .retract : .dead
        }
    }
}
