import Glibc
import LockClient
import PhoneMessages
import Storage
import TelemetryPolicy
import Testing

@testable import BlueZ
@testable import Configuration
@testable import LockCore
@testable import LockDaemon
@testable import SecureChannel

/// The numbers of the article "The protocol" and of lock.proto, against the constants that they tell of: whoever changes one finds the other.
@Suite struct ArticleNumbersTests {
    // MARK: The table

    /// Words of the article whose numbers are constants of the lock's.
    private static let ofTheLock: [String] = {
        let bluetooth = PeripheralConfiguration()
        let slots = bluetooth.slots
        let wait = seconds(Access.commitWait)
        let tag = CipherState.tagSize
        let links = PhoneService.linkLimit
        let patience = seconds(PhoneService.patience)
        let silent = seconds(bluetooth.silentGrace)
        let speaking = seconds(bluetooth.slotGrace)
        let code = 1 + 1 + SecretID.size + PairingCode.secretSize + Fingerprint.size + 4
        return [
            "Pairing is open for \(seconds(Access.pairingWindow)) seconds from the press",
            "At most \(slots) phones are connected at once",
            "has shown no key for \(speaking) seconds, or has said nothing for \(silent), or is",
            // Three structures: flags, the service's UUID, and the manufacturer data with its company.
            "The \(3 + 18 + 4 + ServiceIdentity.payloadLimit) bytes are",
            "bits 0 to 3 the protocol's version (\(Opening.version))",
            "\(RotatingTag.size) bytes: the tag",
            "*n* are \(RotatingTag.size - 2) random bytes, and *m* the first 2 bytes of HMAC-SHA-256",
            "The tag key, \(RotatingTag.keySize) bytes,",
            "All connections together have \(links); of one key",
            "characteristic (1 byte, 0 to \(ServiceIdentity.answers - 1); 255: none is free",
            "The lock's MTU is \(grouped(PeripheralConfiguration.packetLimit)); borders",
            "in \(seconds(PeripheralConfiguration.lingerTime)) seconds at most, and at once",
            """
            \(seconds(bluetooth.authenticationLimit)) seconds after connecting; when \(slots) phones are connected already \
            after \(speaking) seconds, and after \(silent) without having read
            """,
            """
            \(seconds(PhoneService.strangerLimit)) seconds after subscribing; after \(patience) seconds already, when \
            another comes and all \(links) links
            """,
            """
            \(seconds(PhoneService.claimantLimit)) seconds after its channel was open; after \(patience) seconds already, \
            when another comes and all \(links) links
            """,
            "\(minutes(PhoneService.idleLimit)) minutes after its last message",
            "takes nothing until \(PeripheralConfiguration.sendLimit / 1_024) KiB wait",
            "either way | \(FrameLimit.handshake) |",
            "| \(grouped(FrameLimit.fromPhone)): \(grouped(FrameLimit.request)) bytes of message and \(tag) of tag",
            "| \(grouped(FrameLimit.fromLock)): \(grouped(FrameLimit.answer)) and \(tag) |",
            "| id | \(SecretID.size) | only for pairing",
            "the lock's fingerprint: the first \(Fingerprint.size) bytes of SHA-256",
            "(but see *Pairing*, the \(minutes(Access.setupRepeat)) minutes)",
            "the code's \(PairingCode.secretSize) secret bytes",
            "\"`, \(PreSharedKey.size) bytes.",
            "For \(minutes(Access.setupRepeat)) minutes from when the first",
            "are the same \(code) bytes",
            "| id | \(SecretID.size) | zeros",
            "| secret | \(PairingCode.secretSize) | random",
            "| fingerprint | \(Fingerprint.size) | of the lock's",
            "Up to \(PhoneService.requestLimit) requests of a link",
            "among its \(PhoneService.requestLimit) back",
            "remembers the last \(AnswerMemory.limit) requests",
            "fewer than \(AnswerMemory.limit) changes",
            "may make \(ChangeBudget.burst) changes at once",
            "may ask \(CommandBudget.burst) times at once",
            "\(Access.waitingLimitEach) requests of one key wait, and \(Access.waitingLimit) in all",
            "there are no more than \(StrangerCounts.entriesPerDay) entries",
            "\(AccessSet.keyLimit) keys, \(AccessSet.invitationLimit) invitations, \(AccessSet.noticeLimit) notices",
            "*c* is \(seconds(Access.commitWait * 2)) seconds: \(wait) for a change that is being stored and \(wait) for one's",
            "the store is slow, \(wait) more for each",
            "A client waits \(seconds(PhoneConnection.patience)) seconds, or what is said here and 5 more",
            "within its \(seconds(PhoneService.claimantLimit)) seconds, with",
            "the \(seconds(Access.pairingWindow)) seconds are over",
            "\(wait) seconds for a change that is being stored, \(wait) for the use",
            "which is \(Device.journalWait.wholeMilliseconds) ms for the motion journal and three attempts of 1.5 seconds",
            "may wait \(seconds(Device.handWait)) seconds for somebody",
            "the public key is not of \(PublicKey.size) bytes",
            "*c* and \(seconds(DurableReplies.limit)) s |",
            """
            | `done` | \(seconds(Access.confirmationWait + Access.wipeWait)) s | `NOT_CONFIRMED` after \
            \(seconds(Access.confirmationWait)) s,
            """,
            "`limit` is \(Ask.logPage.lowerBound) to \(Ask.logPage.upperBound), 0 is refused",
            "the inside button within \(seconds(Access.confirmationWait)) seconds, or holds",
            "at most \(seconds(Access.wipeWait)) seconds after that",
            "letting the \(seconds(Access.confirmationWait)) seconds pass",
            "held for \(seconds(Access.resetHold)) seconds announces",
            "The alarm lasts \(minutes(Access.resetDelay)) minutes",
            "more than \(AccessSet.noticeLimit) have come",
            "Cheaper: \(slots) connections and \(links) links",
            "has them for \(silent) or \(speaking) seconds for certain, and for \(seconds(PhoneService.strangerLimit)) when",
            "they make \(StrangerCounts.entriesPerDay) entries a day at most",
            "or the hash has not \(Ask.checkpointBytes) bytes",
            "The salt has \(AuditLink.saltBytes) random bytes", "the hash is \(AuditLink.hashBytes) zeros",
            """
            in the \(minutes(Access.setupRepeat)) minutes after somebody has paired, closes it, for \
            \(seconds(Access.closureTime(wrong: 1))) seconds and twice as long each time, up to \
            \(minutes(Access.closureTime(wrong: .max)) / 60) hours
            """,
        ]
    }()

