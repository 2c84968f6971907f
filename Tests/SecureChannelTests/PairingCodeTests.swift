import Testing

@testable import SecureChannel

@Suite struct PairingCodeTests {
    static let setup = Vectors.codes.right.first?.text ?? ""

    private func error(_ text: String) -> PairingCodeError? {
        do throws(PairingCodeError) {
            _ = try PairingCode.parse(text)
            return nil
        } catch {
            return error
        }
    }

    @Test func `there are codes of both kinds`() { #expect(Set(Vectors.codes.right.map(\.kind)) == [1, 2]) }

    @Test(arguments: Vectors.codes.right)
    func `a code is written and read as the independent implementation has it`(code: Vectors.Codes.Code) throws {
        let made = PairingCode(
            id: try #require(SecretID(code.id.bytes)), secret: code.secret.secret,
            fingerprint: try #require(Fingerprint(code.fingerprint.bytes)))
        #expect(made.text == code.text)
        let read = try PairingCode.parse(code.text)
        #expect(read.kind.rawValue == code.kind)
        #expect(read.id.bytes == code.id.bytes)
        #expect(read.fingerprint.bytes == code.fingerprint.bytes)
        #expect(read.text == code.text)
        let secrets = [made.preSharedKey.withBytes { Array($0) }, read.preSharedKey.withBytes { Array($0) }]
        #expect(secrets == [code.psk.bytes, code.psk.bytes])
    }

    @Test func `it fits into a QR code's alphanumeric mode`() {
        let allowed = Set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
        #expect(Self.setup.allSatisfy(allowed.contains))
        #expect(Self.setup.count == 82)
    }

    @Test func `case, spaces, hyphens and a missing prefix do not matter`() throws {
        let body = Self.setup.dropFirst(8)
        var grouped = ""
        for (index, character) in body.enumerated() { grouped += index % 5 == 4 ? "\(character)-" : "\(character)" }
        for text in [
            Self.setup.lowercased(), String(body), "mortise:" + grouped, grouped.replacing("-", with: " \n\t"),
            "  MORTISE: " + body.lowercased() + "  ", "- MoRtIsE:" + body,
        ] {
            let code = try PairingCode.parse(text)
            #expect(code.text == Self.setup, "\(text)")
        }
    }

    @Test func `a character that is none is named, and where it is`() {
        #expect(error("MORTISE:AB1") == .character("1", position: 11))
        #expect(error("MORTISE:AB É") == .character("É", position: 12))
        #expect(error("HTTPS://EXAMPLE.ORG") == .character(":", position: 6))
        #expect(error("MORTISE:A\u{301}") == .character("A\u{301}", position: 9))
        #expect("\(PairingCodeError.character("1", position: 11))".contains("\u{201C}1\u{201D} at position 11"))
    }

    @Test func `too short and too long are said so`() {
        #expect(error("") == .length(0, expected: 74))
        #expect(error("MORTISE:") == .length(0, expected: 74))
        for count in 1..<74 {
            #expect(error(String(Self.setup.dropLast(count))) == .length(74 - count, expected: 74))
        }
        for count in 1...20 {
            #expect(error(Self.setup + String(repeating: "A", count: count)) == .length(74 + count, expected: 74))
        }
        #expect(error(String(repeating: "A", count: 5000)) == .length(5000, expected: 74))
    }

    @Test func `any one mistyped character is found, wherever it is`() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
        let characters = Array(Self.setup)
        for index in 8..<characters.count {
            for other in alphabet where other != characters[index] {
                var wrong = characters
                wrong[index] = other
                #expect(error(String(wrong)) == .mistyped, "\(other) at \(index)")
            }
        }
    }

    @Test func `two swapped characters are found`() {
        let characters = Array(Self.setup)
        for index in 8..<characters.count - 1 where characters[index] != characters[index + 1] {
            var wrong = characters
            wrong.swapAt(index, index + 1)
            #expect(error(String(wrong)) == .mistyped)
        }
    }

    @Test func `a right code of a later version is said so, however long it is`() {
        #expect(Vectors.codes.newer.map(error) == [.newerVersion(2), .newerVersion(2), .newerVersion(255)])
    }

    @Test(arguments: Vectors.codes.malformed)
    func `a right code that makes no sense is said so`(text: String) { #expect(error(text) == .malformed) }

    @Test func `a phone pairs with what is on the label`() throws {
        let text = PairingCode(
            id: .setupCode, secret: SecretBytes(copying: Link.codeSecret), fingerprint: Link.lockIdentity.fingerprint
        ).text
        var link = Link(phone: PhoneEndpoint(Link.phoneIdentity, pairingBy: try PairingCode.parse(text)))
        link.doorkeeper.secrets = [.setupCode: Link.codeSecret]
        let phoneSaw = link.run(try link.phone.start()).phone
        #expect(phoneSaw == [.opened(lock: Link.lockIdentity.publicKey)])
        let lockSaw = link.lockTakes(try link.phone.send([]))
        #expect(lockSaw == [.opened(peer: Link.phoneIdentity.publicKey, purpose: .pairing), .message([])])
    }
}
