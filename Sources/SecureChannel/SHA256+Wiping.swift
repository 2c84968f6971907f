internal import Crypto
internal import FoundationEssentials

extension SHA256 {
    /// The result of what may be secret, of which nothing stays behind. Not to be used any more afterwards.
    ///
    /// A block that is not full yet stays in the hash's memory, and what is to wipe that wipes eight bytes of it (swift-crypto
    /// 4.5.2, Zeroization.swift: it takes the metatype's size). BoringSSL clears it as soon as it is full (md32_common.h).
    mutating func finalizeWiping() -> SHA256.Digest {
        let result = finalize()
        update(data: [UInt8](repeating: 0, count: Self.blockByteCount))
        return result
    }
}
