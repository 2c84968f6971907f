internal import LockCore
internal import SystemdRuntime

/// The one place that says what a fault is called on the bus and what people are told of it.
enum FaultErrors {
    static let prefix = "org.mortise.Error."
    static let storeUnavailable = prefix + "StoreUnavailable"
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
        case .blocked: "something is in the bolt's way (blocked)"
        case .stalled: "the bolt did not leave where it was, and the motor stalled (stalled)"
        case .timeout: "the bolt did not arrive in time (timeout)"
        case .notMoving: "the motor ran and the bolt did not leave its limit switch (notMoving)"
        case .sensorConflict: "both limit switches say that the bolt is there (sensorConflict)"
        case .sensorStuck: "a limit switch contradicts the bolt's travel (sensorStuck)"
        case .driverFault: "the motor driver reports a fault or moved the bolt the wrong way (driverFault)"
        case .lowBattery: "the battery is too low for it (lowBattery)"
        case .powerLost: "the supply failed in mid-stroke (powerLost)"
        case .doorOpen: "the door is open (doorOpen)"
        case .busy: "something else is under way (busy)"
        case .cancelled: "a newer command, or the inside button, took over (cancelled)"
        case .notCalibrated: "the board has to be calibrated first (notCalibrated)"
        case .overheated: "the motor has run too much and must rest (overheated)"
        case .journalUnavailable: "the motion journal did not answer (journalUnavailable)"
        case .forcedOpen: "the door was opened by force (forcedOpen)"
        case .tampered: "the case is open (tampered)"
        case .lockedOut: "lock-out mode: only the inside button unlocks (lockedOut)"
        case .invalidRequest: "a value is out of its bounds (invalidRequest)"
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
