internal import LockCore

/// The set of keys as bytes, and back. The first byte is the format's version; a version once released is always read.
enum AccessCoding {
    private static let version: UInt8 = 1

    static func bytes(_ set: AccessSet) -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(version)
        writer.integer(set.nextKey)
        writer.integer(set.nextNotice)
        writer.integer(set.wrongSetupCodes)
        writer.integer(set.clockMark)
        writer.list(set.keys) { writer, key in
            writer.integer(key.id.rawValue)
            writer.bytes(key.publicKey)
            write(key.terms, &writer)
            writer.optional(key.addedBy) { $0.integer($1.rawValue) }
            writer.integer(key.heardThrough)
        }
        writer.list(set.invitations) { writer, invitation in
            writer.integer(invitation.id.rawValue)
            writer.bytes(invitation.secret)
            write(invitation.terms, &writer)
            writer.optional(invitation.by) { $0.integer($1.rawValue) }
            writer.integer(invitation.expires)
            writer.integer(invitation.wrongSecrets)
            writer.optional(invitation.redeemedBy) { $0.integer($1.rawValue) }
        }
        writer.list(set.notices) { writer, notice in
            writer.integer(notice.number)
            writer.text(notice.kind.rawValue)
            writer.optional(notice.key) { $0.integer($1.rawValue) }
            writer.text(notice.name)
            writer.optional(notice.unixSeconds) { $0.integer($1) }
        }
        return writer.bytes
    }

    private static func write(_ terms: KeyTerms, _ writer: inout ByteWriter) {
        writer.text(terms.role.rawValue)
        writer.text(terms.name)
        writer.list(terms.schedule.windows) { writer, window in
            writer.integer(window.weekdays)
            writer.integer(window.start)
            writer.integer(window.end)
        }
        writer.optional(terms.schedule.notBefore) { $0.integer($1) }
        writer.optional(terms.schedule.notAfter) { $0.integer($1) }
        writer.optional(terms.usesLeft) { $0.integer($1) }
    }

    // MARK: Reading

    static func set(_ bytes: [UInt8]) throws(ByteReader.Failure) -> AccessSet {
        var reader = ByteReader(bytes)
        let found: UInt8 = try reader.integer()
        guard found == version else { throw ByteReader.Failure(words: "its format \(found) is not known") }
        var set = AccessSet()
        set.nextKey = try reader.integer()
        set.nextNotice = try reader.integer()
        set.wrongSetupCodes = try reader.integer()
        set.clockMark = try reader.integer()
        set.keys = try reader.list(atMost: AccessSet.keyLimit, key)
        set.invitations = try reader.list(atMost: AccessSet.invitationLimit, invitation)
        set.notices = try reader.list(atMost: AccessSet.noticeLimit, notice)
        guard reader.isAtEnd else { throw ByteReader.Failure(words: "there is something behind its end") }
        return set
    }

    private static func key(_ reader: inout ByteReader) throws(ByteReader.Failure) -> PhoneKey {
        let id = KeyID(try reader.integer())
        let publicKey = try reader.bytes(atMost: PhoneKey.publicKeyBytes)
        guard publicKey.count == PhoneKey.publicKeyBytes else {
            throw ByteReader.Failure(words: "a public key of \(publicKey.count) bytes")
        }
        let terms = try terms(&reader)
        var key = PhoneKey(id: id, publicKey: publicKey, terms: terms, addedBy: try reader.optional(keyID))
        key.heardThrough = try reader.integer()
        return key
    }

    private static func keyID(_ reader: inout ByteReader) throws(ByteReader.Failure) -> KeyID {
        KeyID(try reader.integer())
    }

    private static func invitation(_ reader: inout ByteReader) throws(ByteReader.Failure) -> Invitation {
        let id = PairingSecretID(try reader.integer())
        let secret = try reader.bytes(atMost: Invitation.secretBytes)
        let terms = try terms(&reader)
        let by = try reader.optional(keyID)
        var invitation = Invitation(id: id, secret: secret, terms: terms, by: by, expires: try reader.integer())
        invitation.wrongSecrets = try reader.integer()
        invitation.redeemedBy = try reader.optional(keyID)
        return invitation
    }

    private static func notice(_ reader: inout ByteReader) throws(ByteReader.Failure) -> OwnerNotice {
        let number: UInt64 = try reader.integer()
        let kind: OwnerNotice.Kind = try word(&reader)
        let key = try reader.optional(keyID)
        let name = try reader.text(atMost: KeyTerms.nameBytes)
        return OwnerNotice(
            number: number, kind: kind, key: key, name: name, unixSeconds: try reader.optional(unixSeconds))
    }

    private static func terms(_ reader: inout ByteReader) throws(ByteReader.Failure) -> KeyTerms {
        let role: Role = try word(&reader)
        let name = try reader.text(atMost: KeyTerms.nameBytes)
        let windows = try reader.list(atMost: Schedule.windowLimit) { reader throws(ByteReader.Failure) in
            WeeklyWindow(weekdays: try reader.integer(), start: try reader.integer(), end: try reader.integer())
        }
        let schedule = Schedule(
            windows: windows, notBefore: try reader.optional(unixSeconds), notAfter: try reader.optional(unixSeconds))
        let usesLeft = try reader.optional { reader throws(ByteReader.Failure) -> UInt32 in try reader.integer() }
        return KeyTerms(role: role, name: name, schedule: schedule, usesLeft: usesLeft)
    }

    private static func unixSeconds(_ reader: inout ByteReader) throws(ByteReader.Failure) -> Int64 {
        try reader.integer()
    }

    /// The longest word of a vocabulary, and more.
    private static let wordBytes = 32

    private static func word<Value: RawRepresentable>(
        _ reader: inout ByteReader
    ) throws(ByteReader.Failure) -> Value where Value.RawValue == String {
        let text = try reader.text(atMost: wordBytes)
        guard let value = Value(rawValue: text) else { throw ByteReader.Failure(words: "\"\(text)\" is not known") }
        return value
    }
}
