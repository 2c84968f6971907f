import LockCore
import LockSimulation

/// What somebody waits for.
enum Condition: Hashable, Sendable {
    case driving
    case drivingTo(Direction)
    case braking
    case awake
    case off
    case moving
    case rest
    case positionAbove(Double)
    case positionBelow(Double)
    case input(InputLine, active: Bool)
    case brownOut
    case drives(Int, since: Instant)

    /// The forms, for help and for error messages.
    static let syntax = [
        "driving", "extend", "retract", "brake", "awake", "off", "moving", "rest", "position above|below MM",
        "active|inactive " + InputLine.allCases.map(\.rawValue).joined(separator: "|"), "brown-out",
        "drives N since MARK",
    ]

    /// More drives than a record keeps cannot be waited for.
    private static let countBounds = 1...1000

    init(words: ArraySlice<Substring>) throws(CommandError) {
        let words = Array(words)
        switch (words.first ?? "", words.count) {
        case ("driving", 1): self = .driving
        case ("extend", 1): self = .drivingTo(.extend)
        case ("retract", 1): self = .drivingTo(.retract)
        case ("brake", 1): self = .braking
        case ("awake", 1): self = .awake
        case ("off", 1): self = .off
        case ("moving", 1): self = .moving
        case ("rest", 1): self = .rest
        case ("brown-out", 1): self = .brownOut
        case ("position", 3):
            guard let position = Double(words[2]), (0...100).contains(position),
                words[1] == "above" || words[1] == "below"
            else { throw Self.error(words) }
            self = words[1] == "above" ? .positionAbove(position) : .positionBelow(position)
        case ("active", 2), ("inactive", 2):
            guard let line = InputLine(rawValue: String(words[1])) else { throw Self.error(words) }
            self = .input(line, active: words[0] == "active")
        case ("drives", 4):
            guard let count = Int(words[1]), Self.countBounds.contains(count), words[2] == "since",
                let since = Int64(words[3]), since >= 0
            else { throw Self.error(words) }
            self = .drives(count, since: Instant(nanoseconds: since))
        default: throw Self.error(words)
        }
    }

    private static func error(_ words: [Substring]) -> CommandError {
        CommandError(
            "\"\(words.joined(separator: " "))\" is no condition; allowed: \(syntax.joined(separator: ", "))")
    }

    /// Whether it may come true between two events, so that somebody has to look.
    var needsLooking: Bool {
        switch self {
        case .positionAbove, .positionBelow, .moving, .rest: true
        case .driving, .drivingTo, .braking, .awake, .off, .input, .brownOut, .drives: false
        }
    }

    /// Whether it holds.
    /// - Parameter mechanism: as it is now.
    func holds(_ mechanism: PhysicalModel, output: BridgeOutput, inputs: [InputLine: Bool], record: DriveRecord) -> Bool
    {
        switch self {
        case .driving: output.drive != nil
        case .drivingTo(let direction): output.drive == direction
        case .braking: output.isAwake && output.bridge == .brake
        case .awake: output.isAwake
        case .off: !output.isAwake
        case .moving: mechanism.isMoving
        case .rest: !mechanism.isMoving && output.drive == nil
        case .positionAbove(let position): mechanism.position > position
        case .positionBelow(let position): mechanism.position < position
        case .input(let line, let active): inputs[line] == active
        case .brownOut: mechanism.isBrownedOut
        case .drives(let count, let since):
            DriveReport(record, since: since).drives.count { $0.stretch.start >= since } >= count
        }
    }
}
