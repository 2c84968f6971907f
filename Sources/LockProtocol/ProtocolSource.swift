/// What `lock.pb.swift` was generated from, by scripts/generate-protocol.
package enum ProtocolSource {
    /// SHA-256 of lock.proto.
    package static let sha256 = "e8059da3a73d03c99fa87dd78c7c16aec2944119486487b2607cda22dfbd39a5"
}
