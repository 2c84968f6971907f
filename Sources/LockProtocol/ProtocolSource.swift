/// What `lock.pb.swift` was generated from, by scripts/generate-protocol.
package enum ProtocolSource {
    /// SHA-256 of lock.proto.
    package static let sha256 = "22c3d29c5290eedeb2c35643dc11b8615d1c9df2797ed6e06466d5cc24e1f447"
}
