package import LockCore

/// A story told to a virtual lock: what happens when, and what must be seen.
///
/// ## The file
/// One step a line, an instant and what happens then:
/// ```
/// # A comment.
/// title    A lock, and an unlock
/// position 0
/// set      retries 0
///
/// 1s       command lock as first
/// +700ms   expect reply first done locked
/// +0s      expect drive extend 350ms..600ms
/// ```
/// Instants are the world's, from the moment at which the power comes on; `+` counts from the line before. Directives
/// (``ScenarioDirective``) come before the first step. The steps' forms are in ``ScenarioAction/syntax`` and
/// ``ScenarioExpectation/syntax``. ``parse(_:file:)`` reads it; the lists at the head of each error say what is allowed.
package struct Scenario: Sendable {
    /// The file as the reader was told of it, for messages.
    package var file: String
    /// For people; the file's name without one.
    package var title: String
    /// The board profile that the file asks for, as it is written there. Whoever runs the scenario reads it.
    package var board: String?
    /// Where the bolt is at first, in mm.
    package var position = 0.0
    package var parameters = PhysicalParameters()
    /// What the scenario changes about the board, in the order of the file.
    var changes: [@Sendable (inout DeviceConfiguration) -> Void] = []
    package var steps: [ScenarioStep] = []

    init(file: String) {
        self.file = file
        title = file
    }

    /// The board as the scenario wants it.
    package func configuration(_ board: DeviceConfiguration) -> DeviceConfiguration {
        var configuration = board
        for change in changes { change(&configuration) }
        return configuration
    }
}

/// One line of a scenario.
package struct ScenarioStep: Hashable, Sendable {
    /// In the file, from 1.
    package var line: Int
    /// The world's time.
    package var at: Instant
    package var action: ScenarioAction
    /// The words after the instant, as written but for spaces.
    package var text: String
}

/// What a step does.
package enum ScenarioAction: Hashable, Sendable {
    /// Somebody asks; `name` is what later expectations call the reply.
    case command(ScenarioCommand, from: Origin, name: String?)
    case hand(Hand)
    case fault(Fault)
    case endFault(Fault)
    case endAllFaults
    /// The supply is gone for so long.
    case powerCut(Duration)
    case clockJump(seconds: Int64)
    case clock(Clock)
    case store(Store)
    /// The bolt thread's next report of a drive's end is held up for so long.
    case boltThreadHeldUp(Duration)
    case expect(ScenarioExpectation)

    /// What becomes of the civil clock.
    package enum Clock: String, Hashable, Sendable, CaseIterable {
        case none, untrusted, trusted
    }

    /// What becomes of the store.
    package enum Store: Hashable, Sendable {
        /// Nothing is committed for so long.
        case stall(Duration)
        /// Every operation ends in an error.
        case fail
        /// Neither any more.
        case work
    }

    /// How long the power is gone when a scenario does not say.
    static let usualPowerCut: Duration = .seconds(1)

    /// The forms of a step with what they do. What a hand does is worded as in ``Hand/forms``.
    package static let forms: [PhraseForm] = [
        PhraseForm(
            "command COMMAND [as NAME] [from ORIGIN]", "command lock as first from key:3",
            "Somebody asks; NAME is what later expectations call the reply. From \(ScenarioParser.usualOrigin.text) unless it is "
                + "said."),
        PhraseForm(
            "fault FAULT", "fault slipping-gear", "The fault is there from now on, instead of one of the same kind."),
        PhraseForm("end FAULT|all", "end all", "The fault of that kind, whatever its figures, is gone; or all are."),
        PhraseForm(
            "power-cut [DURATION]", "power-cut 500ms",
            "The supply is gone for so long, \(DurationText.format(usualPowerCut)) unless it is said; the boot comes on top."
        ),
        PhraseForm(
            "clock-jump SECONDS", "clock-jump -86400",
            "The civil clock steps (\(boundsText(WorldEvent.jumpBounds)) s); the boot clock does not."),
        PhraseForm("clock none|untrusted|trusted", "clock untrusted", "What there is of a civil clock from now on."),
        PhraseForm(
            "store stall DURATION|fail|work", "store stall 3s",
            "The store commits nothing for so long; or fails in everything; or neither any more."),
        PhraseForm(
            "bolt-thread held-up DURATION", "bolt-thread held-up 3s",
            "The bolt thread's next report of a drive's end comes so much later."),
        PhraseForm("expect EXPECTATION", "expect state locked", "What must be seen at this instant."),
    ]

    /// The forms of a step, for help and for error messages.
    package static let syntax: [String] = forms.map(\.syntax)
}

/// A command as a scenario words it: settings are changed one at a time.
package enum ScenarioCommand: Hashable, Sendable {
    case lock
    case unlock
    case calibrate
    case acknowledge
    case setMode(OperatingMode)
    /// nil is never.
    case setAutoRelock(Duration?)
    /// nil is no alarm.
    case setDoorAjar(Duration?)

    /// The command, given the settings of the moment.
    package func command(_ settings: Settings) -> Command {
        var settings = settings
        switch self {
        case .lock: return .lock
        case .unlock: return .unlock
        case .calibrate: return .calibrate
        case .acknowledge: return .acknowledgeAlarms
        case .setMode(let mode): settings.mode = mode
        case .setAutoRelock(let duration): settings.autoRelockMilliseconds = duration?.wholeMilliseconds
        case .setDoorAjar(let duration): settings.doorAjarMilliseconds = duration?.wholeMilliseconds
        }
        return .configure(settings)
    }

    /// In words, for the picture of a run.
    var text: String {
        switch self {
        case .lock: "lock"
        case .unlock: "unlock"
        case .calibrate: "calibrate"
        case .acknowledge: "acknowledge"
        case .setMode(let mode): "set mode \(mode.rawValue)"
        case .setAutoRelock(let duration): "set auto-relock \(duration.map(DurationText.format) ?? "off")"
        case .setDoorAjar(let duration): "set door-ajar \(duration.map(DurationText.format) ?? "off")"
        }
    }

    /// The forms with what they do.
    package static let forms: [PhraseForm] = [
        PhraseForm("lock", nil, "Throw the bolt."),
        PhraseForm("unlock", nil, "Draw the bolt."),
        PhraseForm("calibrate", nil, "Measure a stroke each way."),
        PhraseForm("acknowledge", nil, "Silence the alarms that have ended."),
        PhraseForm(
            "set mode normal|passage|lockOut", "set mode passage",
            "Passage suspends auto-relock; in lock-out mode only the inside button unlocks."),
        PhraseForm(
            "set auto-relock DURATION|off", "set auto-relock 10s",
            "From unlocked, the door closed, to locking again. The lock refuses what is not "
                + "\(boundsText(Settings.relockBounds)) ms."),
        PhraseForm(
            "set door-ajar DURATION|off", "set door-ajar 30s",
            "How long a door may stand open before the alarm. The lock refuses what is not \(boundsText(Settings.ajarBounds)) ms."
        ),
    ]

    /// The forms, for help and for error messages.
    package static let syntax = forms.map(\.syntax)
}
