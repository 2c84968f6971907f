/// The data dictionary: one page, made from the registry, that a privacy officer can read and check that it is all there is.
package enum DataDictionary {
    /// For the article `Dictionary.md`.
    package static func markdown() -> String {
        var text = "### What may be recorded\n\n"
        text +=
            "| Item | What is recorded | Precision | Purposes | Switch | Kept on the lock | Erasure on a server | Until |\n"
        text += "|---|---|---|---|---|---|---|---|\n"
        for entry in Registry.entries {
            text += "| \(entry.title) | \(entry.recorded) | \(entry.precision) | \(entry.purposes.words) "
            text += "| \(entry.consentSwitch?.rawValue ?? "as the item it dates") | \(entry.retention.words) "
            text += "| \(entry.erasure.words) | \(entry.expires.text) |\n"
        }
        text +=
            "\n### Why, and by what words of the policy\n\n| Item | Category | The policy's words | Reason | Answers for it |\n"
        text += "|---|---|---|---|---|\n"
        for entry in Registry.entries {
            text +=
                "| \(entry.title) | \(entry.category.rawValue) | \(entry.source) | \(entry.reason) | \(entry.owner.rawValue) |\n"
        }
        text += "\n### The codes there are\n\n"
        text += "- Models: \(list(DeviceModel.allCases.map(\.rawValue)))\n"
        text += "- Service failures: \(list(ServiceFailure.allCases.map(\.rawValue)))\n"
        text += "\n### The fields of a stored record\n\n"
        for field in RowField.allCases { text += "- `\(field.rawValue)`: \(field.meaning.words)\n" }
        text += "\n### What is never recorded\n\n| What | Why |\n|---|---|\n"
        for never in NeverRecorded.all { text += "| \(never.what) | \(never.why) |\n" }
        return text
    }

    /// For `mortise telemetry dictionary`: a block for each item.
    package static func text() -> String {
        var blocks = Registry.entries.map { entry in
            let lines = [
                ("recorded", entry.recorded), ("precision", entry.precision), ("purposes", entry.purposes.words),
                ("switch", entry.consentSwitch?.rawValue ?? "as the item it dates"), ("kept", entry.retention.words),
                ("erasure", entry.erasure.words), ("until", entry.expires.text), ("policy", entry.source),
                ("reason", entry.reason),
            ]
            return "\(entry.title) (\(entry.item.rawValue))\n" + lines.map { "  \(padded($0)) \($1)\n" }.joined()
        }
        blocks.append("Never recorded\n" + NeverRecorded.all.map { "  \($0.what): \($0.why)\n" }.joined())
        return blocks.joined(separator: "\n")
    }

    private static func padded(_ word: String) -> String {
        word + String(repeating: " ", count: max(0, 10 - word.utf8.count))
    }
    private static func list(_ codes: [String]) -> String { codes.map { "`\($0)`" }.joined(separator: ", ") }
}

extension ItemPurposes {
    var words: String {
        switch self {
        case .own(let purposes, _): purposes.sorted().map(\.rawValue).joined(separator: ", ")
        case .asDatedItem: "as the item it dates"
        }
    }
}

extension Retention {
    var words: String {
        switch self {
        case .days(let days): "\(days) days (ours)"
        case .untilWithdrawn: "until consent is withdrawn"
        case .asDatedItem: "as the item it dates"
        }
    }
}

extension ErasureRule {
    var words: String {
        switch self {
        case .byInstallID: "by install id"
        case .rotated: "drawn anew; the old one only inside the erasure request"
        }
    }
}

extension RowField.Meaning {
    var words: String {
        switch self {
        case .items(let items): "the value of " + items.map(\.rawValue).joined(separator: ", ")
        case .bookkeeping(let what): what
        }
    }
}
