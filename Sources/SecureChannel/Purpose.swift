/// What a phone opens a channel for. The raw value is the opening's second byte.
package enum Purpose: UInt8, Hashable, Sendable, CaseIterable {
    /// It has a key here.
    case session = 1
    /// It has a code, and wants a key.
    case pairing = 2
}
