/// What is wrong with a value, before anybody says where it stands.
struct ValueComplaint: Error, Hashable {
    var message: String
    var allowed: String
}

/// A kind of quantity, with the units it is written in. Values are whole numbers of the base unit: nanoseconds,
/// percent, millivolts, or pieces.
enum Dimension: Hashable, Sendable, CaseIterable {
    case time
    case percent
    case voltage
    case count

    /// The units that are understood, smallest first, and the number of base units in each.
    var units: [(name: String, scale: Int64)] {
        switch self {
        case .time: [("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)]
        case .percent: [("%", 1)]
        case .voltage: [("mV", 1)]
        case .count: []
        }
    }

    /// The units for a person.
    var unitNames: String { units.isEmpty ? "no unit" : Quoting.choice(units.map(\.name)) }

    /// The value in the largest unit that gives a whole number.
    func format(_ value: Int64) -> String {
        guard let smallest = units.first else { return String(value) }
        let unit: (name: String, scale: Int64) = units.last { value != 0 && value.isMultiple(of: $0.scale) } ?? smallest
        return "\(value / unit.scale)\(unit.name)"
    }

    /// Reads a number with its unit.
    func read(_ text: String, allowed: String) throws(ValueComplaint) -> Int64 {
        func complaint(_ what: String) -> ValueComplaint {
            ValueComplaint(message: "\(Quoting.quote(text)) \(what)", allowed: allowed)
        }
        let example = self == .count ? "a whole number" : "a whole number with a unit (\(unitNames))"
        let digits = text.unicodeScalars.prefix { $0.isASCII && $0.properties.numericType == .decimal }
        let rest = String(text.unicodeScalars.dropFirst(digits.count))
        guard !digits.isEmpty else { throw complaint("is not \(example)") }
        if rest.contains("#") || rest.contains(";") {
            throw complaint("has something behind the value; a comment needs a line of its own")
        }
        if rest.hasPrefix(".") || rest.hasPrefix(",") {
            throw complaint("is not \(example); write a fraction in a smaller unit")
        }
        let scale: Int64
        if units.isEmpty {
            guard rest.isEmpty else { throw complaint("has \(Quoting.quote(rest)) behind it; it needs no unit") }
            scale = 1
        } else if rest.isEmpty {
            throw complaint("needs a unit: \(unitNames)")
        } else if let unit = units.first(where: { $0.name == rest }) {
            scale = unit.scale
        } else if units.contains(where: { " \($0.name)" == rest }) {
            throw complaint("has a space before its unit")
        } else {
            throw complaint("has the wrong unit \(Quoting.quote(rest)); it needs \(unitNames)")
        }
        // Too many digits for 64 bits are out of any range.
        guard let number = Int64(String(String.UnicodeScalarView(digits))) else { throw complaint("is out of range") }
        let (value, isTooLarge) = number.multipliedReportingOverflow(by: scale)
        guard !isTooLarge else { throw complaint("is out of range") }
        return value
    }
}

/// What a quantity may be, and why no less and no more.
struct QuantityBounds: Hashable, Sendable {
    let dimension: Dimension
    /// In base units of the dimension.
    let range: ClosedRange<Int64>
    let reason: String

    /// "50ms to 5s"
    var allowed: String { "\(dimension.format(range.lowerBound)) to \(dimension.format(range.upperBound))" }

    func read(_ text: String) throws(ValueComplaint) -> Int64 {
        let value = try dimension.read(text, allowed: allowed)
        guard range.contains(value) else {
            throw ValueComplaint(message: "\(Quoting.quote(text)) is out of range", allowed: allowed)
        }
        return value
    }
}
