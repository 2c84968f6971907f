import LockCore

/// Every key of a board profile, in the order of the documentation.
enum ProfileSchema {
    static let keys: [ProfileKey] = board + gpio + motor + battery + behaviour

    /// The key of a name; nil when there is none.
    static func key(named name: String) -> ProfileKey? { keys.first { $0.name == name } }

    static func keys(in section: ProfileSection) -> [ProfileKey] { keys.filter { $0.section == section } }

    private static let board = [
        ProfileKey(
            name: "name", section: .board,
            value: .text(.free(\.name, maximum: ProfileLimits.maximumNameScalars)),
            meaning: "What people call the board."),
        ProfileKey(
            name: "compatible", section: .board,
            value: .text(.free(\.compatible, maximum: ProfileLimits.maximumCompatibleScalars)),
            meaning: "Which hardware it is; by custom the device tree's first `compatible` string."),
    ]

    private static let gpio =
        [
            ProfileKey(
                name: "chip", section: .gpio, value: .text(.chip),
                meaning: "Label of the GPIO chip (`gpiodetect` shows it in brackets); numbers change from boot to boot."
            )
        ]
        + LineRole.allCases.map { role in
            ProfileKey(name: role.rawValue, section: .gpio, value: .line(role), meaning: meaning(of: role))
        }

    private static func meaning(of role: LineRole) -> String {
        switch role {
        case .motorIn1: "First input of the H-bridge."
        case .motorIn2: "Second input of the H-bridge."
        case .motorSleep: "The driver's sleep, standby or enable line: high is awake, low turns every output off."
        case .limitExtended: "Limit switch that is active while the bolt is fully out."
        case .limitRetracted: "Limit switch that is active while the bolt is fully in."
        case .driverFault: "The driver's fault output. nFAULT is open drain: `active-low`, with a pull-up."
        case .stall: "Active while the motor's current says that it stands still."
        case .door: "Active while the door is open."
        case .tamper: "Active while the case is open."
        case .insideButton: "Active while the button on the inside is pressed."
        }
    }

    private static let motor = [
        ProfileKey(
            name: "extend", section: .motor,
            value: .choice(
                ChoiceField(words: BridgeInput.allCases.map(\.rawValue)) {
                    $0.extendInput?.rawValue
                } set: { draft, word in
                    guard let input = BridgeInput(rawValue: word) else { return false }
                    draft.extendInput = input
                    return true
                }),
            meaning: "Which input extends the bolt when it alone is high. Calibration notices when it is wrong."),
        time("wake", \.stroke.wake, ProfileLimits.wake, "Sleep line up to driver ready."),
        time(
            "blanking", \.stroke.blanking, ProfileLimits.blanking,
            "From energising: stall and driver fault are not believed yet, because inrush trips both."),
        time("cap", \.stroke.uncalibratedCap, ProfileLimits.cap, "Cap on any stroke before calibration."),
        time("cap-minimum", \.stroke.capMinimum, ProfileLimits.cap, "The least that calibration may adapt the cap to."),
        time(
            "cap-maximum", \.stroke.capMaximum, ProfileLimits.cap,
            "The most that calibration may adapt the cap to. No drive is ever longer."),
        time(
            "minimum-stroke", \.stroke.minimumStroke, ProfileLimits.minimumStroke,
            "A full stroke that is faster is not believed."),
        time("brake", \.stroke.brake, ProfileLimits.brake, "How long the motor is held braked after a stroke."),
        time(
            "dead-time", \.stroke.deadTime, ProfileLimits.deadTime,
            "Coasting before the driver is energised again, in either direction."),
        time(
            "settle", \.stroke.settle, ProfileLimits.settle,
            "From sleep line down until the limit switches are asked for their verdict."),
        time(
            "debounce", \.stroke.debounce, ProfileLimits.debounce,
            "How long a limit switch must be steady at rest to be believed."),
        number(
            "retries", .motor, \.retry.retries, ProfileLimits.retries,
            "How often a stroke that did not arrive is tried again, after backing off."),
        time("retry-pause", \.retry.pause, ProfileLimits.retryPause, "Rest between backing off and trying again."),
        time("burst", \.duty.burst, ProfileLimits.burst, "Drive time that a cold motor may use at once."),
        number(
            "rest-per-drive", .motor, \.duty.restPerDrive, ProfileLimits.restPerDrive,
            "Rest for each unit of drive time won back: 9 is a duty cycle of one in ten."),
    ]

    private static let battery = [
        ProfileKey(
            name: "supply", section: .battery, value: .text(.supply),
            meaning: "The battery's directory in `/sys/class/power_supply`; `none` for a board on the mains."),
        number(
            "warn", .battery, \.battery.warnPercent, ProfileLimits.warn,
            "Below this charge the low-battery alarm is raised."),
        number(
            "refuse-lock", .battery, \.battery.refuseLockPercent, ProfileLimits.refuseLock,
            "Below this charge locking, calibrating and auto-relock are refused, so that what is left opens the door."),
        number(
            "brown-out", .battery, \.battery.brownOutMillivolts, ProfileLimits.brownOut,
            "Below this voltage at rest nothing moves: the motor would stop the processor in mid-stroke."),
    ]

    private static let behaviour = [
        ProfileKey(
            name: "recovery", section: .behaviour,
            value: .choice(
                ChoiceField(words: Recovery.allCases.map(\.rawValue)) {
                    $0.recovery.rawValue
                } set: { draft, word in
                    guard let recovery = Recovery(rawValue: word) else { return false }
                    draft.recovery = recovery
                    return true
                }),
            meaning: """
                After a power cut in mid-stroke: `stay` reports `between` and waits for somebody, `complete` finishes the \
                last authorised target.
                """),
        ProfileKey(
            name: "require-calibration", section: .behaviour,
            value: .choice(
                ChoiceField(words: ["yes", "no"]) {
                    $0.requiresCalibration ? "yes" : "no"
                } set: { draft, word in
                    guard ["yes", "no"].contains(word) else { return false }
                    draft.requiresCalibration = word == "yes"
                    return true
                }),
            meaning: "Whether locking is refused until a calibration has succeeded. Unlocking never is."),
    ]

    private static func time(
        _ name: String, _ path: any WritableKeyPath<ProfileDraft, Duration> & Sendable, _ bounds: QuantityBounds,
        _ meaning: String
    ) -> ProfileKey {
        ProfileKey(name: name, section: .motor, value: .quantity(.time(path, bounds)), meaning: meaning)
    }

    private static func number(
        _ name: String, _ section: ProfileSection, _ path: any WritableKeyPath<ProfileDraft, Int> & Sendable,
        _ bounds: QuantityBounds, _ meaning: String
    ) -> ProfileKey {
        ProfileKey(name: name, section: section, value: .quantity(.number(path, bounds)), meaning: meaning)
    }
}
