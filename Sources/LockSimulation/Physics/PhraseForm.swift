/// One form of a phrase that scenarios may use: for help, for error messages and for the reference.
package struct PhraseForm: Hashable, Sendable {
    /// The words; in capitals what is to be replaced, `|` between alternatives, brackets around what may be left out.
    package var syntax: String
    /// One that is read.
    package var example: String
    /// What it does, with its bounds.
    package var meaning: String

    init(_ syntax: String, _ example: String? = nil, _ meaning: String) {
        self.syntax = syntax
        self.example = example ?? syntax
        self.meaning = meaning
    }
}

/// A range of numbers as the reference writes it.
func boundsText(_ bounds: ClosedRange<Double>) -> String {
    "\(Decimal.trimmed(bounds.lowerBound)) to \(Decimal.trimmed(bounds.upperBound))"
}

/// A range of whole numbers as the reference writes it.
func boundsText(_ bounds: ClosedRange<Int64>) -> String { "\(bounds.lowerBound) to \(bounds.upperBound)" }
