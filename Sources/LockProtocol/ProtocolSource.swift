/// What `lock.pb.swift` was generated from, by scripts/generate-protocol.
package enum ProtocolSource {
    /// SHA-256 of lock.proto.
    package static let sha256 = "52119cfebba5a1d67f06ccffba83d8e2f51f51ef82fdfe3aebd5cc683bc72ea2"
}
