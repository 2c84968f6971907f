/// A channel after its handshake: what is sent is authentic, secret, in order and once, or it is not received at all.
package struct NoiseTransport: ~Copyable {
    private var sending: CipherState
    private var receiving: CipherState
    /// Names this channel and no other; what both sides sign or show to make sure that they mean the same.
    package let handshakeHash: [UInt8]

    /// The largest message, tag included (Noise, section 3).
    package static let maximumMessage = 65_535

    init(sending: consuming CipherState, receiving: consuming CipherState, handshakeHash: [UInt8]) {
        self.sending = sending
        self.receiving = receiving
        self.handshakeHash = handshakeHash
    }

    package mutating func seal(_ plaintext: [UInt8]) throws(NoiseError) -> [UInt8] {
        guard plaintext.count <= Self.maximumMessage - CipherState.tagSize else { throw .oversized }
        return try sending.encrypt(plaintext, authenticating: [])
    }

    /// After an error the channel is over: whoever sent it is not who shook hands, or messages are missing.
    package mutating func open(_ message: [UInt8]) throws(NoiseError) -> [UInt8] {
        guard message.count <= Self.maximumMessage else { throw .oversized }
        return try receiving.decrypt(message, authenticating: [])
    }
}
