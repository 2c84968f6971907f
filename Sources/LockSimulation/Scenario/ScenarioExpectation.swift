package import LockCore

/// What must be seen at a step's instant.
///
/// Drives and audit entries are taken in order, so that a scenario tells all of them: `expect drive` takes the next interval in
/// which the motor's lines drove it, `expect audit` looks for its entry among those that the store has committed since the one
/// that was found last, and skips what comes before it. `expect no drive` and `expect no audit` say that nothing is left.
package enum ScenarioExpectation: Hashable, Sendable {
    /// `off` is a lock without power.
    case state(name: String, cause: FaultCode?)
    /// What the debounced switches say.
    case position(BoltPosition)
    /// Where the bolt is, in mm.
    case bolt(ClosedRange<Double>)
    /// nil: not answered yet.
    case reply(name: String, ScenarioReply?)
    case audit(AuditAction, ScenarioOutcome, by: Origin?)
    case noAudit
    case drive(Direction, ClosedRange<Duration>)
    case noDrive
    /// So many drives since the beginning.
    case drives(Int)
    /// Whether the motor's lines drive it at this moment.
    case energised(Direction?)
    case alarm(Alarm, isActive: Bool)
    /// In percent; nil: the gauge does not answer.
    case battery(ClosedRange<Int64>?)
    case door(isOpen: Bool)
    /// How long until auto-relock; nil: none is due.
    case relock(ClosedRange<Duration>?)
    /// What a stroke in this direction may take at most.
    case cap(Direction, ClosedRange<Duration>)
    case calibrated(Bool)
    /// Whether the store knows of a motion that has not ended.
    case motion(isOpen: Bool)

    /// The forms, for help and for error messages.
    package static let syntax: [String] = [
        "state NAME [CODE]", "position extended|retracted|between|conflict", "bolt MM..MM",
        "reply NAME none|done STATE [warning CODE]|refused CODE|failed CODE [FINDING]",
        "audit ACTION done [STATE] [warning CODE]|already [STATE]|refused CODE|failed CODE [by ORIGIN]", "no audit",
        "drive extend|retract DURATION..DURATION", "no drive", "drives COUNT", "energised extend|retract|no",
        "alarm NAME on|off", "battery PERCENT..PERCENT|unreadable", "door open|closed",
        "relock DURATION..DURATION|none", "cap extend|retract DURATION..DURATION", "calibrated yes|no",
        "motion open|none",
    ]
}

/// A reply that a scenario expects. A warning that is not expected must not be there.
package enum ScenarioReply: Hashable, Sendable {
    case done(state: String, warning: FaultCode?)
    case refused(FaultCode)
    case failed(FaultCode, CalibrationFinding?)

    func matches(_ reply: Reply) -> Bool {
        switch (self, reply) {
        case (.done(let name, let expected), .done(let state, let warning)): name == state.name && expected == warning
        case (.refused(let expected), .refused(let code)): expected == code
        case (.failed(let expected, let wanted), .failed(let code, let finding)):
            expected == code && (wanted == nil || wanted == finding)
        default: false
        }
    }
}

/// An audit entry's outcome that a scenario expects. A state that is not given may be any; a warning that is not expected must
/// not be there.
package enum ScenarioOutcome: Hashable, Sendable {
    case done(state: String?, warning: FaultCode?)
    case already(state: String?)
    case refused(FaultCode)
    case failed(FaultCode)

    func matches(_ outcome: AuditOutcome) -> Bool {
        switch (self, outcome) {
        case (.done(let name, let expected), .done(let state, let warning)):
            (name == nil || name == state.name) && expected == warning
        case (.already(let name), .already(let state)): name == nil || name == state.name
        case (.refused(let expected), .refused(let code)): expected == code
        case (.failed(let expected), .failed(let code)): expected == code
        default: false
        }
    }
}
