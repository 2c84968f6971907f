/// By what phones that hold a key know their lock among others in the air, and nobody else knows it again.
///
/// The lock's advertisement carries a tag: a number drawn at random, and what a keyed hash makes of it. Whoever has the key
/// computes the same; to everybody else each tag is random bytes. A phone needs no clock for it, and need not have heard of
/// the tags before. The key is told to each phone that holds a key of the lock's. It opens nothing.
package struct RotatingTag: Hashable, Sendable {
    /// Bytes of the key.
    package static let keySize = 16
    /// Bytes of a tag: what is left for it in an advertisement.
    package static let size = 5
    /// Of these, the random ones. Of 2^24 numbers, a lock that draws a hundred a day draws one again in months; with as few as
    /// 2^16 it would every other day, and whoever wrote them down would know it again.
    private static let nonceSize = 3

    package let key: [UInt8]

    /// As a phone was told; nil: not 16 bytes.
    package init?(key: some Collection<UInt8>) {
        guard key.count == Self.keySize else { return nil }
        self.key = Array(key)
    }

    init(derived: borrowing SecretBytes) {
        key = unsafe derived.withBytes { unsafe Array($0.prefix(Self.keySize)) }
    }

    /// A new tag, like none before as far as others can tell.
    package func next() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return tag(nonce: (0..<Self.nonceSize).map { _ in random.next() })
    }

    /// Whether a tag may be this lock's. Another's passes for it once in 2^16; the channel's handshake shows who it is.
    package func recognises(_ tag: some Collection<UInt8>) -> Bool {
        // Nothing is learned from how long this takes: the tag is public, and each is used once.
        tag.count == Self.size && Array(tag) == self.tag(nonce: Array(tag.prefix(Self.nonceSize)))
    }

    private func tag(nonce: [UInt8]) -> [UInt8] {
        var hash = KeyedHash(key: SecretBytes(copying: key))
        hash.update(nonce)
        return unsafe nonce + hash.finish().withBytes { unsafe Array($0.prefix(Self.size - Self.nonceSize)) }
    }
}