    /// Words whose numbers are not the lock's to choose: names, numbers of sections and messages, places in a format that the examples
    /// test, and what clients do.
    private static let ofOthers = [
        "128-bit", "company `FFFF`; 1 byte:", "bits 4 to 6 of no meaning, bit 7 set", "and bit 7 whether",
        "one in 65,536", "SHA-256",
        "L2CAP", "X25519", "base32", "RFC 4648", "U+002D", "(revision 34)", "64 bits and there is no rekeying",
        "ATT_MTU − 3 bytes",
        "up to 517.", "+ 3 *n*", "(1 byte; a phone", "(2 bytes, **least significant first**; 0: none)",
        "saying 1 in both",
        "message 1", "message 2", "message 3", "a length of two bytes, 1 to the limit", "A length of 0 or",
        "| version | 1 |",
        "| purpose | 1 |", "| kind | 1 |", "| check | 4 |", "(7 bytes)", "reason (1 byte) | detail (2 bytes)", "| 0 |",
        "has exactly 4 bytes", "a frame of 4 bytes", "minor version 0", "with id 0", "`since` + 1", "in 24 hours",
        "(section 2)",
        "(section 7)", "(section 7,", "the number is 0, or", "the number of the entry 8 bytes", "1. `ReadChain` with",
        "that it has kept, 0 if none", "2. It computes", "3. It keeps",
        // Clients'.
        "not recognised that lock for 10 seconds", "waits at most 60 seconds because", "again after 1 second,",
        // The bolt's, below.
        "| `moved` | 12 s |", "| `moved` | 14 s |", "| `moved` | 60 s |", "and 9.5 for the bolt",
        "may take 104 seconds",
    ]

