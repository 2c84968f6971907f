/// Why the gate said no. The raw value is stable: it is printed.
package enum GateDenial: String, Error, Hashable, Sendable, CaseIterable {
    /// The ledger has not been read, or cannot be.
    case unreadable
    /// Something is being taken away at this moment.
    case shutting
    case noOwner
    /// Nobody has agreed to anything.
    case notConsented
    /// The policy has not been accepted, or without the 18-or-over statement.
    case notAccepted
    /// The policy or who processes the data is not what was agreed to.
    case policyChanged
    /// Controller, contact, erasure endpoint or another detail is missing.
    case detailsMissing
    /// The item, or one of its purposes, is not permitted by the policy or not agreed to.
    case purposeNotConsented
    /// Whoever agreed is not an owner any more.
    case notByOwner
    /// Location, and no location service is in use.
    case serviceInactive
    /// Nobody vouches for the clock, so that nobody knows whether the item has expired.
    case dayUnknown
    case itemExpired
    /// A server is to be asked to erase something first. Recording goes on.
    case erasureFirst
    /// The install id leaves the lock only after that has been made durable.
    case notExposed
}
