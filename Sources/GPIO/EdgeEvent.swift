/// An edge, as the kernel recorded it.
package struct EdgeEvent: Hashable, Sendable {
    /// The line's position in the request.
    package var line: Int
    /// After the edge, whatever the electrical polarity.
    package var isActive: Bool
    /// When the kernel's interrupt handler ran, in nanoseconds of the clock that was asked for (``LineSettings/EventClock``).
    package var timestampNanoseconds: UInt64
    /// How many events of the request were lost just before this one, as far as can be known: 0 is none.
    package var missedBefore: UInt32

    package init(line: Int, isActive: Bool, timestampNanoseconds: UInt64, missedBefore: UInt32 = 0) {
        self.line = line
        self.isActive = isActive
        self.timestampNanoseconds = timestampNanoseconds
        self.missedBefore = missedBefore
    }
}

/// Notices lost events. Pure; allocates nothing.
///
/// The kernel keeps 16 events a line, or as many as were asked for. When its buffer is full it drops one (uAPI 2 the oldest,
/// uAPI 1 the newest), and only the numbers of uAPI 2 tell.
package struct EdgeSequence: Hashable, Sendable {
    /// Whether events carry numbers.
    let isNumbered: Bool
    /// Lines watched for both edges, as bits: two edges alike in a row mean that the one between them is lost.
    let alternating: UInt64

    private var last: UInt32 = 0
    private var levels: UInt64 = 0
    private var seen: UInt64 = 0

    package init(isNumbered: Bool, alternating: UInt64) {
        self.isNumbered = isNumbered
        self.alternating = alternating
    }

    /// How many events were lost before this one. Without numbers it is at least so many.
    package mutating func missed(before number: UInt32, line: Int, isActive: Bool) -> UInt32 {
        let bit = UInt64(1) << UInt64(line)
        let wasSeen = seen & bit != 0
        let wasActive = levels & bit != 0
        seen |= bit
        if isActive { levels |= bit } else { levels &= ~bit }
        guard isNumbered else { return wasSeen && alternating & bit != 0 && wasActive == isActive ? 1 : 0 }
        // The kernel counts in 32 bits from 1 and wraps.
        let gap = number &- last &- 1
        last = number
        return gap
    }
}
