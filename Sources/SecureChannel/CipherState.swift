internal import Crypto
internal import FoundationEssentials

/// One direction's key and counter (Noise, section 5.1), with AES-256-GCM: 32 zero bits and a big-endian counter are the nonce
/// (section 12.4).
struct CipherState: ~Copyable {
    static let tagSize = 16
    private static let nonceSize = 12

    // Its storage is wiped with it: swift-crypto 4.5.2, SecureBytes.swift, `Backing.deinit`.
    private let key: SymmetricKey
    private var counter: UInt64

    /// - Parameter counter: for tests of its end.
    init(key: borrowing SecretBytes, counter: UInt64 = 0) {
        self.key = unsafe key.withBytes { unsafe SymmetricKey(data: $0) }
        self.counter = counter
    }

    /// Appends ciphertext and tag.
    mutating func encrypt(
        _ plaintext: some DataProtocol, authenticating data: [UInt8], into output: inout [UInt8]
    ) throws(NoiseError) {
        let number = try nextNonce()
        guard let nonce = try? AES.GCM.Nonce(data: number),
            let box = try? AES.GCM.seal(plaintext, using: key, nonce: nonce, authenticating: data),
            let sealed = box.combined
        else { throw .oversized }
        counter += 1
        output.append(contentsOf: sealed.dropFirst(Self.nonceSize))
    }

    /// A message that is not authentic changes nothing: the counter stays.
    mutating func decrypt(_ message: ArraySlice<UInt8>, authenticating data: [UInt8]) throws(NoiseError) -> [UInt8] {
        guard message.count >= Self.tagSize else { throw .truncated }
        // In this form the library copies it once.
        var combined = try nextNonce(followedBy: message.count)
        combined += message
        guard let box = try? AES.GCM.SealedBox(combined: combined),
            let plaintext = try? AES.GCM.open(box, using: key, authenticating: data)
        else { throw .notAuthentic }
        counter += 1
        return Array(plaintext)
    }

    /// - Parameter count: how many bytes will be appended.
    private func nextNonce(followedBy count: Int = 0) throws(NoiseError) -> [UInt8] {
        // The last number is not for messages (section 5.1).
        guard counter < .max else { throw .exhausted }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.nonceSize + count)
        for _ in 0..<Self.nonceSize - counter.bitWidth / 8 { bytes.append(0) }
        for shift in stride(from: counter.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: counter >> shift))
        }
        return bytes
    }
}
