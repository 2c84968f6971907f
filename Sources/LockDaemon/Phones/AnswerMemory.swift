internal import LockCore
internal import LockProtocol

/// What each phone was answered lately: a request that comes again, because its answer was lost with the connection, is not carried out
/// again.
struct AnswerMemory {
    /// Answers that are remembered of a key. A phone has a few requests open at a time.
    static let limit = 16

    private struct Entry {
        var id: UInt64
        /// nil: it is under way.
        var answer: WireAnswer?
    }

    private var entries: [KeyID: [Entry]] = [:]

    enum Finding {
        case new
        /// It is under way; its answer goes to whoever asked last.
        case underWay
        case answered(WireAnswer)
    }

    func find(_ id: UInt64, of key: KeyID) -> Finding {
        guard let entry = entries[key]?.first(where: { $0.id == id }) else { return .new }
        return entry.answer.map(Finding.answered) ?? .underWay
    }

    mutating func begin(_ id: UInt64, of key: KeyID) {
        var list = entries[key] ?? []
        list.append(Entry(id: id))
        // What is under way is not forgotten: there is less of it than there is room.
        if list.count > Self.limit, let index = list.firstIndex(where: { $0.answer != nil }) { list.remove(at: index) }
        entries[key] = list
    }

    mutating func end(_ answer: WireAnswer, of key: KeyID) {
        guard let index = entries[key]?.firstIndex(where: { $0.id == answer.id }) else { return }
        entries[key]?[index].answer = answer
    }

    mutating func forget(_ key: KeyID) { entries[key] = nil }
}
