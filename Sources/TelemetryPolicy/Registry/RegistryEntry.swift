/// All that is to be said about one data item. Every field must be given: there are no defaults.
package struct RegistryEntry: Hashable, Sendable {
    package let item: ItemID
    package let title: String
    package let category: Category
    /// Where the policy permits it, in its own words.
    package let source: String
    /// Exactly what is recorded.
    package let recorded: String
    /// Why it is no finer.
    package let precision: String
    package let purposes: ItemPurposes
    package let retention: Retention
    /// The last day on which it is recorded or sent. Ours: whoever wants it longer has to argue for it again.
    package let expires: Day
    /// Who answers for it.
    package let owner: ItemOwner
    package let reason: String
    package let erasure: ErasureRule
}

/// What an item is for, and which switch permits it.
package enum ItemPurposes: Hashable, Sendable {
    case own(Set<Purpose>, switchedBy: ConsentSwitch)
    /// The purposes and the switch of the item that it dates.
    case asDatedItem
}

/// How long the lock keeps a record. The policy has no number: "when the information is no longer needed". All are ours.
package enum Retention: Hashable, Sendable {
    case days(Int)
    case untilWithdrawn
    case asDatedItem
}

/// How the server's copy is found and erased.
package enum ErasureRule: Hashable, Sendable {
    /// Everything under an install id goes with it.
    case byInstallID
    /// It is the install id: it is drawn anew, and the old one lives on only inside the erasure request.
    case rotated
}

/// Who answers for an item.
package enum ItemOwner: String, Hashable, Sendable, CaseIterable {
    case firmware
    case support
    case privacy
}
