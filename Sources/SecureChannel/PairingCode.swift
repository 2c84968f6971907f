internal import Crypto
internal import FoundationEssentials

/// What a phone needs for pairing: on the lock's label as text and QR code, or sent as an invitation.
///
/// 46 bytes: version, kind, id (8), secret (16), fingerprint (16), and the first 4 of the SHA-256 of all before, which catch a
/// mistyped character. As text they are "MORTISE:" and base32.
package struct PairingCode: ~Copyable, Sendable {
    /// The raw value is the second byte.
    package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// On the device's label. Its id is all zeros.
        case setupCode = 1
        /// For one further phone.
        case invitation = 2
    }

    /// The newest version, and the only one so far.
    package static let version: UInt8 = 1
    /// Bytes of a secret: 128 bits, so that guessing is hopeless even for somebody who can try as fast as he likes.
    package static let secretSize = 16
    /// Before the text.
    package static let prefix = "MORTISE:"
    private static let headerSize = 2
    private static let checkSize = 4
    private static let size = headerSize + SecretID.size + secretSize + Fingerprint.size + checkSize
    private static let idRange = headerSize..<headerSize + SecretID.size
    private static let secretRange = idRange.upperBound..<idRange.upperBound + secretSize
    private static let fingerprintRange = secretRange.upperBound..<secretRange.upperBound + Fingerprint.size
    /// Longer texts are not even looked at: a later version may have a longer code, but not a book.
    private static let textLimit = 1024

    package let id: SecretID
    package let fingerprint: Fingerprint
    private let secret: SecretBytes

    /// - Parameters:
    ///   - id: ``SecretID/setupCode`` for the setup code, and only for that.
    ///   - secret: random bytes.
    /// - Precondition: the secret has 16 bytes.
    package init(id: SecretID, secret: consuming SecretBytes, fingerprint: Fingerprint) {
        precondition(secret.count == Self.secretSize, "A pairing secret has \(Self.secretSize) bytes.")
        self.id = id
        self.secret = secret
        self.fingerprint = fingerprint
    }

    package var kind: Kind { id == .setupCode ? .setupCode : .invitation }

    /// What the handshake uses.
    package var preSharedKey: PreSharedKey { PreSharedKey(derivedFrom: secret) }

    /// The code as people and QR codes have it. As secret as what is in it, and wiped by nobody.
    package var text: String {
        let whole = unsafe SecretBytes(count: Self.size) { bytes in
            unsafe bytes[..<Self.secretRange.lowerBound].copyBytes(from: [Self.version, kind.rawValue] + id.bytes)
            unsafe secret.withBytes { unsafe bytes[Self.secretRange].copyBytes(from: $0) }
            unsafe bytes[Self.secretRange.upperBound...].copyBytes(from: fingerprint.bytes)
            let check = unsafe Self.check(UnsafeRawBufferPointer(bytes))
            unsafe bytes.suffix(Self.checkSize).copyBytes(from: check)
        }
        return unsafe Self.prefix + whole.withBytes { unsafe Base32.encode($0) }
    }

    /// Reads a code that a person has typed or a camera has seen: upper or lower case, with or without the prefix, with spaces and
    /// hyphens wherever they are.
    package static func parse(_ text: String) throws(PairingCodeError) -> PairingCode {
        let expected = Base32.length(of: size)
        guard text.utf8.count <= textLimit else { throw .length(text.utf8.count, expected: expected) }
        // Spaces and hyphens may be before the prefix too.
        let start = text.drop { isSeparator($0) }
        let body = start.prefix(prefix.count).uppercased() == prefix ? start.dropFirst(prefix.count) : start
        let offset = text.count - body.count
        var count = 0
        var bad: PairingCodeError?
        let values = unsafe SecretBytes(count: body.utf8.count) { values in
            for (index, character) in body.enumerated() where !isSeparator(character) {
                guard character.unicodeScalars.count == 1, let scalar = character.unicodeScalars.first,
                    let value = Base32.value(scalar)
                else {
                    bad = bad ?? .character(character, position: offset + index + 1)
                    return
                }
                unsafe values[count] = value
                count += 1
            }
        }
        if let bad { throw bad }
        return try read(Base32.decode(values, count: count), length: count)
    }

    private static func isSeparator(_ character: Character) -> Bool { character == "-" || character.isWhitespace }

    private static func read(_ bytes: consuming SecretBytes?, length: Int) throws(PairingCodeError) -> PairingCode {
        let expected = Base32.length(of: size)
        guard let bytes = bytes.take() else {
            throw length == expected ? .mistyped : .length(length, expected: expected)
        }
        // The check comes before the version: it is the same of any version, and a mistyped version is none.
        let (isRight, version, kind) = unsafe bytes.withBytes { bytes in
            guard bytes.count > headerSize + checkSize else { return (false, UInt8(0), UInt8(0)) }
            let isRight = unsafe Array(bytes.suffix(checkSize)) == check(bytes)
            return (isRight, unsafe bytes[0], unsafe bytes[1])
        }
        if isRight, version > Self.version { throw .newerVersion(version) }
        guard length == expected else { throw .length(length, expected: expected) }
        guard isRight else { throw .mistyped }
        guard version == Self.version, let kind = Kind(rawValue: kind) else { throw .malformed }
        let code = unsafe bytes.withBytes { bytes -> PairingCode? in
            guard let id = unsafe SecretID(bytes[idRange]),
                let fingerprint = unsafe Fingerprint(bytes[fingerprintRange])
            else { return nil }
            return PairingCode(
                id: id, secret: unsafe SecretBytes(copying: bytes[secretRange]), fingerprint: fingerprint)
        }
        guard let code, code.kind == kind else { throw .malformed }
        return code
    }

    /// Of all but the last bytes, which is where it is written.
    private static func check(_ whole: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = SHA256()
        unsafe hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: whole.dropLast(checkSize)))
        return Array(hash.finalizeWiping().prefix(checkSize))
    }
}
