import LockCore

/// The sections of a board profile. The raw value is the header.
enum ProfileSection: String, Hashable, Sendable, CaseIterable {
    case board = "Board"
    case gpio = "GPIO"
    case motor = "Motor"
    case battery = "Battery"
    case behaviour = "Behaviour"

    /// For the reference documentation.
    var meaning: String {
        switch self {
        case .board: "Which board this is."
        case .gpio:
            """
            Where the lines are. A role that the board lacks is `none`, never left out. An input may say after its name \
            which level is active (`active-high` is the default) and how it is pulled (without a word: as the pin \
            controller has it). Outputs are active-high, so that a line that is released or reset leaves the motor off.
            """
        case .motor: "How the bolt is driven, and for how long at most."
        case .battery: "Where the charge is read, and what is done about little of it."
        case .behaviour: "What the lock does by itself."
        }
    }
}

/// One key of a board profile: the row of the schema that drives reading, ranges, defaults, messages and documentation.
struct ProfileKey: Sendable {
    /// What kind of value it has, and where that goes.
    enum Value: Sendable {
        case text(TextField)
        case line(LineRole)
        case quantity(QuantityField)
        case choice(ChoiceField)
    }

    /// Unique over all sections.
    let name: String
    let section: ProfileSection
    let value: Value
    let meaning: String

    /// The value for a file that does not give one; nil when every file has to.
    var defaultValue: String? {
        switch value {
        case .text, .line: nil
        case .quantity(let field): field.bounds.dimension.format(field.get(ProfileDraft()))
        case .choice(let field): field.get(ProfileDraft())
        }
    }

    /// What may be written, in words.
    var allowed: String {
        switch value {
        case .text(let field): field.allowed
        case .line(let role): LineSyntax.allowed(for: role)
        case .quantity(let field): field.bounds.allowed
        case .choice(let field): Quoting.choice(field.words)
        }
    }

    /// Why the range is what it is; nil where there is none.
    var reason: String? {
        guard case .quantity(let field) = value else { return nil }
        return field.bounds.reason
    }

    /// Reads a value into the draft.
    func read(_ text: String, into draft: inout ProfileDraft) throws(ValueComplaint) {
        guard !text.isEmpty else { throw ValueComplaint(message: "the value is empty", allowed: allowed) }
        switch value {
        case .text(let field):
            try field.set(&draft, text)
        case .line(let role):
            draft.lines[role] = try LineSyntax.read(text, for: role)
        case .quantity(let field):
            field.set(&draft, try field.bounds.read(text))
        case .choice(let field):
            guard field.set(&draft, text) else {
                let hint = Suggestion.closest(to: text, among: field.words).map { "; did you mean \($0)?" } ?? ""
                throw ValueComplaint(message: "\(Quoting.quote(text)) is not understood\(hint)", allowed: allowed)
            }
        }
    }
}

/// A value that is text.
struct TextField: Sendable {
    let allowed: String
    /// Checks the text and keeps it.
    let set: @Sendable (inout ProfileDraft, String) throws(ValueComplaint) -> Void

    /// Free text of bounded length, without control or format characters.
    static func free(
        _ path: any WritableKeyPath<ProfileDraft, String?> & Sendable, maximum: Int
    ) -> TextField {
        let allowed = "1 to \(maximum) characters"
        return TextField(allowed: allowed) { draft, text throws(ValueComplaint) in
            guard text.unicodeScalars.count <= maximum, text.unicodeScalars.allSatisfy(Quoting.isPrintable) else {
                throw ValueComplaint(
                    message: "\(Quoting.quote(text)) is too long or has characters that do not print", allowed: allowed)
            }
            draft[keyPath: path] = text
        }
    }

    /// The label of a GPIO chip.
    static let chip: TextField = {
        let allowed = "a chip label of 1 to \(GPIOLine.maximumNameBytes) ASCII characters"
        return TextField(allowed: allowed) { draft, text throws(ValueComplaint) in
            let isLabel =
                text.utf8.count <= GPIOLine.maximumNameBytes && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
            guard isLabel else {
                throw ValueComplaint(message: "\(Quoting.quote(text)) is no chip label", allowed: allowed)
            }
            draft.chip = text
        }
    }()

    /// The name of a power supply, which becomes part of a path.
    static let supply: TextField = {
        let allowed =
            "none, or a name in /sys/class/power_supply of at most \(ProfileLimits.maximumSupplyBytes) characters"
        return TextField(allowed: allowed) { draft, text throws(ValueComplaint) in
            if text == "none" {
                draft.supply = ProfileDraft.Supply.none
                return
            }
            let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }
            guard isPlain, text.utf8.count <= ProfileLimits.maximumSupplyBytes, text.utf8.first != UInt8(ascii: ".")
            else {
                throw ValueComplaint(message: "\(Quoting.quote(text)) is no name of a power supply", allowed: allowed)
            }
            draft.supply = .named(text)
        }
    }()
}

/// A value that is a number with a unit.
struct QuantityField: Sendable {
    let bounds: QuantityBounds
    /// In base units of the bounds' dimension.
    let get: @Sendable (ProfileDraft) -> Int64
    let set: @Sendable (inout ProfileDraft, Int64) -> Void

    static func time(
        _ path: any WritableKeyPath<ProfileDraft, Duration> & Sendable, _ bounds: QuantityBounds
    ) -> QuantityField {
        QuantityField(bounds: bounds) {
            $0[keyPath: path].wholeNanoseconds
        } set: {
            $0[keyPath: path] = .nanoseconds($1)
        }
    }

    static func number(
        _ path: any WritableKeyPath<ProfileDraft, Int> & Sendable, _ bounds: QuantityBounds
    ) -> QuantityField {
        QuantityField(bounds: bounds) {
            Int64($0[keyPath: path])
        } set: {
            // Bounds are checked before, and small; clamping only spares a trap on 32-bit machines.
            $0[keyPath: path] = Int(clamping: $1)
        }
    }
}

/// A value that is one of a few words.
struct ChoiceField: Sendable {
    let words: [String]
    let get: @Sendable (ProfileDraft) -> String?
    /// False when the word is not one of ``words``.
    let set: @Sendable (inout ProfileDraft, String) -> Bool
}
