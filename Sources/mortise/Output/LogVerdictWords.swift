import CommandSupport

// What a verification has shown, for people and programs. The claims are exactly those that the chain can bear.
extension LogVerdict {
    var isIntact: Bool { verdict == "intact" }

    var json: JSONValue {
        .object([
            "outcome": "done", "verdict": .text(verdict),
            "number": number == 0 && isIntact ? .null : .unsigned(number),
            "keys": .array(keys.map { .unsigned(UInt64($0)) }), "first": .unsigned(first),
            "last": end.map { .unsigned($0.number) } ?? .null, "checkpoint": end.map { .text($0.text) } ?? .null,
            "erased": .unsigned(erased),
        ])
    }

    var words: String {
        switch verdict {
        case "intact": intact
        case "altered": "entry \(number) was altered: what it says is not what its link was made of"
        case "broken":
            "the chain is broken at entry \(number): it does not continue what comes before it, or that was changed"
        case "gap": number == 0 ? "entries are missing at the beginning" : "entries are missing behind entry \(number)"
        case "contradictsWitness":
            "this is not the log that \(keys.isEmpty ? "the checkpoint given is of" : "was seen by \(witnesses)"): entry \(number) was another, or the log went on to there"
        default: "the lock says “\(verdict)” of entry \(number), which this program does not know"
        }
    }

    private var intact: String {
        guard let end else { return "The log is empty; whether it always was is not known." }
        var lines = ["intact: entries \(first) to \(end.number)"]
        if erased > 0 { lines.append("erased: \(erased) of them") }
        lines.append(
            number == 0
                ? "witnessed: by nobody; that all was written anew, or the end cut off, would not show"
                : "witnessed: up to entry \(number), by \(witnesses)")
        lines.append("checkpoint: \(end.text)")
        return lines.joined(separator: "\n")
    }

    private var witnesses: String {
        switch keys.count {
        case 0: "the checkpoint that was given"
        case 1: "the phone of key \(keys[0])"
        default: "the phones of keys \(keys.map(String.init).joined(separator: ", "))"
        }
    }
}
