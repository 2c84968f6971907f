/// A frame of the lock before the channel is open: a kind byte, and what it announces.
enum Greeting: Hashable, Sendable {
    case refused(Refusal)
    /// A Noise message.
    case handshake(ArraySlice<UInt8>)

    private static let refusedKind: UInt8 = 0
    private static let handshakeKind: UInt8 = 1

    /// nil: neither.
    init?(_ frame: ArraySlice<UInt8>) {
        switch frame.first {
        case Self.refusedKind:
            guard let refusal = Refusal(frame.dropFirst()) else { return nil }
            self = .refused(refusal)
        case Self.handshakeKind: self = .handshake(frame.dropFirst())
        default: return nil
        }
    }

    /// As it is sent.
    var bytes: [UInt8] {
        switch self {
        case .refused(let refusal): [Self.refusedKind] + refusal.bytes
        case .handshake(let message): [Self.handshakeKind] + message
        }
    }
}
