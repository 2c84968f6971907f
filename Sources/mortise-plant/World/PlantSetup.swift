import LockSimulation

/// What a mechanism begins with.
struct PlantSetup: Hashable, Sendable {
    /// Where the bolt is, in mm.
    var position = 0.0
    var isDoorOpen = false
    /// Decides all that is random: how contacts bounce.
    var seed: UInt64 = 1
    var parameters = PhysicalParameters()

    /// The forms of its parts, for help and for error messages.
    static let syntax =
        ["position MM", "door open|closed", "seed N"]
        + ScenarioDirective.mechanismNames.map { "mechanism \($0) NUMBER" }

    /// Reads parts, each two words but for `mechanism`, which has three.
    init(words: some Collection<Substring>) throws(CommandError) {
        var words = words[...]
        while let name = words.popFirst() {
            guard let value = words.popFirst() else {
                throw CommandError(
                    "what \"\(name)\" is to be is missing; allowed: \(Self.syntax.joined(separator: ", "))")
            }
            switch name {
            case "position":
                guard let number = Double(value), (0...parameters.travel).contains(number) else {
                    throw CommandError(
                        "the position is \"\(value)\"; it must be 0 to \(Decimal.trimmed(parameters.travel)) mm")
                }
                position = number
            case "door":
                guard value == "open" || value == "closed" else {
                    throw CommandError("the door is \"\(value)\"; it must be open or closed")
                }
                isDoorOpen = value == "open"
            case "seed":
                guard let number = UInt64(value) else {
                    throw CommandError("the seed is \"\(value)\"; it must be a whole number, 0 to \(UInt64.max)")
                }
                seed = number
            case "mechanism":
                let figure = words.popFirst().map { " \($0)" } ?? ""
                do throws(PhraseError) {
                    try ScenarioDirective.change(&parameters, mechanism: "\(value)\(figure)")
                } catch {
                    throw CommandError(error.description)
                }
            default:
                throw CommandError(
                    "\"\(name)\" cannot be set up; allowed: \(Self.syntax.joined(separator: ", "))")
            }
        }
    }

    /// A lock at rest: bolt drawn, door closed.
    static let usual = PlantSetup()

    private init() {}
}
