/// Names one request for as long as it is open. Chosen by whoever asks; never reused while open.
package struct RequestID: Hashable, Sendable, Codable {
    package var rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// Who or what asks for something.
package enum Origin: Hashable, Sendable {
    /// The button on the inside of the door.
    case insideButton
    /// A program on the lock itself, over D-Bus; the number is its user id.
    case local(user: UInt32)
    /// A paired phone; the number is its key's.
    case key(UInt32)
    /// The auto-relock deadline.
    case autoRelock
    /// Completion after a power cut.
    case recovery
    /// The bolt was turned by hand, or the device itself noticed something.
    case device
    /// Whoever has shown no key, and so many attempts of theirs together. Nobody who asks for anything: only the audit log knows it.
    case strangers(attempts: UInt32)

    /// Whether this origin stands on the inside of the door.
    package var isInside: Bool { self == .insideButton }

    /// Whether this origin is somebody who may stand outside the door. The lock's own reactions and the completion of what was
    /// authorised before are not requests, so lock-out mode has nothing to say about them.
    package var mayBeOutside: Bool {
        switch self {
        case .local, .key: true
        case .insideButton, .autoRelock, .recovery, .device, .strangers: false
        }
    }
}

/// What can be asked of the lock.
package enum Command: Hashable, Sendable {
    case lock
    case unlock
    case calibrate
    /// Replace the settings; out-of-range values are refused by ``Settings/complaint()`` before they get here.
    case configure(Settings)
    /// Silence the alarms that have ended.
    case acknowledgeAlarms
}

/// The one answer that each command gets.
package enum Reply: Hashable, Sendable {
    /// Done, and verified by the sensors. A warning says what did not work besides.
    case done(LockState, warning: FaultCode? = nil)
    /// Not begun, or given up in favour of something newer.
    case refused(FaultCode)
    /// Begun, and ended in a fault that stands until it is cleared.
    case failed(FaultCode, finding: CalibrationFinding? = nil)
}

/// What a failed calibration found out, beyond its fault code.
package enum CalibrationFinding: String, Hashable, Sendable, Codable, CaseIterable {
    /// The bolt travelled against the commanded direction: exchange the motor's wires.
    case reversedMotor
    /// The bolt did not leave its limit and nobody turned the thumbturn to mid-travel: blocked, disconnected or reversed.
    case didNotLeave
    /// A measured stroke is shorter than the board allows.
    case implausiblyFast
    /// A stroke did not end at its limit switch.
    case didNotArrive
}
