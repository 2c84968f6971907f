/// Names one key for ever: a number is not given twice, so that the audit log stays true.
package struct KeyID: Hashable, Sendable, Comparable, Codable {
    package var rawValue: UInt32
    package init(_ rawValue: UInt32) { self.rawValue = rawValue }
    package static func < (left: KeyID, right: KeyID) -> Bool { left.rawValue < right.rawValue }
}

/// A phone that may use the lock.
package struct PhoneKey: Hashable, Sendable {
    package var id: KeyID
    /// X25519, ``publicKeyBytes`` long.
    package var publicKey: [UInt8]
    package var terms: KeyTerms
    /// Who gave it; nil: it came with the setup code, or from a program on the lock.
    package var addedBy: KeyID?
    /// The number of the last notice that this phone has confirmed.
    package var heardThrough: UInt64 = 0

    package static let publicKeyBytes = 32

    package init(id: KeyID, publicKey: [UInt8], terms: KeyTerms, addedBy: KeyID? = nil) {
        self.id = id
        self.publicKey = publicKey
        self.terms = terms
        self.addedBy = addedBy
    }
}

/// What a key's holder is called and may do.
package struct KeyTerms: Hashable, Sendable {
    package var role: Role
    /// For people; 1 to ``nameBytes`` bytes of UTF-8, without control characters, line separators and marks of writing direction. Never
    /// leaves the lock but over the channel and to its administrators.
    package var name: String
    /// Owners and administrators have no schedule: what they grant would have to lie within it.
    package var schedule: Schedule
    /// Unlockings that are left; nil: any number.
    package var usesLeft: UInt32?

    package static let nameBytes = 64
    package static let uses: ClosedRange<UInt32> = 1...10_000

    package init(role: Role, name: String, schedule: Schedule = .always, usesLeft: UInt32? = nil) {
        self.role = role
        self.name = name
        self.schedule = schedule
        self.usesLeft = usesLeft
    }

    /// What is wrong with them as a request, in words; nil: nothing.
    package func complaint() -> String? {
        if name.isEmpty || name.utf8.count > Self.nameBytes {
            return "a name has 1 to \(Self.nameBytes) bytes, this one \(name.utf8.count)"
        }
        if name.unicodeScalars.contains(where: Self.isUnfit) {
            return "a name has no control characters, line separators or marks of writing direction"
        }
        if role != .guest, !schedule.isAlways || usesLeft != nil {
            return "only a guest's key has a schedule or a number of uses"
        }
        if let usesLeft, !Self.uses.contains(usesLeft) { return "\(usesLeft) uses are not 1 to 10000" }
        return schedule.complaint()
    }

    /// What would let a name look like another one, or like two: control characters, separators of lines and paragraphs, and what turns
    /// the direction of writing (Unicode Standard Annex 9, section 2).
    private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        }
    }

    /// Whether whoever has these may do something that whoever has the others may not, now or at another time.
    func exceeds(_ other: KeyTerms) -> Bool {
        role != other.role || schedule != other.schedule || usesLeft != other.usesLeft
    }
}
