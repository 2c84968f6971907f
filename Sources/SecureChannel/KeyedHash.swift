internal import Crypto

/// HMAC-SHA-256 (RFC 2104) that leaves nothing behind.
///
/// swift-crypto has one, but it spreads the key over arrays that nobody wipes (4.5.2, HMAC.swift: `keyArray`, `innerKey` and
/// `outerKey` of `init(key:)`), and the keys here are chaining keys, from which follows all else.
struct KeyedHash: ~Copyable {
    /// Bytes of a result.
    static let size = 32
    private static let blockSize = 64
    private static let innerPad: UInt8 = 0x36
    private static let outerPad: UInt8 = 0x5C

    private var inner = SHA256()
    private var outer = SHA256()

    /// - Precondition: the key has at most 64 bytes.
    init(key: borrowing SecretBytes) {
        let block = unsafe key.withBytes { key in
            unsafe SecretBytes(count: Self.blockSize) { unsafe $0.copyMemory(from: key) }
        }
        Self.begin(&inner, block, Self.innerPad)
        Self.begin(&outer, block, Self.outerPad)
    }

    private static func begin(_ hash: inout SHA256, _ block: borrowing SecretBytes, _ pad: UInt8) {
        let padded = unsafe block.withBytes { block in
            unsafe SecretBytes(count: blockSize) { padded in
                for index in block.indices { unsafe padded[index] = block[index] ^ pad }
            }
        }
        unsafe padded.withBytes { unsafe hash.update(bufferPointer: $0) }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) { unsafe inner.update(bufferPointer: bytes) }

    mutating func update(_ secret: borrowing SecretBytes) {
        unsafe secret.withBytes { unsafe inner.update(bufferPointer: $0) }
    }

    mutating func update(_ bytes: [UInt8]) { inner.update(data: bytes) }

    consuming func finish() -> SecretBytes {
        unsafe inner.finalizeWiping().withUnsafeBytes { unsafe outer.update(bufferPointer: $0) }
        let result = outer.finalizeWiping()
        return unsafe SecretBytes(count: Self.size) { memory in
            unsafe result.withUnsafeBytes { unsafe memory.copyMemory(from: $0) }
        }
    }
}
