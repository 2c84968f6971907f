/// What `lock.pb.swift` was generated from, by scripts/generate-protocol.
package enum ProtocolSource {
    /// SHA-256 of lock.proto.
    package static let sha256 = "9a3a5c01ef71a7136ad04f9c1c007113017321619df98cd1e7aa018d23fbbcb1"
}
