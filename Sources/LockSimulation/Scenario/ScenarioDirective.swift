import LockCore

/// What a scenario may say before its first step.
package enum ScenarioDirective {
    /// The forms, for help and for error messages.
    package static let syntax: [String] =
        ["title TEXT", "board FILE", "position MM"]
        + settings.map { "set \($0.name) \($0.allowed)" } + mechanism.map { "mechanism \($0.name) NUMBER" }

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
        var read: @Sendable (inout Phrase) throws(PhraseError) -> Change
    }

    private static func duration(
        _ name: String, _ path: any WritableKeyPath<DeviceConfiguration, Duration> & Sendable
    ) -> Setting {
        Setting(name: name, allowed: "DURATION") { phrase throws(PhraseError) in
            let value = try phrase.duration(name)
            return { $0[keyPath: path] = value }
        }
    }

    private static func number(
        _ name: String, _ bounds: ClosedRange<Int64>, _ path: any WritableKeyPath<DeviceConfiguration, Int> & Sendable
    ) -> Setting {
        Setting(name: name, allowed: "\(bounds.lowerBound)..\(bounds.upperBound)") { phrase throws(PhraseError) in
            let value = Int(try phrase.whole(name, in: bounds))
            return { $0[keyPath: path] = value }
        }
    }

    private static func flag(
        _ name: String, _ path: any WritableKeyPath<DeviceConfiguration, Bool> & Sendable
    ) -> Setting {
        Setting(name: name, allowed: "yes|no") { phrase throws(PhraseError) in
            let value = try phrase.choice(name, [("yes", true), ("no", false)])
            return { $0[keyPath: path] = value }
        }
    }

    static let settings: [Setting] = [
        duration("cap", \.stroke.uncalibratedCap), duration("cap-minimum", \.stroke.capMinimum),
        duration("cap-maximum", \.stroke.capMaximum), duration("debounce", \.stroke.debounce),
        number("retries", 0...5, \.retry.retries), duration("retry-pause", \.retry.pause),
        duration("burst", \.duty.burst), number("rest-per-drive", 1...1000, \.duty.restPerDrive),
        flag("require-calibration", \.requiresCalibration), flag("stall-sensor", \.equipment.stallSensor),
        flag("door-sensor", \.equipment.doorSensor),
        Setting(name: "recovery", allowed: "stay|complete") { phrase throws(PhraseError) in
            let value = try phrase.choice("recovery", Recovery.allCases.map { ($0.rawValue, $0) })
            return { $0.recovery = value }
        },
    ]

    /// Something about the mechanism that a scenario may change.
    struct Figure: Sendable {
        var name: String
        var bounds: ClosedRange<Double>
        var path: any WritableKeyPath<PhysicalParameters, Double> & Sendable
    }

    static let mechanism: [Figure] = [
        Figure(name: "friction", bounds: 0...100, path: \.friction),
        Figure(name: "strike-friction", bounds: 0...100, path: \.strikeFriction),
        Figure(name: "initial-percent", bounds: 0...100, path: \.initialPercent),
        Figure(name: "capacity", bounds: 1...10_000, path: \.capacity),
    ]
}
