import CommandSupport
import Configuration
import LockCore

/// A board profile that is right, for the person who wrote it: what the daemon would take from it.
struct ProfileSummary {
    let profile: BoardProfile

    /// Three tables: what board, which lines, which times.
    func render(_ style: Style) -> String {
        [board(style), lines(style), values(style)].joined(separator: "\n\n")
    }

    private func board(_ style: Style) -> String {
        var table = Table()
        func row(_ name: String, _ value: String) { table.add([.init(name, .faint), .init(value)]) }
        row("Board", profile.name)
        row("Compatible", profile.compatible)
        row("Chip", profile.chip)
        return table.render(style)
    }

    private func lines(_ style: Style) -> String {
        var table = Table()
        table.add(["Role", "Line", "Direction", "Active", "Bias"].map { .init($0, .faint) })
        for role in LineRole.allCases {
            guard let line = profile.lines[role] else {
                table.add([.init(role.rawValue), .init("none")])
                continue
            }
            table.add([
                .init(role.rawValue), .init(line.name), .init(role.isOutput ? "output" : "input"),
                .init(line.isActiveLow ? "low" : "high"), .init(role.isOutput ? "" : Self.words(line.bias)),
            ])
        }
        return table.render(style)
    }

    private func values(_ style: Style) -> String {
        let stroke = profile.stroke
        var table = Table()
        func row(_ name: String, _ value: String) { table.add([.init(name, .faint), .init(value)]) }
        row("Extends with", "\(profile.extendInput.rawValue) high")
        row("Wake", Self.time(stroke.wake))
        row("Blanking", Self.time(stroke.blanking))
        row("Cap before calibration", Self.time(stroke.uncalibratedCap))
        row("Cap", "\(Self.time(stroke.capMinimum)) to \(Self.time(stroke.capMaximum))")
        row("Shortest stroke", Self.time(stroke.minimumStroke))
        row("Brake", Self.time(stroke.brake))
        row("Dead time", Self.time(stroke.deadTime))
        row("Settle", Self.time(stroke.settle))
        row("Debounce", Self.time(stroke.debounce))
        row("Retries", "\(profile.retry.retries), after \(Self.time(profile.retry.pause)) of rest")
        row(
            "Duty",
            "\(Self.time(profile.duty.burst)) at once, then \(profile.duty.restPerDrive) s of rest for each s of drive")
        row("Battery", battery)
        row("After a power cut", profile.recovery == .stay ? "stay" : "complete the last target")
        row("Requires calibration", profile.requiresCalibration ? "yes" : "no")
        return table.render(style)
    }

    private var battery: String {
        guard let supply = profile.powerSupply else { return "none: mains" }
        let battery = profile.battery
        let volts = TimeText.decimal(UInt64(clamping: battery.brownOutMillivolts), per: 1_000, digits: 3)
        return "\(supply): warn below \(battery.warnPercent) %, no locking below \(battery.refuseLockPercent) %, "
            + "no motion below \(volts) V"
    }

    private static func time(_ duration: Duration) -> String {
        let nanoseconds = UInt64(clamping: duration.wholeNanoseconds)
        guard nanoseconds % 1_000_000 != 0 else { return TimeText.duration(milliseconds: nanoseconds / 1_000_000) }
        return TimeText.decimal(nanoseconds / 1_000, per: 1_000, digits: 3) + " ms"
    }

    private static func words(_ bias: LineBias) -> String {
        switch bias {
        case .asIs: "as it is"
        case .disabled: "none"
        case .pullUp: "pull-up"
        case .pullDown: "pull-down"
        }
    }

    var json: JSONValue {
        func time(_ duration: Duration) -> JSONValue { .integer(duration.wholeNanoseconds) }
        let stroke = profile.stroke
        let lines = LineRole.allCases.map { role in
            let value: JSONValue =
                profile.lines[role].map {
                    .object([
                        "line": .text($0.name), "activeLow": .bool($0.isActiveLow), "bias": .text($0.bias.rawValue),
                    ])
                } ?? .null
            return (role.rawValue, value)
        }
        let battery: JSONValue =
            profile.powerSupply.map {
                .object([
                    "supply": .text($0), "warnPercent": .integer(Int64(profile.battery.warnPercent)),
                    "refuseLockPercent": .integer(Int64(profile.battery.refuseLockPercent)),
                    "brownOutMillivolts": .integer(Int64(profile.battery.brownOutMillivolts)),
                ])
            } ?? .null
        return .object([
            "outcome": "done", "board": .text(profile.name), "compatible": .text(profile.compatible),
            "chip": .text(profile.chip), "extendInput": .text(profile.extendInput.rawValue),
            "lines": .object(Dictionary(lines) { first, _ in first }),
            "nanoseconds": .object([
                "wake": time(stroke.wake), "blanking": time(stroke.blanking),
                "uncalibratedCap": time(stroke.uncalibratedCap), "capMinimum": time(stroke.capMinimum),
                "capMaximum": time(stroke.capMaximum), "minimumStroke": time(stroke.minimumStroke),
                "brake": time(stroke.brake), "deadTime": time(stroke.deadTime), "settle": time(stroke.settle),
                "debounce": time(stroke.debounce), "retryPause": time(profile.retry.pause),
                "burst": time(profile.duty.burst),
            ]),
            "retries": .integer(Int64(profile.retry.retries)),
            "restPerDrive": .integer(Int64(profile.duty.restPerDrive)), "battery": battery,
            "recovery": .text(profile.recovery.rawValue), "requiresCalibration": .bool(profile.requiresCalibration),
        ])
    }
}

extension ProfileLoadError {
    var json: JSONValue {
        switch self {
        case .unreadable(let error):
            .object([
                "outcome": "wrongProfile", "message": .text(error.description), "problems": .array([]),
                "omitted": .integer(0),
            ])
        case .invalid(let errors):
            .object([
                "outcome": "wrongProfile", "message": "the profile is wrong",
                "problems": .array(errors.problems.map(\.json)), "omitted": .integer(Int64(errors.omitted)),
            ])
        }
    }
}

extension ConfigurationProblem {
    fileprivate var json: JSONValue {
        .object([
            "file": .text(file), "line": .integer(Int64(position.line)), "column": .integer(Int64(position.column)),
            "section": section.map { .text($0) } ?? .null, "key": key.map { .text($0) } ?? .null,
            "message": .text(message), "allowed": allowed.map { .text($0) } ?? .null,
        ])
    }
}
