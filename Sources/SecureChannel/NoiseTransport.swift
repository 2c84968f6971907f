internal import FoundationEssentials

/// A channel after its handshake (Noise, section 5.1): what is sent is authentic, secret, in order and once, or it is not received
/// at all. After any error it is dead: every further call throws.
struct NoiseTransport: ~Copyable {
    /// The largest message, tag included (section 3).
    static let maximumMessage = 65_535
    /// How much longer a message is than what it says.
    static let overhead = CipherState.tagSize

    private var sending: CipherState
    private var receiving: CipherState
    /// Names this channel and no other (section 11.2).
    let handshakeHash: [UInt8]
    private var isDead = false

    init(sending: consuming CipherState, receiving: consuming CipherState, handshakeHash: [UInt8]) {
        self.sending = sending
        self.receiving = receiving
        self.handshakeHash = handshakeHash
    }

    /// Appends the message as it is sent.
    mutating func seal(_ plaintext: [UInt8], into output: inout [UInt8]) throws(NoiseError) {
        guard !isDead else { throw .dead }
        isDead = true
        guard plaintext.count <= Self.maximumMessage - Self.overhead else { throw .oversized }
        try sending.encrypt(plaintext, authenticating: [], into: &output)
        isDead = false
    }

    /// What the message says.
    mutating func open(_ message: ArraySlice<UInt8>) throws(NoiseError) -> [UInt8] {
        guard !isDead else { throw .dead }
        isDead = true
        guard message.count <= Self.maximumMessage else { throw .oversized }
        let plaintext = try receiving.decrypt(message, authenticating: [])
        isDead = false
        return plaintext
    }

    /// A whole frame, in one allocation.
    static func frame(_ plaintext: [UInt8], of transport: inout NoiseTransport?) throws(NoiseError) -> [UInt8] {
        var frame: [UInt8] = []
        frame.reserveCapacity(Frame.headerSize + plaintext.count + overhead)
        Frame.begin(plaintext.count + overhead, in: &frame)
        guard try transport?.seal(plaintext, into: &frame) != nil else { throw .dead }
        return frame
    }

    /// What a frame's message says.
    static func open(_ frame: ArraySlice<UInt8>, of transport: inout NoiseTransport?) throws(NoiseError) -> [UInt8] {
        guard let plaintext = try transport?.open(frame) else { throw .dead }
        return plaintext
    }
}
