import Testing

@testable import SecureChannel

/// Public keys with which every shared secret is zero, so that it proves nothing (RFC 7748, section 6.1; the points of small order
/// of cr.yp.to/ecdh.html, as X25519 reads them: it ignores the highest bit).
@Suite struct WeakKeyTests {
    static let keys: [PublicKey] = {
        let field = String(repeating: "ff", count: 30) + "7f"
        let texts = [
            String(repeating: "00", count: 32), "01" + String(repeating: "00", count: 31),
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            // The field's prime less one, itself, and one more.
            "ec" + field, "ed" + field, "ee" + field,
        ]
        return texts.flatMap { text in
            let bytes = Hex(text).bytes
            return [bytes, bytes.dropLast() + [bytes[31] | 0x80]].compactMap { PublicKey($0) }
        }
    }()

    @Test func `there are seven, with the highest bit and without`() { #expect(Set(Self.keys).count == 14) }

    @Test(arguments: keys)
    func `no key pair agrees with one`(key: PublicKey) {
        #expect(throws: NoiseError.weakKey) { _ = try KeyPair().agree(with: key) }
    }

    @Test(arguments: keys)
    func `a phone's ephemeral key that is one is refused`(key: PublicKey) throws {
        var link = Link(.session)
        let outputs = link.lockTakes(try Stranger(ephemeralKey: key).opening())
        #expect(outputs == [.send(refused(4)), .closed(.garbage(.noise(.weakKey)))])
        #expect(link.doorkeeper.asked.isEmpty)
    }

    @Test(arguments: keys)
    func `a phone's long-term key that is one is refused`(key: PublicKey) throws {
        var link = Link(.session)
        let outputs = link.lockTakes(try Stranger(staticKey: key).opening())
        #expect(outputs == [.send(refused(4)), .closed(.garbage(.noise(.weakKey)))])
        #expect(link.doorkeeper.asked.isEmpty)
    }

    @Test func `the same by hand with usual keys is let in`() throws {
        var link = Link(.session)
        let outputs = link.lockTakes(try Stranger().opening())
        #expect(outputs.count == 1)
        #expect(link.doorkeeper.asked == [Link.phoneIdentity.publicKey])
    }

    @Test(arguments: keys)
    func `a lock's ephemeral key that is one is refused`(key: PublicKey) throws {
        for purpose in Purpose.allCases {
            var link = Link(purpose)
            _ = try link.phone.start()
            let rest = [UInt8](repeating: 0, count: purpose == .session ? 16 : 64)
            let outputs = link.phoneTakes(Frame.make(Greeting.handshake((key.bytes + rest)[...]).bytes))
            #expect(outputs == [.closed(.garbage(.noise(.weakKey)))])
        }
    }

    @Test(arguments: keys)
    func `no phone opens a session with a lock whose key is one`(key: PublicKey) {
        var phone = PhoneEndpoint(Link.phoneIdentity, lock: key)
        #expect(throws: NoiseError.weakKey) { _ = try phone.start() }
        let isClosed = phone.isClosed
        #expect(isClosed)
    }
}
