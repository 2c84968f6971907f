/// What was last recorded of each item under the queue's consent, whatever has become of the record: without it every boot would say
/// again what has not changed, and a battery could be heard of many times a day. Stored beside the records, and forgotten with them.
package struct QueueMemory: Hashable, Sendable {
    /// One for each item at most. Service failures are not in it: their counts are read from the records themselves.
    package private(set) var entries: [ItemID: DatedValue] = [:]

    package init() {}

    /// As it was stored; what does not belong in it is left out.
    package init(_ stored: [DatedValue]) {
        for entry in stored where entry.value.item != .serviceFailures { entries[entry.value.item] = entry }
    }

    package subscript(item: ItemID) -> DatedValue? { entries[item] }

    mutating func note(_ new: DatedValue) {
        guard new.value.item != .serviceFailures else { return }
        entries[new.value.item] = new
    }

    /// A clock that is vouched for says that these days have not come yet.
    mutating func clamp(to today: Day) {
        for (item, entry) in entries where entry.day > today { entries[item]?.day = today }
    }
}
