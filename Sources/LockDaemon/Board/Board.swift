package import LockCore

/// A board: everything that Mortise has of a lock's hardware. The GPIO adapter is one, the simulated board of mortise-sim
/// another.
///
/// Each part belongs to one thread, named at its protocol; none is used by two.
package protocol Board: Sendable {
    associatedtype BoltPort: BoltLines
    associatedtype LoopPort: LoopLines
    associatedtype GaugePort: Gauge

    /// What people call it.
    var name: String { get }
    var boltLines: BoltPort { get }
    var loopLines: LoopPort { get }
    var gauge: GaugePort { get }
}

/// The motor's outputs and the inputs that end a stroke. Used on the bolt thread only, and there in the middle of a stroke:
/// nothing here may allocate, wait or take a lock that somebody holds for long.
package protocol BoltLines: Sendable {
    /// Readable while events wait for ``nextEvent()``. Stays the same, and open, for the board's life.
    var eventDescriptor: Int32 { get }

    /// Sets the bridge's inputs and the sleep line, all in one request. Until the first call they are ``BridgeOutput/safe``.
    func set(_ output: BridgeOutput) throws(BoardError)

    /// The levels now. A line that the board lacks is inactive.
    func levels() throws(BoardError) -> BoltLevels

    /// The oldest event that has not been taken; nil: none waits. Never blocks.
    func nextEvent() throws(BoardError) -> BoltEvent?
}

/// What happened on the bolt's lines.
package enum BoltEvent: Hashable, Sendable {
    /// A raw edge, undebounced, with the kernel's boot-time stamp of when it happened.
    case edge(BoltLine, isActive: Bool, at: Instant)
    /// Edges were lost, for one because the kernel's buffer was full: the levels have to be read again.
    case lost
}

/// The inputs that no stroke waits for. Used on the loop's thread only.
package protocol LoopLines: Sendable {
    /// Readable while events wait for ``nextEvent()``. Stays the same, and open, for the board's life.
    var eventDescriptor: Int32 { get }

    /// The levels now. A line that the board lacks is inactive.
    func levels() throws(BoardError) -> LoopLevels

    /// The oldest event that has not been taken; nil: none waits. Never blocks.
    func nextEvent() throws(BoardError) -> LoopLineEvent?
}

/// A line that the loop watches.
package enum LoopLine: String, Hashable, Sendable, CaseIterable {
    /// Active: the door is open.
    case door
    /// Active: the case is open.
    case tamper
    /// Active: pressed.
    case insideButton
}

/// The levels of those lines at one moment; true is active.
package struct LoopLevels: Hashable, Sendable {
    package var isDoorOpen: Bool
    package var isTampered: Bool
    package var isButtonPressed: Bool

    package init(isDoorOpen: Bool = false, isTampered: Bool = false, isButtonPressed: Bool = false) {
        self.isDoorOpen = isDoorOpen
        self.isTampered = isTampered
        self.isButtonPressed = isButtonPressed
    }
}

/// What happened on the loop's lines.
package enum LoopLineEvent: Hashable, Sendable {
    /// A change that is believed: debounced by the kernel, or by ``SwitchDebouncer`` in the adapter.
    case changed(LoopLine, isActive: Bool)
    /// Changes were lost: the levels have to be read again.
    case lost
}

/// The battery gauge. Used on the loop's thread only, so reading it must be a matter of a few milliseconds.
package protocol Gauge: Sendable {
    /// What the gauge says now; ``BatteryReading/unknown`` on a board without one.
    func read() -> BatteryReading

    /// Readable when the gauge has news (the kernel's uevents of the power supply), until ``takeChange()``. nil: the gauge does
    /// not tell; it is read some time after every drive and at long intervals all the same.
    var changeDescriptor: Int32? { get }

    /// Takes the news, so that the descriptor is not readable any more. False: it is not about this gauge.
    func takeChange() -> Bool
}
