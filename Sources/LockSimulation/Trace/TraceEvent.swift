package import LockCore

/// Something that happened at one moment and is marked in the picture.
package struct TraceEvent: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Somebody asked something of the lock.
        case command
        /// The lock answered, or reported something.
        case outcome
        /// Something was done to the mechanism or to the world.
        case fault
    }

    package var at: Instant
    package var kind: Kind
    /// A few words; longer than ``longestText`` is cut.
    package var text: String

    /// What fits beside a marker.
    package static let longestText = 40

    package init(at: Instant, kind: Kind, text: String) {
        self.at = at
        self.kind = kind
        self.text = text
    }
}
