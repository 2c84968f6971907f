import LockCore

/// What a scenario may say before its first step.
package enum ScenarioDirective {
    /// The forms with what they do.
    package static let forms: [PhraseForm] =
        [
            PhraseForm("title TEXT", "title A lock, and an unlock", "For people; the file's name without one."),
            PhraseForm(
                "board FILE", "board ../profiles/simulated.conf",
                "The board's profile, from where the scenario is; the built-in figures without one. --profile has the last word."
            ),
            PhraseForm(
                "position MM", "position 20",
                "Where the bolt is at first (\(boundsText(0...PhysicalParameters().travel))); 0, retracted, without one."
            ),
        ]
        + settings.map { PhraseForm("set \($0.name) \($0.allowed)", "set \($0.name) \($0.example)", $0.meaning) }
        + mechanism.map {
            PhraseForm(
                "mechanism \($0.name) NUMBER", "mechanism \($0.name) \(Decimal.trimmed($0.bounds.upperBound))",
                "\($0.meaning), \(boundsText($0.bounds)); \(Decimal.trimmed(PhysicalParameters()[keyPath: $0.path])) without one."
            )
        }

    /// The forms, for help and for error messages.
    package static let syntax: [String] = forms.map(\.syntax)

    static func apply(_ word: String, _ rest: String, to scenario: inout Scenario) throws(PhraseError) {
        var phrase = Phrase(rest, kind: "\"\(word)\" directive")
        switch word {
        case "title":
            guard !rest.isEmpty else { throw phrase.error("the title is missing") }
            scenario.title = rest
            return
        case "board":
            guard !rest.isEmpty else { throw phrase.error("the board profile's path is missing") }
            scenario.board = rest
            return
        case "position":
            scenario.position = try phrase.number("the bolt's position in mm", in: 0...scenario.parameters.travel)
        case "set":
            let name = try phrase.word("what is set")
            guard let setting = settings.first(where: { $0.name == name }) else {
                throw phrase.error(
                    "\"\(name)\" cannot be set; allowed: \(settings.map(\.name).joined(separator: ", "))")
            }
            scenario.changes.append(try setting.read(&phrase))
        case "mechanism":
            let name = try phrase.word("what is changed")
            guard let figure = mechanism.first(where: { $0.name == name }) else {
                throw phrase.error("\"\(name)\" is unknown; allowed: \(mechanism.map(\.name).joined(separator: ", "))")
            }
            scenario.parameters[keyPath: figure.path] = try phrase.number(name, in: figure.bounds)
        default:
            throw PhraseError(
                kind: "line of a scenario", input: "\(word) \(rest)",
                complaint:
                    "it must begin with an instant such as 1.5s or +300ms, or be: \(syntax.joined(separator: ", "))")
        }
        try phrase.end()
    }

    typealias Change = @Sendable (inout DeviceConfiguration) -> Void

    /// Something about the board that a scenario may change; the bounds are the board profile's business.
    struct Setting: Sendable {
        var name: String
        var allowed: String
        var example: String
        var meaning: String
        var read: @Sendable (inout Phrase) throws(PhraseError) -> Change
    }

    private static func duration(
        _ name: String, _ meaning: String, _ path: any WritableKeyPath<DeviceConfiguration, Duration> & Sendable
    ) -> Setting {
        Setting(name: name, allowed: "DURATION", example: "250ms", meaning: meaning) { phrase throws(PhraseError) in
            let value = try phrase.duration(name)
            return { $0[keyPath: path] = value }
        }
    }

    private static func number(
        _ name: String, _ bounds: ClosedRange<Int64>, _ meaning: String,
        _ path: any WritableKeyPath<DeviceConfiguration, Int> & Sendable
    ) -> Setting {
        Setting(
            name: name, allowed: "\(bounds.lowerBound)..\(bounds.upperBound)", example: "\(bounds.upperBound)",
            meaning: meaning
        ) { phrase throws(PhraseError) in
            let value = Int(try phrase.whole(name, in: bounds))
            return { $0[keyPath: path] = value }
        }
    }

    private static func flag(
        _ name: String, _ meaning: String, _ path: any WritableKeyPath<DeviceConfiguration, Bool> & Sendable
    ) -> Setting {
        Setting(name: name, allowed: "yes|no", example: "yes", meaning: meaning) { phrase throws(PhraseError) in
            let value = try phrase.choice(name, [("yes", true), ("no", false)])
            return { $0[keyPath: path] = value }
        }
    }

    static let settings: [Setting] = [
        duration("cap", "The cap on any stroke before calibration.", \.stroke.uncalibratedCap),
        duration("cap-minimum", "The least that the cap may be adapted to.", \.stroke.capMinimum),
        duration("cap-maximum", "The most that the cap may be adapted to; no drive is longer.", \.stroke.capMaximum),
        duration("debounce", "How long a limit switch must be steady to be believed.", \.stroke.debounce),
        number("retries", 0...5, "How often a stroke is tried again.", \.retry.retries),
        duration("retry-pause", "The rest before it is.", \.retry.pause),
        duration("burst", "Drive time that a cold motor may use at once.", \.duty.burst),
        number("rest-per-drive", 1...1000, "Rest for each unit of drive time won back.", \.duty.restPerDrive),
        flag("require-calibration", "Whether locking is refused until the lock is calibrated.", \.requiresCalibration),
        flag("stall-sensor", "Whether the board has one.", \.equipment.stallSensor),
        flag("door-sensor", "Whether the board has one.", \.equipment.doorSensor),
        Setting(
            name: "recovery", allowed: "stay|complete", example: "complete",
            meaning: "What boot does about a stroke that a power cut interrupted."
        ) { phrase throws(PhraseError) in
            let value = try phrase.choice("recovery", Recovery.allCases.map { ($0.rawValue, $0) })
            return { $0.recovery = value }
        },
    ]

    /// Something about the mechanism that a scenario may change.
    struct Figure: Sendable {
        var name: String
        var bounds: ClosedRange<Double>
        var meaning: String
        var path: any WritableKeyPath<PhysicalParameters, Double> & Sendable
    }

    static let mechanism: [Figure] = [
        Figure(
            name: "friction", bounds: 0...100, meaning: "Sliding friction of gears and guides in N", path: \.friction),
        Figure(
            name: "strike-friction", bounds: 0...100, meaning: "Friction added in the strike of a closed door in N",
            path: \.strikeFriction),
        Figure(
            name: "initial-percent", bounds: 0...100, meaning: "Charge of the cells at first in percent",
            path: \.initialPercent),
        Figure(name: "capacity", bounds: 1...10_000, meaning: "Charge of a full pack in mAh", path: \.capacity),
    ]
}
