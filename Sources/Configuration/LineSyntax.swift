/// How a line is written in a profile: `BOLT_OUT, active-low, pull-up`, or `none`.
enum LineSyntax {
    private static let polarities: [(word: String, isActiveLow: Bool)] = [("active-high", false), ("active-low", true)]
    private static let biases: [(word: String, bias: LineBias)] = [
        ("pull-up", .pullUp), ("pull-down", .pullDown), ("no-pull", .disabled),
    ]
    private static var options: [String] { polarities.map(\.word) + biases.map(\.word) }

    /// What may be written for the role, in words.
    static func allowed(for role: LineRole) -> String {
        let name = "a line name of 1 to \(GPIOLine.maximumNameBytes) characters"
        guard !role.isOutput else { return name }
        let options = Quoting.choice(polarities.map(\.word)) + ", " + Quoting.choice(biases.map(\.word))
        return (role.mayBeAbsent ? "none, or " : "") + name + ", optionally with " + options
    }

    /// Reads the value of a role's key; nil is `none`.
    static func read(_ text: String, for role: LineRole) throws(ValueComplaint) -> GPIOLine? {
        func complaint(_ what: String) -> ValueComplaint {
            ValueComplaint(message: "\(Quoting.quote(text)) \(what)", allowed: allowed(for: role))
        }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            String(part.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
        let name = parts[0]
        guard !name.isEmpty else { throw complaint("has no line name") }
        guard name != "none" else {
            guard role.mayBeAbsent else { throw complaint("is refused: no lock works without this line") }
            guard parts.count == 1 else { throw complaint("says something of a line that is not there") }
            return nil
        }
        guard name.utf8.count <= GPIOLine.maximumNameBytes else { throw complaint("has a line name that is too long") }
        guard name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw complaint("has a line name with spaces or characters outside ASCII")
        }
        guard !options.contains(name) else { throw complaint("begins with an option; the line name comes first") }
        guard !role.isOutput || parts.count == 1 else {
            throw complaint("has options, but outputs are active-high and not pulled: low, released or reset is off")
        }
        var polarity: Bool?
        var bias: LineBias?
        for option in parts.dropFirst() {
            if let found = polarities.first(where: { $0.word == option }) {
                guard polarity == nil else { throw complaint("says twice which level is active") }
                polarity = found.isActiveLow
            } else if let found = biases.first(where: { $0.word == option }) {
                guard bias == nil else { throw complaint("says twice how the line is pulled") }
                bias = found.bias
            } else {
                let hint = Suggestion.closest(to: option, among: options).map { "; did you mean \($0)?" } ?? ""
                throw complaint("has an unknown option \(Quoting.quote(option))\(hint)")
            }
        }
        return GPIOLine(name: name, isActiveLow: polarity ?? false, bias: bias ?? .asIs)
    }
}