    // MARK: The article

    @Test func `every number of the article is a constant of the lock's, or known not to be`() throws {
        let text = try Self.article()
        var isCovered = [Bool](repeating: false, count: text.count)
        for phrase in Self.ofTheLock + Self.ofOthers {
            let places = Self.places(of: Array(phrase.utf8), in: text)
            if places.isEmpty { Issue.record("The article does not say: \(phrase)") }
            for place in places { for index in place { isCovered[index] = true } }
        }
        // What stands between backticks is bytes, names and values, which the examples and lock.proto hold.
        var isQuoted = false
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "`") { isQuoted.toggle() }
            if !isQuoted, !isCovered[index], Self.isDigit(text[index]), !Self.isHeading(text, index) {
                let around = text[max(0, index - 40)..<min(text.count, index + 40)]
                Issue.record("No constant is compared with: …\(String(decoding: around, as: UTF8.self))…")
                while index < text.count, Self.isDigit(text[index]) { index += 1 }
            }
            index += 1
        }
    }

    @Test func `what the article says in words is so`() throws {
        #expect(PhoneService.linksPerKey == 2, "of one key there are two")
        #expect(Invitation.strikes == 5, "after five times it is void")
        #expect(StrangerCounts.interval == .seconds(3_600), "of an hour")
        #expect(CommandBudget.refill == .seconds(60) && ChangeBudget.refill == .seconds(60), "one more each minute")
        #expect(Access.clockTolerance == 60, "more than a minute ahead")
        #expect(BluetoothPeripheral.refreshPause == .seconds(60), "once a minute at most")
        #expect(PeripheralConfiguration().addressPeriod == .seconds(900), "every quarter of an hour")
        #expect(Access.closureTime(wrong: 2) == Access.closureTime(wrong: 1) * 2, "twice as long each time")
        for phrase in [
            "of one key there are two", "after five times it is void", "of an hour, from", "and one more each minute",
            "and once more each minute", "more than a minute ahead", "(once a minute at most)",
            "every quarter of an hour",
        ] {
            #expect(try !Self.places(of: Array(phrase.utf8), in: Self.article()).isEmpty, "\(phrase)")
        }
    }

    @Test func `the bolt is as fast as the article says, on the reference board and on any`() throws {
        let reference = DeviceConfiguration()
        let store = Access.commitWait
        #expect(reference.longestStroke <= .milliseconds(9_500) && reference.longestStroke > .milliseconds(9_400))
        #expect(reference.stroke.capMaximum == .milliseconds(1_500) && reference.retry.retries == 2)
        #expect(store + reference.longestStroke <= .seconds(12))
        #expect(store * 2 + reference.longestStroke <= .seconds(14))
        #expect(store + reference.longestCalibration <= .seconds(60))
        let slowest = Self.slowest
        #expect(store * 2 + slowest.longestStroke <= .seconds(104))
        #expect(store * 2 + slowest.longestStroke > .seconds(103))
        #expect(store * 2 + slowest.longestCommand < PhoneConnection.strokePatience)
        // Whoever waits as long as a client does has had the reference board's answer.
        #expect(store * 2 + reference.longestStroke < PhoneConnection.patience)
    }

    /// A board at every limit that a profile has.
    private static var slowest: DeviceConfiguration {
        func most(_ bounds: QuantityBounds) -> Duration { .nanoseconds(bounds.range.upperBound) }
        var board = DeviceConfiguration()
        board.stroke.wake = most(ProfileLimits.wake)
        board.stroke.capMaximum = most(ProfileLimits.cap)
        board.stroke.brake = most(ProfileLimits.brake)
        board.stroke.deadTime = most(ProfileLimits.deadTime)
        board.stroke.settle = most(ProfileLimits.settle)
        board.retry.retries = Int(ProfileLimits.retries.range.upperBound)
        board.retry.pause = most(ProfileLimits.retryPause)
        return board
    }

    // MARK: lock.proto

    @Test func `the bounds of lock dot proto are the lock's`() throws {
        let text = Self.normal(try Self.text("lock.proto").map { $0 == UInt8(ascii: "/") ? UInt8(ascii: " ") : $0 })
        for phrase in [
            "unique: 1 to \(KeyTerms.nameBytes) bytes",
            "unlockings, \(KeyTerms.uses.lowerBound) to \(KeyTerms.uses.upperBound). 0 is any",
            "\(Invitation.lifetimes.lowerBound) to \(Invitation.lifetimes.upperBound) (a week)",
            "\(Settings.relockBounds.lowerBound) to \(Settings.relockBounds.upperBound); 0 is never",
            "\(Settings.ajarBounds.lowerBound) to \(Settings.ajarBounds.upperBound); 0 is no alarm",
            "\(Ask.logPage.lowerBound) to \(Ask.logPage.upperBound). The lock sends fewer",
            "\(Access.clockBounds.lowerBound) to \(Access.clockBounds.upperBound) (2024-01-01 to 2100-01-01)",
            "X25519, \(PublicKey.size) bytes",
            "at most \(AccessSet.noticeLimit), of which the oldest",
            "\(RotatingTag.keySize) bytes: what the tags",
            "At most \(Schedule.windowLimit). repeated Window",
            "Minutes since midnight, \(WeeklyWindow.minutes.lowerBound) to \(WeeklyWindow.minutes.upperBound). uint32",
            "at most \(Self.grouped(Int(StoreLimits.auditEntries))) entries of at most \(StoreLimits.auditSeconds / 86_400) days",
            "inside button for \(Self.seconds(Access.resetHold)) s: in \(Self.minutes(Access.resetDelay)) minutes",
        ] {
            if Self.places(of: Array(phrase.utf8), in: text).isEmpty {
                Issue.record("lock.proto does not say: \(phrase)")
            }
        }
    }

    // MARK: Text

    private static func seconds(_ time: Duration) -> Int64 { time.wholeMilliseconds / 1_000 }
    private static func minutes(_ time: Duration) -> Int64 { seconds(time) / 60 }
    private static func grouped(_ number: Int) -> String {
        number < 1_000 ? "\(number)" : "\(number / 1_000)," + String(String(1_000 + number % 1_000).dropFirst())
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    /// "## 7. Messages"
    private static func isHeading(_ text: [UInt8], _ index: Int) -> Bool {
        index >= 3 && text[(index - 3)..<index].elementsEqual(Array("## ".utf8))
    }

    private static func text(_ name: String) throws -> [UInt8] {
        var root = String(describing: #filePath)[...]
        while !root.isEmpty, !root.hasSuffix("/Tests/LockDaemonTests/") { root = root.dropLast() }
        return try bytes(of: root.dropLast("Tests/LockDaemonTests/".count) + "Sources/LockProtocol/" + name)
    }

    /// Without examples and code, and with one space wherever there is any.
    private static func article() throws -> [UInt8] {
        let all = String(decoding: try text("LockProtocol.docc/Protocol.md"), as: UTF8.self)
        var lines: [Substring] = []
        var isCode = false
        for line in all.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("## 10.") { break }
            if line.hasPrefix("```") {
                isCode.toggle()
            } else if !isCode {
                lines.append(line)
            }
        }
        return normal(Array(lines.joined(separator: "\n").utf8))
    }

    private static func normal(_ text: [UInt8]) -> [UInt8] {
        var normal: [UInt8] = []
        for byte in text {
            let isSpace = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n")
            if !isSpace {
                normal.append(byte)
            } else if normal.last != UInt8(ascii: " ") {
                normal.append(UInt8(ascii: " "))
            }
        }
        return normal
    }

    private static func places(of phrase: [UInt8], in text: [UInt8]) -> [Range<Int>] {
        guard let first = phrase.first, phrase.count <= text.count else { return [] }
        return text.withUnsafeBufferPointer { text in
            phrase.withUnsafeBufferPointer { phrase in
                (0...(text.count - phrase.count)).filter { start in
                    text[start] == first && (0..<phrase.count).allSatisfy { text[start + $0] == phrase[$0] }
                }
            }
        }.map { $0..<($0 + phrase.count) }
    }
}
