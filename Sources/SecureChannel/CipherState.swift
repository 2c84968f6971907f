internal import Crypto
internal import FoundationEssentials

/// One direction's key and counter (Noise, section 5.1), with AES-256-GCM: 32 zero bits and a big-endian counter are the nonce.
struct CipherState: ~Copyable {
    private let key: SymmetricKey
    private(set) var counter: UInt64 = 0

    static let tagSize = 16

    init(key: SymmetricKey) { self.key = key }

    mutating func encrypt(_ plaintext: some Collection<UInt8>, authenticating data: [UInt8]) throws(NoiseError) -> [UInt8] {
        let nonce = try nextNonce()
        guard let box = try? AES.GCM.seal(Array(plaintext), using: key, nonce: nonce, authenticating: data) else {
            throw .oversized
        }
        counter += 1
        return Array(box.ciphertext) + Array(box.tag)
    }

    /// A message that is not authentic changes nothing: the counter stays.
    mutating func decrypt(_ ciphertext: some Collection<UInt8>, authenticating data: [UInt8]) throws(NoiseError) -> [UInt8] {
        guard ciphertext.count >= Self.tagSize else { throw .truncated }
        let nonce = try nextNonce()
        guard
            let box = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: Array(ciphertext.dropLast(Self.tagSize)),
                tag: Array(ciphertext.suffix(Self.tagSize))),
            let plaintext = try? AES.GCM.open(box, using: key, authenticating: data)
        else { throw .notAuthentic }
        counter += 1
        return Array(plaintext)
    }

    private func nextNonce() throws(NoiseError) -> AES.GCM.Nonce {
        // The last number is not for messages (section 5.1).
        guard counter < .max else { throw .exhausted }
        var bytes = [UInt8](repeating: 0, count: 4)
        withUnsafeBytes(of: counter.bigEndian) { bytes += $0 }
        guard let nonce = try? AES.GCM.Nonce(data: bytes) else { throw .exhausted }
        return nonce
    }
}
