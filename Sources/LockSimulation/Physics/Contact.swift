/// A mechanical contact: follows the truth at once, then bounces for a while before it rests there.
///
/// Times are nanoseconds of boot time; ``never`` stands for none, so that the step can compare without unwrapping.
struct Contact: Hashable, Sendable {
    /// No such time.
    static let never = Int64.max

    /// How a contact bounces.
    struct Bounce {
        /// From the first touch to rest, in nanoseconds.
        var duration: ClosedRange<Int64>
        /// From one toggle to the next, in nanoseconds; the lower bound limits the number of toggles.
        var gap: ClosedRange<Int64>
    }

    /// What the mechanism says.
    private(set) var truth: Bool
    /// What the contact says.
    private(set) var level: Bool
    /// When the level toggles next.
    private(set) var nextToggle = never
    private var burstEnd: Int64 = 0
    private var gap: ClosedRange<Int64> = 0...0

    init(_ level: Bool) {
        truth = level
        self.level = level
    }

    /// The mechanism has moved to the other side: the contact follows and starts to bounce.
    mutating func change(to truth: Bool, at now: Int64, bounce: Bounce, random: inout SplitMix64) {
        self.truth = truth
        level = truth
        burstEnd = now + random.draw(bounce.duration)
        gap = bounce.gap
        nextToggle = min(now + random.draw(gap), burstEnd)
    }

    /// ``nextToggle`` has come.
    mutating func toggle(random: inout SplitMix64) {
        if nextToggle >= burstEnd {
            level = truth
            nextToggle = Self.never
        } else {
            level.toggle()
            nextToggle = min(nextToggle + random.draw(gap), burstEnd)
        }
    }
}
