/// What one text of the policy permits: the facts, not the sentences.
package struct PolicyManifest: Hashable, Sendable {
    package let identity: PolicyIdentity
    /// The languages that this very text, with this hash, is written in (BCP 47, lower case).
    package let languages: Set<String>
    /// What the text permits. The registry may ask for less, never for more.
    package let permissions: [ItemID: Set<Purpose>]

    package init(identity: PolicyIdentity, languages: Set<String>, permissions: [ItemID: Set<Purpose>]) {
        self.identity = identity
        self.languages = languages
        self.permissions = permissions
    }

    /// The policy that this version of the lock knows: "Last update [February 15, 2021]". nil only if its own date or hash were none; a
    /// test holds that it is there.
    package static let current: PolicyManifest? = PolicyIdentity(
        date: "2021-02-15", sha256: "0f585311e081eb16a7dbe1c53ba24b60d2c078de62105f83fd20a9f95bfec30f"
    ).map {
        PolicyManifest(
            identity: $0, languages: ["en"],
            permissions: [
                .deviceModel: [.service, .technical, .support, .safety],
                .osVersion: [.technical, .support, .safety],
                .softwareVersion: [.technical, .support, .safety],
                .installID: [.service, .technical, .support],
                .battery: [.technical, .support],
                .serviceFailures: [.technical, .support, .improvement],
                .day: [],
                .location: [.service],
            ])
    }

    /// Whether the text permits all that the registry wants of an item.
    package func permits(_ entry: RegistryEntry) -> Bool {
        permissions[entry.item]?.isSuperset(of: entry.ownPurposes) ?? false
    }

    /// What turning these on agrees to.
    package func scope(of switches: Set<ConsentSwitch>) -> ConsentScope {
        // Swift 6.3.1 crashes where it optimises the closure of a filter that asks a set here; a loop compiles.
        var lines: [ScopeLine] = []
        for entry in Registry.entries where permits(entry) {
            guard entry.consentSwitch.map({ switches.contains($0) }) ?? !switches.isEmpty else { continue }
            lines.append(ScopeLine(item: entry.item, purposes: entry.ownPurposes, retention: entry.retention))
        }
        return ConsentScope(lines: lines)
    }
}

/// What somebody has agreed to, item by item. Two that are equal permit the same, whatever the text around them says.
package struct ConsentScope: Hashable, Sendable {
    /// In the registry's order.
    package let lines: [ScopeLine]

    package init(lines: [ScopeLine]) { self.lines = lines }

    package var purposes: Set<Purpose> { lines.reduce(into: []) { $0.formUnion($1.purposes) } }

    /// What is left when these are turned off: what only dates another item stays with what it dates.
    package func without(_ switches: Set<ConsentSwitch>) -> ConsentScope {
        ConsentScope(
            lines: lines.filter { line in
                guard let entry = Registry.entry(for: line.item) else { return false }
                return entry.consentSwitch.map { !switches.contains($0) } ?? true
            })
    }

    /// Whether an item is in it with at least these purposes.
    package func covers(_ entry: RegistryEntry) -> Bool {
        lines.contains { $0.item == entry.item && $0.purposes.isSuperset(of: entry.ownPurposes) }
    }
}

/// One item of a scope.
package struct ScopeLine: Hashable, Sendable {
    package let item: ItemID
    package let purposes: Set<Purpose>
    package let retention: Retention

    package init(item: ItemID, purposes: Set<Purpose>, retention: Retention) {
        self.item = item
        self.purposes = purposes
        self.retention = retention
    }
}
