/// A phrase of a scenario file could not be read.
package struct PhraseError: Error, Hashable, CustomStringConvertible {
    /// What the phrase was to name: a fault, a hand's action, a world event.
    package var kind: String
    package var input: String
    /// What is wrong with it and what would be right.
    package var complaint: String

    package var description: String { "cannot read \"\(input)\" as a \(kind): \(complaint)" }
}

/// The words of one line of a scenario, taken one after the other.
struct Phrase {
    let kind: String
    let input: String
    private var words: [Substring]

    init(_ input: String, kind: String) {
        self.kind = kind
        self.input = input
        words = input.split(separator: " ")[...].reversed()
    }

    func error(_ complaint: String) -> PhraseError { PhraseError(kind: kind, input: input, complaint: complaint) }

    /// The next word.
    mutating func word(_ what: String) throws(PhraseError) -> String {
        guard let word = words.popLast() else { throw error("\(what) is missing") }
        return String(word)
    }

    /// The next word if there is one.
    mutating func optionalWord() -> String? { words.popLast().map(String.init) }

    /// The next word, which stays the next one.
    var peekedWord: String? { words.last.map(String.init) }

    /// Nothing may follow.
    func end() throws(PhraseError) {
        if let extra = words.last { throw error("\"\(extra)\" is one word too many") }
    }

    mutating func number(_ what: String, in range: ClosedRange<Double>) throws(PhraseError) -> Double {
        let word = try word(what)
        guard let number = Double(word), range.contains(number) else {
            let bounds = "\(Decimal.trimmed(range.lowerBound)) to \(Decimal.trimmed(range.upperBound))"
            throw error("\(what) is \"\(word)\"; it must be \(bounds)")
        }
        return number
    }

    mutating func whole(_ what: String, in range: ClosedRange<Int64>) throws(PhraseError) -> Int64 {
        let word = try word(what)
        guard let number = Int64(word), range.contains(number) else {
            throw error("\(what) is \"\(word)\"; it must be a whole number, \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The longest duration that a phrase may name.
    static let longest: Duration = .seconds(3600)

    /// A duration: a number with `us`, `ms` or `s`, at most ``longest``.
    mutating func duration(_ what: String) throws(PhraseError) -> Duration {
        let word = try word(what)
        guard let duration = DurationText.parse(word), duration >= .zero, duration <= Self.longest else {
            throw error("\(what) is \"\(word)\"; it must be a number with us, ms or s, for example 250ms, up to 3600s")
        }
        return duration
    }

    mutating func choice<Value>(_ what: String, _ choices: [(String, Value)]) throws(PhraseError) -> Value {
        let word = try word(what)
        for (name, value) in choices where name == word { return value }
        throw error("\(what) is \"\(word)\"; it must be \(choices.map(\.0).joined(separator: ", "))")
    }
}
