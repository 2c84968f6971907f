/// One line of `mortise doctor`.
package struct Check: Hashable, Sendable {
    /// How it came out; the raw value begins the daemon's answer.
    package enum Result: String, Hashable, Sendable {
        case ok
        case warning
        case error
    }

    package var name: String
    package var result: Result
    package var detail: String

    package init(name: String, result: Result, detail: String) {
        self.name = name
        self.result = result
        self.detail = detail
    }

    /// Reads the daemon's `ok: …`, `warning: …` or `error: …`. Anything else is a warning that quotes it: a check whose
    /// outcome is not understood is not well.
    package init(name: String, answer: String) {
        let parts = answer.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if let word = parts.first, let result = Result(rawValue: String(word)) {
            let detail = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            self.init(name: name, result: result, detail: String(detail))
        } else {
            self.init(name: name, result: .warning, detail: "not understood: \(answer)")
        }
    }
}
