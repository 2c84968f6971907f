/// Where one is in the log. Entries are numbered densely, so what is missing can be counted.
package struct LogCursor: Hashable, Sendable {
    /// The number of the last entry seen, or the one before the first that is asked for.
    package private(set) var position: Int64
    /// Whether the position is that of an entry that was there.
    private var isOfAnEntry = false

    package init(after position: Int64) { self.position = position }

    /// An entry, or a place where entries are gone.
    package enum Item: Hashable, Sendable {
        case entry(LogEntry)
        case pruned(Int64)
        /// The log has been set aside as damaged, and numbers begin again.
        case begunAnew

        package var json: JSONValue {
            switch self {
            case .entry(let entry): entry.json
            case .pruned(let count): .object(["event": "pruned", "count": .integer(count)])
            case .begunAnew: .object(["event": "begunAnew"])
            }
        }
    }

    /// Goes on over a page. Entries not after the position are left out: a daemon that repeats itself must not stop or
    /// turn back the reader.
    package mutating func take(_ page: LogPage) -> [Item] {
        var items: [Item] = []
        if isOfAnEntry, page.last < position {
            items.append(.begunAnew)
            position = page.first - 1
            isOfAnEntry = false
        }
        if page.entries.isEmpty, page.first > position + 1, page.last >= position {
            // Everything that was asked for is gone.
            items.append(.pruned(page.first - position - 1))
            position = page.first - 1
        }
        for entry in page.entries where entry.sequence > position {
            if entry.sequence - position > 1 { items.append(.pruned(entry.sequence - position - 1)) }
            items.append(.entry(entry))
            position = entry.sequence
            isOfAnEntry = true
        }
        return items
    }
}

extension LogEntry {
    package var json: JSONValue {
        .object([
            "event": "entry", "sequence": .integer(sequence), "bootId": .text(bootID),
            "bootNanoseconds": .integer(bootNanoseconds),
            "unixSeconds": unixSeconds < 0 ? .null : .integer(unixSeconds),
            "trusted": .bool(isTrusted), "action": .text(action), "origin": .text(origin), "outcome": .text(outcome),
            "state": .nonEmpty(state), "code": .nonEmpty(code), "warning": .nonEmpty(warning),
            "subject": subject == 0 ? .null : .integer(Int64(subject)),
        ])
    }
}
