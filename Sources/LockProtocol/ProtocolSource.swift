/// What `lock.pb.swift` was generated from, by scripts/generate-protocol.
package enum ProtocolSource {
    /// SHA-256 of lock.proto.
    package static let sha256 = "f36ca69d51bbd9ab46686c69ee182303d5bdb34b6039395a40f2b6281e65b85a"
}
