/// What `lock.pb.swift` was generated from, by scripts/generate-protocol.
package enum ProtocolSource {
    /// SHA-256 of lock.proto.
    package static let sha256 = "3c03dac6f0b3380536cb0b21d4bfb09246b03fdea97ea270ab258f0b12649a1d"
}
