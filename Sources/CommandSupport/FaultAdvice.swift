package import LockCore

/// What a fault code means to the person at the door, and what to do about it: one sentence each.
package struct FaultAdvice: Hashable, Sendable {
    package var meaning: String
    package var remedy: String

    package init(_ code: FaultCode) {
        (meaning, remedy) = Self.words(code)
    }

    /// The advice for a code as the daemon sent it. nil is a code that this program does not know: the daemon is newer.
    package init?(rawValue: String) {
        guard let code = FaultCode(rawValue: rawValue) else { return nil }
        self.init(code)
    }

    /// The sentences for whatever code was sent, one a line; words for people must not be missing because a daemon is newer.
    package static func sentences(for rawValue: String) -> String {
        guard let advice = FaultAdvice(rawValue: rawValue) else {
            return "This mortise does not know the code \"\(printable(rawValue))\".\n"
                + "Update it to the daemon's version: see mortise doctor."
        }
        return "\(advice.meaning)\n\(advice.remedy)"
    }

    private static func words(_ code: FaultCode) -> (meaning: String, remedy: String) {
        switch code {
        case .blocked:
            (
                "Something is in the bolt's way.",
                "Push or pull the door until the bolt is free of the strike, then try again."
            )
        case .stalled:
            (
                "The motor stalled before the bolt moved.",
                "Relieve the pressure on the door, then try again; if it stays, look for a seized mechanism."
            )
        case .timeout:
            (
                "The bolt left but did not arrive in time, and nothing says why.",
                "Try again; if it happens often, look at the mechanism and run mortise calibrate."
            )
        case .notMoving:
            (
                "The motor ran and the bolt did not leave where it was.",
                "Check the motor's plug, the coupling and the limit switch that stayed active."
            )
        case .sensorConflict:
            (
                "Both limit switches are active, and the bolt cannot be in two places.",
                "Check both switches and their wiring; the inside thumbturn still works."
            )
        case .sensorStuck:
            (
                "One limit switch contradicts the travel that was seen.",
                "Check that switch and its wiring; turning the thumbturn from end to end shows which one is stuck."
            )
        case .driverFault:
            (
                "The motor driver reports a fault or moved the bolt the wrong way.",
                "Check the motor's wiring for a short or exchanged wires, then run mortise calibrate."
            )
        case .lowBattery:
            (
                "The battery is too low for this.",
                "Replace or charge it; unlocking works for as long as the voltage allows."
            )
        case .powerLost:
            (
                "The supply failed while the bolt was moving.",
                "Lock or unlock again, and check the battery's contacts."
            )
        case .doorOpen:
            (
                "The door is open, so the bolt has nothing to enter.",
                "Close the door, then lock."
            )
        case .busy:
            (
                "Something else is under way.",
                "Wait until it has ended, then try again: mortise watch shows it."
            )
        case .cancelled:
            (
                "A newer command or the inside button took over.",
                "Nothing needs to be done: mortise status shows what came of it."
            )
        case .notCalibrated:
            (
                "This board must be calibrated before it locks.",
                "Run mortise calibrate with the door open."
            )
        case .overheated:
            (
                "The motor has run too much and must cool down.",
                "Wait a few minutes, then try again."
            )
        case .journalUnavailable:
            (
                "The motion journal did not answer in time.",
                "Check the disk and the store: mortise doctor, journalctl -u mortised."
            )
        case .forcedOpen:
            (
                "The door opened while the bolt was out.",
                "Look at the door and the strike, then run mortise acknowledge."
            )
        case .tampered:
            (
                "The tamper switch is active: the lock's case is open.",
                "Close the case, then run mortise acknowledge."
            )
        case .lockedOut:
            (
                "The lock is in lock-out mode, in which only the inside button unlocks.",
                "Leave it with mortise mode normal."
            )
        case .invalidRequest:
            (
                "A value in the request is out of its bounds.",
                "The message names the bounds; give a value within them."
            )
        case .notAllowed:
            (
                "This key may not do that.",
                "Ask an owner of the lock, or use a key with that right."
            )
        case .outOfSchedule:
            (
                "This key is for other days or hours.",
                "Come back at its time, or ask whoever gave it for another schedule."
            )
        case .expired:
            (
                "The time of this key or invitation is over.",
                "Ask whoever gave it for a new one."
            )
        case .usedUp:
            (
                "This key has been used as often as it may be.",
                "Ask whoever gave it for more."
            )
        case .clockUntrusted:
            (
                "The key depends on the time, and nobody vouches for the lock's clock.",
                "Let an owner's phone connect, which sets the clock, or connect the lock to a time server."
            )
        case .revoked:
            (
                "This key is no more.",
                "Ask an owner of the lock for a new one."
            )
        case .lastOwner:
            (
                "The lock would be left without an owner.",
                "Make another owner first, or reset the lock."
            )
        case .noSuchKey:
            (
                "There is no such key.",
                "List the keys again; somebody else may have removed it."
            )
        case .noSuchInvitation:
            (
                "There is no such invitation, or it has been taken up.",
                "Ask for a new one."
            )
        case .full:
            (
                "The lock holds as many keys or invitations as it can.",
                "Remove what nobody needs any more, then try again."
            )
        case .pairingClosed:
            (
                "The lock does not take a first phone now.",
                "Press the inside button and pair within a minute; a lock that has an owner takes phones by invitation only."
            )
        case .notConfirmed:
            (
                "Nobody pressed the inside button in time.",
                "Ask again, and press the inside button within 30 seconds."
            )
        case .storeUnavailable:
            (
                "The store of keys cannot be read or written.",
                "See mortise doctor for why; the inside button still opens the door."
            )
        case .unsupported:
            (
                "This lock does not know the request.",
                "Update the lock, or use what its hello answer offers."
            )
        }
    }
}
