/// Why a lock does not open a channel, as far as it tells. The link is over afterwards.
package enum Refusal: Hashable, Sendable {
    /// With the newest version that the lock speaks.
    case unsupportedVersion(newest: UInt16)
    /// With how many seconds to wait.
    case tryAgainLater(seconds: UInt16)
    /// Nobody can pair now.
    case pairingClosed
    /// An unknown key, a wrong secret, nonsense: deliberately one reason, because which it is would help whoever guesses.
    case notAccepted

    /// The code that is sent, and what it says more exactly.
    private var code: (reason: UInt8, detail: UInt16) {
        switch self {
        case .unsupportedVersion(let newest): (1, newest)
        case .tryAgainLater(let seconds): (2, seconds)
        case .pairingClosed: (3, 0)
        case .notAccepted: (4, 0)
        }
    }

    /// As it is sent, behind the kind of the frame.
    var bytes: [UInt8] { [code.reason, UInt8(code.detail >> 8), UInt8(truncatingIfNeeded: code.detail)] }

    /// nil: not a refusal that we know.
    init?(_ bytes: ArraySlice<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == 3 else { return nil }
        let detail = UInt16(bytes[1]) << 8 | UInt16(bytes[2])
        switch bytes[0] {
        case 1: self = .unsupportedVersion(newest: detail)
        case 2: self = .tryAgainLater(seconds: detail)
        case 3: self = .pairingClosed
        case 4: self = .notAccepted
        default: return nil
        }
    }
}
