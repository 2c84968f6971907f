import LockCore

/// The range of every quantity in a board profile, with its reason. The reasons are printed in the reference
/// documentation.
enum ProfileLimits {
    static let wake = time(
        .microseconds(10)...(.milliseconds(50)),
        because: "drivers wake within microseconds to a few milliseconds; waiting longer only delays the unlock")
    static let blanking = time(
        .milliseconds(5)...(.milliseconds(500)),
        because: "inrush lasts milliseconds to tenths of a second; blind for longer, a jam would be pushed against")
    static let cap = time(
        .milliseconds(100)...(.seconds(5)),
        because: "a shorter cap would cut off healthy strokes; stalled for longer, a small motor overheats")
    static let minimumStroke = time(
        .milliseconds(20)...(.seconds(1)),
        because: "above the bounce of a limit switch, below the stroke of a slow bolt")
    static let brake = time(
        .milliseconds(10)...(.milliseconds(500)),
        because: "long enough to stop the rotor; braked for longer, it is stopped and only warms the driver")
    static let deadTime = time(
        .milliseconds(5)...(.seconds(1)),
        because: "the winding's current has died by then; longer only delays the answer")
    static let settle = time(
        .milliseconds(10)...(.seconds(1)),
        because: "the mechanism has come to rest by then; longer only delays the answer")
    static let debounce = time(
        .milliseconds(1)...(.milliseconds(50)),
        because: "switches bounce for milliseconds; above, a bolt turned quickly by hand would go unseen")
    static let retries = count(
        0...5,
        because: "what did not give way six times will not; each attempt costs charge and heat")
    static let retryPause = time(
        .milliseconds(50)...(.seconds(5)),
        because: "time for the bolt to be freed, while somebody is standing at the door")
    static let burst = time(
        .seconds(1)...(.seconds(120)),
        because: "less is not one lock and one unlock; more is not a limit for a small motor")
    static let restPerDrive = count(
        1...100,
        because: "from a duty cycle of one in two, to one in a hundred for a motor made for single pulses")
    static let warn = percent(2...90, because: "a warning must come before the end, and not with a fresh battery")
    static let refuseLock = percent(
        1...50,
        because: "the charge left must open the door; a lock that refuses at half charge is no lock")
    static let brownOut = QuantityBounds(
        dimension: .voltage, range: 1_800...30_000,
        reason: "from two nearly empty cells to a 24 V supply with its tolerance; below, no processor runs")

    /// People read it in lists.
    static let maximumNameScalars = 64
    /// Device tree compatible strings are shorter.
    static let maximumCompatibleScalars = 128
    /// Far above the names that drivers give; it becomes part of a path.
    static let maximumSupplyBytes = 63

    private static func time(_ range: ClosedRange<Duration>, because reason: String) -> QuantityBounds {
        QuantityBounds(
            dimension: .time, range: range.lowerBound.wholeNanoseconds...range.upperBound.wholeNanoseconds,
            reason: reason)
    }

    private static func percent(_ range: ClosedRange<Int64>, because reason: String) -> QuantityBounds {
        QuantityBounds(dimension: .percent, range: range, reason: reason)
    }

    private static func count(_ range: ClosedRange<Int64>, because reason: String) -> QuantityBounds {
        QuantityBounds(dimension: .count, range: range, reason: reason)
    }
}
