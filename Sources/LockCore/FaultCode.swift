/// Why a command was refused or a stroke failed: a closed list. The raw value is stable: it is stored, sent and printed.
package enum FaultCode: String, Hashable, Sendable, CaseIterable, Codable {
    /// Something is in the bolt's way: it left where it was and did not arrive, on every attempt.
    case blocked
    /// The stall sensor tripped before the bolt left where it was.
    case stalled
    /// The cap elapsed in mid-travel and nothing says why.
    case timeout
    /// The cap elapsed and the starting limit switch never released: disconnected, seized or slipping.
    case notMoving
    /// Both limit switches are active at rest, and nothing says which one is wrong.
    case sensorConflict
    /// One limit switch contradicts the travel that was seen.
    case sensorStuck
    /// The motor driver reports a fault, did not answer, or moved the bolt the wrong way.
    case driverFault
    /// The battery is too low for what was asked.
    case lowBattery
    /// The supply failed in mid-stroke; recognised at the next boot.
    case powerLost
    /// The door is open, so the bolt has nothing to enter.
    case doorOpen
    /// Something else is under way and may not be interrupted by this.
    case busy
    /// A newer command, or the inside button, took over.
    case cancelled
    /// The board requires calibration, and there is none or it failed.
    case notCalibrated
    /// The motor has used up its duty budget.
    case overheated
    /// The motion journal did not answer in time.
    case journalUnavailable
    /// The door opened while the bolt was extended.
    case forcedOpen
    /// The tamper switch is active.
    case tampered
    /// Lock-out mode: only the inside button may unlock.
    case lockedOut
    /// A value in the request is out of its bounds.
    case invalidRequest

    // What a key may not do, or not now.

    /// The key's role does not allow it, or it would give somebody more than its giver holds.
    case notAllowed
    /// The key is for other days or hours.
    case outOfSchedule
    /// The key's or the invitation's time is over.
    case expired
    /// The key has no unlockings left.
    case usedUp
    /// The key has a schedule, and nobody vouches for the lock's clock.
    case clockUntrusted
    /// The key is no more.
    case revoked
    /// There must be an owner.
    case lastOwner
    case noSuchKey
    case noSuchInvitation
    /// There are as many keys or invitations as the lock can hold.
    case full
    /// Nobody has pressed the inside button, or the lock has an owner.
    case pairingClosed
    /// Nobody pressed the inside button in time.
    case notConfirmed
    /// The keys cannot be read, or what was asked could not be made durable in time.
    case storeUnavailable
    /// This version of the lock does not know the request.
    case unsupported
}
