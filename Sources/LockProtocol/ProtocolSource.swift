/// What `lock.pb.swift` was generated from, by scripts/generate-protocol.
package enum ProtocolSource {
    /// SHA-256 of lock.proto.
    package static let sha256 = "379ab01f38c6655617a63c9e1ae5effd41b5aef10624f405c74a38f13b9c98b7"
}
