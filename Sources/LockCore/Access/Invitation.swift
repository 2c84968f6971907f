/// Names a pairing secret in clear before a handshake. The setup code's is ``setup``.
package struct PairingSecretID: Hashable, Sendable {
    package var rawValue: UInt64
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }
    package static let setup = PairingSecretID(0)
}

/// A key that has been promised to whoever shows a secret, once.
package struct Invitation: Hashable, Sendable {
    package var id: PairingSecretID
    /// ``secretBytes`` random bytes.
    package var secret: [UInt8]
    package var terms: KeyTerms
    /// Who promises. It ends with their key, or with their right to give it. nil: a program on the lock.
    package var by: KeyID?
    /// Seconds since 1970, by the lock's trusted clock.
    package var expires: Int64
    /// How often somebody who knew its id did not know its secret.
    package var wrongSecrets: UInt8 = 0
    /// Who has taken it up. It is kept so that the same phone, asking again, is answered the same.
    package var redeemedBy: KeyID?

    package static let secretBytes = 16
    /// One minute to a week.
    package static let lifetimes: ClosedRange<Int64> = 60...604_800
    /// Wrong secrets after which it is void.
    package static let strikes: UInt8 = 5

    package init(id: PairingSecretID, secret: [UInt8], terms: KeyTerms, by: KeyID?, expires: Int64) {
        self.id = id
        self.secret = secret
        self.terms = terms
        self.by = by
        self.expires = expires
    }
}
