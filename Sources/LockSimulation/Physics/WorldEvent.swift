/// What befalls the whole device rather than its mechanism. The model cannot do these: whoever runs the daemon on the model does.
///
/// The textual form (``description``, ``init(text:)``) is what scenario files say; it reads back as the same event.
package enum WorldEvent: Hashable, Sendable {
    /// The supply is gone and comes back: the processor starts again, and the outputs were off in between.
    case powerCut
    /// The civil clock steps by so many seconds. The boot clock does not.
    case clockJump(seconds: Int64)
}

extension WorldEvent: CustomStringConvertible {
    package var description: String {
        switch self {
        case .powerCut: "power-cut"
        case .clockJump(let seconds): "clock-jump \(seconds)"
        }
    }

    /// The most that the civil clock may step: a century, either way.
    static let jumpBounds: ClosedRange<Int64> = -3_155_760_000...3_155_760_000

    /// Reads the textual form: ``syntax`` lists what it may be.
    package init(text: String) throws(PhraseError) {
        var phrase = Phrase(text, kind: "world event")
        switch try phrase.word("the event's name") {
        case "power-cut": self = .powerCut
        case "clock-jump": self = .clockJump(seconds: try phrase.whole("the number of seconds", in: Self.jumpBounds))
        default: throw phrase.error("there is no such event; there are: \(Self.syntax.joined(separator: ", "))")
        }
        try phrase.end()
    }

    /// The textual forms, for help and for error messages.
    package static let syntax = ["power-cut", "clock-jump SECONDS"]
}
