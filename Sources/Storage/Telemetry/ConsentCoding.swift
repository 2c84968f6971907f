internal import TelemetryPolicy

/// Consent as bytes, and back. The first byte is the format's version; a version once released is always read.
///
/// The erasure requests of a state are not in its bytes: they are stored by themselves, so that damage to the rest leaves them readable.
enum ConsentCoding {
    private static let version: UInt8 = 1

    /// The longest word of a vocabulary, and more.
    private static let wordBytes = 32
    /// The longest language tag that the manifest could have.
    private static let languageBytes = 64

    // MARK: The state

    static func bytes(_ state: ConsentState) -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(version)
        writer.integer(state.epoch.rawValue)
        writer.text(state.statuses.diagnostics.rawValue)
        writer.text(state.statuses.location.rawValue)
        writer.optional(state.grant, write)
        writer.optional(state.freeze) { writer, freeze in
            writer.optional(freeze.since) { $0.integer($1.number) }
        }
        writer.list(state.acceptances) { writer, acceptance in
            write(acceptance.by, &writer)
            write(acceptance.policy, &writer)
            writer.integer(UInt8(acceptance.isAdult ? 1 : 0))
        }
        writer.integer(UInt8(state.isLocationServiceActive ? 1 : 0))
        writer.optional(state.location) { $0.text($1.text) }
        writer.text(state.notices.rawValue)
        writer.optional(state.dayMark) { $0.integer($1) }
        writer.integer(state.nextRecord)
        return writer.bytes
    }

    static func state(_ bytes: [UInt8]) throws(ByteReader.Failure) -> ConsentState {
        var reader = try reader(of: bytes)
        var state = ConsentState(epoch: ConsentEpoch(try reader.integer()))
        state.statuses.diagnostics = try word(&reader)
        state.statuses.location = try word(&reader)
        state.grant = try reader.optional(grant)
        state.freeze = try reader.optional { reader throws(ByteReader.Failure) in
            Freeze(since: try reader.optional(day))
        }
        state.acceptances = try reader.list(atMost: acceptanceLimit) { reader throws(ByteReader.Failure) in
            let by = try key(&reader)
            let policy = try policy(&reader)
            return Acceptance(by: by, policy: policy, isAdult: try bool(&reader))
        }
        state.isLocationServiceActive = try bool(&reader)
        state.location = try reader.optional { reader throws(ByteReader.Failure) in
            let text = try reader.text(atMost: wordBytes)
            guard let cell = Geohash(text: text) else { throw ByteReader.Failure(words: "a cell that is none") }
            return cell
        }
        state.notices = try word(&reader)
        state.dayMark = try reader.optional { reader throws(ByteReader.Failure) in try reader.integer() }
        state.nextRecord = try reader.integer()
        guard reader.isAtEnd else { throw ByteReader.Failure(words: "there is something behind its end") }
        return state
    }

    /// As many as there can be keys, and more.
    private static let acceptanceLimit = 1_024

    private static func write(_ writer: inout ByteWriter, _ grant: Grant) {
        write(grant.by, &writer)
        write(grant.switches, &writer)
        write(grant.policy, &writer)
        write(grant.details, &writer)
        writer.text(grant.language)
        write(grant.scope, &writer)
        writer.bytes(grant.installID.id.bytes)
        writer.integer(UInt8(grant.isExposed ? 1 : 0))
    }

    private static func grant(_ reader: inout ByteReader) throws(ByteReader.Failure) -> Grant {
        var grant = Grant(
            by: try key(&reader), switches: try words(&reader), policy: try policy(&reader),
            details: try details(&reader), language: try reader.text(atMost: languageBytes), scope: try scope(&reader),
            installID: InstallID(try randomID(&reader)))
        grant.isExposed = try bool(&reader)
        return grant
    }

    // MARK: A record of the ledger

    /// Without its number, which is the row's.
    static func bytes(_ record: ConsentRecord) -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(version)
        writer.text(record.status.rawValue)
        writer.text(record.cause.rawValue)
        write(record.switches, &writer)
        write(record.policy, &writer)
        writer.optional(record.language) { $0.text($1) }
        write(record.scope, &writer)
        write(record.details, &writer)
        write(record.actor, &writer)
        writer.optional(record.isAdult) { $0.integer(UInt8($1 ? 1 : 0)) }
        writer.integer(record.epoch.rawValue)
        writer.optional(record.unixSeconds) { $0.integer($1) }
        writer.integer(UInt8(record.isTimeTrusted ? 1 : 0))
        return writer.bytes
    }

    static func record(_ number: UInt64, _ bytes: [UInt8]) throws(ByteReader.Failure) -> ConsentRecord {
        var reader = try reader(of: bytes)
        let record = ConsentRecord(
            number: number, status: try word(&reader), cause: try word(&reader), switches: try words(&reader),
            policy: try policy(&reader),
            language: try reader.optional { reader throws(ByteReader.Failure) in
                try reader.text(atMost: languageBytes)
            }, scope: try scope(&reader), details: try details(&reader), actor: try actor(&reader),
            isAdult: try reader.optional(bool), epoch: ConsentEpoch(try reader.integer()),
            unixSeconds: try reader.optional { reader throws(ByteReader.Failure) in try reader.integer() },
            isTimeTrusted: try bool(&reader))
        guard reader.isAtEnd else { throw ByteReader.Failure(words: "there is something behind its end") }
        return record
    }

    // MARK: An erasure request

    static func bytes(_ request: ErasureRequest) -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(version)
        writer.bytes(request.id.id.bytes)
        writer.bytes(request.installID.id.bytes)
        writer.integer(request.epoch.rawValue)
        writer.optional(request.parkedBy) { $0.integer($1) }
        return writer.bytes
    }

    static func erasure(_ bytes: [UInt8]) throws(ByteReader.Failure) -> ErasureRequest {
        var reader = try reader(of: bytes)
        let request = ErasureRequest(
            id: ErasureID(try randomID(&reader)), installID: InstallID(try randomID(&reader)),
            epoch: ConsentEpoch(try reader.integer()),
            parkedBy: try reader.optional { reader throws(ByteReader.Failure) in try reader.integer() })
        guard reader.isAtEnd else { throw ByteReader.Failure(words: "there is something behind its end") }
        return request
    }

    // MARK: Parts

    private static func reader(of bytes: [UInt8]) throws(ByteReader.Failure) -> ByteReader {
        var reader = ByteReader(bytes)
        let found: UInt8 = try reader.integer()
        guard found == version else { throw ByteReader.Failure(words: "its format \(found) is not known") }
        return reader
    }

    private static func write(_ key: KeyReference, _ writer: inout ByteWriter) {
        writer.integer(key.number)
        writer.integer(key.fingerprint)
    }

    private static func key(_ reader: inout ByteReader) throws(ByteReader.Failure) -> KeyReference {
        KeyReference(number: try reader.integer(), fingerprint: try reader.integer())
    }

    private static func write(_ actor: ConsentActor, _ writer: inout ByteWriter) {
        switch actor {
        case .key(let key):
            writer.integer(UInt8(0))
            write(key, &writer)
        case .local(let user):
            writer.integer(UInt8(1))
            writer.integer(user)
        case .lock: writer.integer(UInt8(2))
        }
    }

    private static func actor(_ reader: inout ByteReader) throws(ByteReader.Failure) -> ConsentActor {
        switch try reader.integer(UInt8.self) {
        case 0: return .key(try key(&reader))
        case 1: return .local(user: try reader.integer())
        case 2: return .lock
        case let other: throw ByteReader.Failure(words: "an actor \(other)")
        }
    }

    private static func write(_ policy: PolicyIdentity, _ writer: inout ByteWriter) {
        writer.text(policy.date.text)
        writer.text(policy.sha256Text)
    }

    private static func policy(_ reader: inout ByteReader) throws(ByteReader.Failure) -> PolicyIdentity {
        let (date, sha256) = (try reader.text(atMost: wordBytes), try reader.text(atMost: 2 * PolicyIdentity.hashBytes))
        guard let policy = PolicyIdentity(date: date, sha256: sha256) else {
            throw ByteReader.Failure(words: "a policy that is none")
        }
        return policy
    }

    private static func write(_ details: ProcessingDetails, _ writer: inout ByteWriter) {
        let texts = [
            details.controller, details.contact, details.erasureEndpoint, details.storagePlace, details.jurisdiction,
        ]
        for text in texts { writer.optional(text) { $0.text($1) } }
        writer.optional(details.recipients) { writer, recipients in writer.list(recipients) { $0.text($1) } }
    }

    private static func details(_ reader: inout ByteReader) throws(ByteReader.Failure) -> ProcessingDetails {
        ProcessingDetails(
            controller: try reader.optional(detail), contact: try reader.optional(detail),
            erasureEndpoint: try reader.optional(detail), storagePlace: try reader.optional(detail),
            jurisdiction: try reader.optional(detail),
            recipients: try reader.optional { reader throws(ByteReader.Failure) in
                try reader.list(atMost: ProcessingDetails.recipientLimit, detail)
            })
    }

    private static func detail(_ reader: inout ByteReader) throws(ByteReader.Failure) -> String {
        try reader.text(atMost: ProcessingDetails.textBytes)
    }

    private static func write(_ scope: ConsentScope, _ writer: inout ByteWriter) {
        writer.list(scope.lines) { writer, line in
            writer.text(line.item.rawValue)
            write(line.purposes, &writer)
            switch line.retention {
            case .days(let days): writer.integer(Int32(clamping: days))
            case .untilWithdrawn: writer.integer(Int32(-1))
            case .asDatedItem: writer.integer(Int32(-2))
            }
        }
    }

    private static func scope(_ reader: inout ByteReader) throws(ByteReader.Failure) -> ConsentScope {
        ConsentScope(
            lines: try reader.list(atMost: ItemID.allCases.count) { reader throws(ByteReader.Failure) in
                let item: ItemID = try word(&reader)
                let purposes: Set<Purpose> = try words(&reader)
                let retention: Retention =
                    switch try reader.integer(Int32.self) {
                    case -1: .untilWithdrawn
                    case -2: .asDatedItem
                    case let days: .days(Int(days))
                    }
                return ScopeLine(item: item, purposes: purposes, retention: retention)
            })
    }

    private static func write<Value: RawRepresentable & Comparable>(
        _ values: Set<Value>, _ writer: inout ByteWriter
    ) where Value.RawValue == String {
        writer.list(values.sorted()) { $0.text($1.rawValue) }
    }

    private static func words<Value: RawRepresentable & Hashable & CaseIterable>(
        _ reader: inout ByteReader
    ) throws(ByteReader.Failure) -> Set<Value> where Value.RawValue == String {
        Set(
            try reader.list(atMost: Value.allCases.count) { reader throws(ByteReader.Failure) -> Value in
                try word(&reader)
            })
    }

    private static func word<Value: RawRepresentable>(
        _ reader: inout ByteReader
    ) throws(ByteReader.Failure) -> Value where Value.RawValue == String {
        let text = try reader.text(atMost: wordBytes)
        guard let value = Value(rawValue: text) else { throw ByteReader.Failure(words: "\"\(text)\" is not known") }
        return value
    }

    private static func bool(_ reader: inout ByteReader) throws(ByteReader.Failure) -> Bool {
        switch try reader.integer(UInt8.self) {
        case 0: return false
        case 1: return true
        case let other: throw ByteReader.Failure(words: "\(other) where only 0 or 1 can be")
        }
    }

    private static func day(_ reader: inout ByteReader) throws(ByteReader.Failure) -> Day {
        let number: Int32 = try reader.integer()
        guard let day = Day(number: number) else { throw ByteReader.Failure(words: "\(number) is no day") }
        return day
    }

    private static func randomID(_ reader: inout ByteReader) throws(ByteReader.Failure) -> RandomID {
        guard let id = RandomID(bytes: try reader.bytes(atMost: RandomID.byteCount)) else {
            throw ByteReader.Failure(words: "an id that is none")
        }
        return id
    }
}
