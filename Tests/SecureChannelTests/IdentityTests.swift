import Testing

@testable import SecureChannel

@Suite struct IdentityTests {
    @Test func `a new identity can be made again of the bytes that were saved`() throws {
        var saved: [UInt8] = []
        let made = Identity.make { secret in saved = secret.withBytes { Array($0) } }
        let identity = Identity(privateBytes: SecretBytes(copying: saved))
        let again = try #require(identity)
        #expect(saved.count == Identity.privateSize)
        #expect(again.publicKey == made.publicKey)
        #expect(again.fingerprint == made.fingerprint)
    }

    @Test func `there is no identity whose bytes could not be saved`() {
        #expect(throws: SendError.notOpen) { _ = try Identity.make { _ in throw SendError.notOpen } }
    }

    @Test func `no two new identities are the same`() {
        let keys = (0..<10).map { _ in Identity.make { _ in }.publicKey }
        #expect(Set(keys).count == 10)
    }

    @Test(arguments: [0, 31, 33])
    func `other than 32 bytes are no key`(count: Int) {
        let identity = Identity(privateBytes: SecretBytes(count: count))
        #expect(identity == nil)
        #expect(PublicKey([UInt8](repeating: 9, count: count)) == nil)
        let isKey = PreSharedKey(SecretBytes(count: count)) != nil
        #expect(!isKey)
    }

    @Test(arguments: Vectors.transcripts)
    func `the fingerprint is the first half of the public key's hash`(transcript: Vectors.Transcript) throws {
        #expect(try transcript.responderStatic.identity().fingerprint.bytes == transcript.fingerprint.bytes)
    }

    @Test func `several links at once share one identity`() throws {
        var first = Link(.session)
        var second = Link(.pairing)
        let openings = [try first.phone.start(), try second.phone.start()]
        let answers = [first.lockTakes(openings[0]), second.lockTakes(openings[1])].map { $0.flatMap { $0.sent ?? [] } }
        let outputs = [first.phoneTakes(answers[0]).last, second.phoneTakes(answers[1]).last]
        #expect(outputs == [.opened(lock: Link.lockIdentity.publicKey), .opened(lock: Link.lockIdentity.publicKey)])
    }
}
