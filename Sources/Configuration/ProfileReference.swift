/// The reference documentation of board profiles, made from the schema that reads them.
package enum ProfileReference {
    /// Sections, keys and rules as Markdown: every key with its allowed values, default and meaning.
    package static func markdown() -> String {
        var text = ""
        for section in ProfileSection.allCases {
            text += "### [\(section.rawValue)]\n\n\(section.meaning)\n\n"
            text += "| Key | Unit | Allowed | Default | Meaning |\n|---|---|---|---|---|\n"
            for key in ProfileSchema.keys(in: section) { text += row(key) + "\n" }
            text += "\n"
        }
        text += "### Rules between keys\n\n"
        for rule in ProfileRule.all { text += "- `\(rule.statement)`: \(rule.reason).\n" }
        return text
    }

    private static func row(_ key: ProfileKey) -> String {
        let because = key.reason.map { " Range: \($0)." } ?? ""
        let standard = key.defaultValue.map { "`\($0)`" } ?? "must be given"
        return "| `\(key.name)` | \(unit(key)) | \(key.allowed) | \(standard) | \(key.meaning)\(because) |"
    }

    private static func unit(_ key: ProfileKey) -> String {
        switch key.value {
        case .quantity(let field) where field.bounds.dimension == .count: "none"
        case .quantity(let field): field.bounds.dimension.unitNames
        case .text: "text"
        case .line: "line"
        case .choice: "word"
        }
    }
}
