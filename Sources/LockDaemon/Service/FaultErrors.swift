internal import LockCore
internal import SystemdRuntime

/// The one place that says what a fault is called on the bus and what people are told of it.
enum FaultErrors {
    static let prefix = "org.mortise.Error."
    static let storeUnavailable = prefix + "StoreUnavailable"
    static let notDurable = prefix + "NotDurable"
    static let overloaded = prefix + "Overloaded"

    /// `org.mortise.Error.Blocked` for `blocked`.
    static func name(of code: FaultCode) -> String {
        prefix + code.rawValue.prefix(1).uppercased() + String(code.rawValue.dropFirst())
    }

    /// Nothing was begun, or it was given up in favour of something newer. `complaint`: what is wrong with the request.
    static func refused(_ code: FaultCode, complaint: String? = nil) -> BusError {
        BusError(name: name(of: code), message: "refused: " + (complaint ?? words(for: code)))
    }

    /// It was begun and ended in a fault.
    static func failed(_ code: FaultCode, finding: CalibrationFinding?) -> BusError {
        let more = finding.map { "; " + words(for: $0) } ?? ""
        return BusError(name: name(of: code), message: "failed: " + words(for: code) + more)
    }

    private static func words(for code: FaultCode) -> String {
        switch code {
        case .blocked: "something is in the bolt's way"
        case .stalled: "the bolt did not leave where it was, and the motor stalled"
        case .timeout: "the bolt did not arrive in time"
        case .notMoving: "the motor ran and the bolt did not leave its limit switch"
        case .sensorConflict: "both limit switches say that the bolt is there"
        case .sensorStuck: "a limit switch contradicts the bolt's travel"
        case .driverFault: "the motor driver reports a fault or moved the bolt the wrong way"
        case .lowBattery: "the battery is too low for it"
        case .powerLost: "the supply failed in mid-stroke"
        case .doorOpen: "the door is open"
        case .busy: "something else is under way"
        case .cancelled: "a newer command, or the inside button, took over"
        case .notCalibrated: "the board has to be calibrated first"
        case .overheated: "the motor has run too much and must rest"
        case .journalUnavailable: "the motion journal did not answer"
        case .forcedOpen: "the door was opened by force"
        case .tampered: "the case is open"
        case .lockedOut: "lock-out mode: only the inside button unlocks"
        case .invalidRequest: "a value is out of its bounds"
        case .notAllowed: "the key may not do that"
        case .outOfSchedule: "the key is for other days or hours"
        case .expired: "its time is over"
        case .usedUp: "the key has no unlockings left"
        case .clockUntrusted: "nobody vouches for the lock's clock"
        case .revoked: "the key is no more"
        case .lastOwner: "the lock would be left without an owner"
        case .noSuchKey: "there is no such key"
        case .noSuchInvitation: "there is no such invitation, or it has been taken up"
        case .full: "there are as many keys or invitations as the lock can hold"
        case .pairingClosed: "pairing is closed: nobody has pressed the inside button, or the lock has an owner"
        case .notConfirmed: "nobody pressed the inside button in time"
        case .storeUnavailable: "the store of keys cannot be read or written"
        case .unsupported: "this lock does not know the request"
        }
    }

    private static func words(for finding: CalibrationFinding) -> String {
        switch finding {
        case .reversedMotor: "the bolt travelled the wrong way: exchange the motor's wires (reversedMotor)"
        case .didNotLeave:
            "the bolt did not leave its limit and nobody turned the thumbturn: blocked, disconnected or reversed (didNotLeave)"
        case .implausiblyFast: "a stroke was faster than the board allows (implausiblyFast)"
        case .didNotArrive: "a stroke did not end at its limit switch (didNotArrive)"
        }
    }
}
