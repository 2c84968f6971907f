/// HKDF with SHA-256 (RFC 5869), output block by output block. Noise's own (section 4.3) is this one without info.
struct KeyDerivation: ~Copyable {
    private let key: SecretBytes

    init(salt: borrowing SecretBytes, input: UnsafeRawBufferPointer) {
        var hash = KeyedHash(key: salt)
        unsafe hash.update(input)
        key = hash.finish()
    }

    /// The first 32 bytes.
    borrowing func first(info: [UInt8] = []) -> SecretBytes {
        var hash = KeyedHash(key: key)
        hash.update(info + [1])
        return hash.finish()
    }

    /// The 32 bytes of this number (2 or more), which come after the previous ones.
    borrowing func next(_ number: UInt8, after previous: borrowing SecretBytes) -> SecretBytes {
        var hash = KeyedHash(key: key)
        hash.update(previous)
        hash.update([number])
        return hash.finish()
    }
}
