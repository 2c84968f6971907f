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

    static let countBounds: ClosedRange<Int64> = 0...1_000_000

    /// The forms with what they ask for.
    package static let forms: [PhraseForm] = [
        PhraseForm(
            "state NAME [CODE]", "state jammed blocked",
            "What the lock says of itself; `off` without power. With the cause, and only then, for `jammed` and `fault`."
        ),
        PhraseForm(
            "position extended|retracted|between|conflict", "position between", "What the debounced limit switches say."
        ),
        PhraseForm("bolt MM..MM", "bolt 19..20.3", "Where the bolt is, whatever the switches say."),
        PhraseForm(
            "reply NAME none|done STATE [warning CODE]|refused CODE|failed CODE [FINDING]", nil,
            "The reply to the command of that name; `none`: there is none yet. A warning that is not expected must not be there."
        ),
        PhraseForm(
            "audit ACTION done [STATE] [warning CODE]|already [STATE]|refused CODE|failed CODE [by ORIGIN]",
            "audit lock failed blocked by local:1000",
            "An entry that the store has committed since the one that was found last; those before it are passed over."),
        PhraseForm("no audit", nil, "No entry is left since the one that was found last."),
        PhraseForm(
            "drive extend|retract DURATION..DURATION", "drive extend 350ms..600ms",
            "The next interval in which the motor's lines drove it, and its length."),
        PhraseForm("no drive", nil, "No interval is left."),
        PhraseForm("drives COUNT", "drives 3", "So many intervals since the beginning (\(boundsText(countBounds)))."),
        PhraseForm(
            "energised extend|retract|no", "energised no", "Whether the motor's lines drive it at this moment."),
        PhraseForm("alarm NAME on|off", "alarm doorAjar on", "Whether the alarm is raised."),
        PhraseForm("battery PERCENT..PERCENT|unreadable", "battery 90..100", "What the gauge says."),
        PhraseForm("door open|closed", "door closed", "Where the door is."),
        PhraseForm("relock DURATION..DURATION|none", "relock 9s..10s", "How long until auto-relock; none is due."),
        PhraseForm(
            "cap extend|retract DURATION..DURATION", "cap extend 900ms..900ms",
            "What a stroke in this direction may take at most."),
        PhraseForm("calibrated yes|no", "calibrated yes", "Whether the lock has learned its stroke times."),
        PhraseForm("motion open|none", "motion none", "Whether the store knows of a motion that has not ended."),
    ]

    /// The forms, for help and for error messages.
    package static let syntax: [String] = forms.map(\.syntax)
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
