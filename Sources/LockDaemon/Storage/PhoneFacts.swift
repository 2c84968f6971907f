internal import LockCore
internal import SecureChannel

/// What is kept of phones, and who the lock is to them.
struct PhoneFacts: Sendable {
    var access: AccessFacts
    /// nil: nobody can be taken in.
    var identity: Identity?
    /// The setup code's secret, and the fingerprint on its label; nil: there is none, and no first phone can pair.
    var setupCode: [UInt8]?
    /// What is wrong, in words.
    var problem: String?
}
