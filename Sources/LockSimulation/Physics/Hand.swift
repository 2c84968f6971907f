package import LockCore

/// What a person does to the lock.
///
/// The textual form (``description``, ``init(text:)``) is what scenario files say; it reads back as the same action.
package enum Hand: Hashable, Sendable {
    /// Push the door. A bolt that is out keeps an open door from closing; an extended bolt does not keep a closed door from being
    /// forced open.
    case door(open: Bool)
    /// Turn the thumbturn until the bolt is at a position in mm, or the hand has lost patience.
    case thumbturn(to: Double)
    /// Turn the thumbturn to the end.
    case thumbturnToEnd(Direction)
    /// Let go of the thumbturn.
    case releaseThumbturn
    /// Press the inside button and hold it. Pressing it again before it is released prolongs the press.
    case button(holding: Duration)
    /// Open or close the case.
    case tamper(Bool)
    /// Put in cells of this charge, in percent.
    case battery(percent: Int)
}

extension Hand: CustomStringConvertible {
    package var description: String {
        switch self {
        case .door(let open): "door \(open ? "open" : "close")"
        case .thumbturn(let position): "thumbturn to \(Fault.text(position))"
        case .thumbturnToEnd(let direction): "thumbturn \(direction.rawValue)"
        case .releaseThumbturn: "thumbturn release"
        case .button(let duration): "button press \(DurationText.format(duration))"
        case .tamper(let active): "tamper \(active ? "on" : "off")"
        case .battery(let percent): "battery \(percent)"
        }
    }

    /// Reads the textual form: ``syntax`` lists what it may be.
    package init(text: String) throws(PhraseError) {
        var phrase = Phrase(text, kind: "hand's action")
        let name = try phrase.word("the action")
        self = try Self.read(name, from: &phrase)
        try phrase.end()
    }

    private static func read(_ name: String, from phrase: inout Phrase) throws(PhraseError) -> Hand {
        switch name {
        case "door": return .door(open: try phrase.choice("the door", [("open", true), ("close", false)]))
        case "thumbturn":
            switch try phrase.word("where to turn it") {
            case "extend": return .thumbturnToEnd(.extend)
            case "retract": return .thumbturnToEnd(.retract)
            case "release": return .releaseThumbturn
            case "to": return .thumbturn(to: try phrase.number("the position in mm", in: Fault.positionBounds))
            case let other: throw phrase.error("\"\(other)\" must be extend, retract, release or to MM")
            }
        case "button":
            let verb = try phrase.word("press")
            guard verb == "press" else { throw phrase.error("\"\(verb)\" must be press") }
            return .button(holding: try phrase.duration("how long it is held"))
        case "tamper": return .tamper(try phrase.choice("the tamper switch", [("on", true), ("off", false)]))
        case "battery":
            return .battery(percent: Int(try phrase.whole("the charge in percent", in: Fault.percentBounds)))
        default: throw phrase.error("there is no such action; there are: \(syntax.joined(separator: ", "))")
        }
    }

    /// The textual forms with what they do.
    package static let forms: [PhraseForm] = [
        PhraseForm(
            "door open|close", "door open",
            "Push the door. A bolt that is out keeps an open door from closing; a closed one can be forced open."),
        PhraseForm(
            "thumbturn extend|retract|release|to MM", "thumbturn to 10",
            "Turn the thumbturn to an end or to MM (\(boundsText(Fault.positionBounds)), held to the travel), for 3 s at most; or let "
                + "go of it."),
        PhraseForm("button press DURATION", "button press 150ms", "Press the inside button and hold it for so long."),
        PhraseForm("tamper on|off", "tamper on", "Open or close the case."),
        PhraseForm(
            "battery PERCENT", "battery 24", "Put in cells of this charge (\(boundsText(Fault.percentBounds)))."),
    ]

    /// The textual forms, for help and for error messages.
    package static let syntax = forms.map(\.syntax)
}
