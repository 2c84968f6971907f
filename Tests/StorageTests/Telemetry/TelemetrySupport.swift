import Storage
import Testing

@testable import TelemetryPolicy

/// Everything that a store of consent or telemetry can hold, and a `Consent` that leads there by itself.
enum Sample {
    static let owner = KeyReference(number: 1, fingerprint: 0x0102_0304_0506_0708)
    static let moment = Moment(uptime: .seconds(100), unixSeconds: 1_780_000_000, isTrusted: true)
    static let epoch = ConsentEpoch(0xfedc_ba98_7654_3210)

    static let details = ProcessingDetails(
        controller: "Lock Company", contact: "privacy@lock.example", erasureEndpoint: "https://lock.example/erase",
        storagePlace: "Germany", jurisdiction: "Germany", recipients: ["Cloud Company"])

    static func context() throws -> PolicyContext {
        PolicyContext(manifest: try #require(PolicyManifest.current), details: details)
    }

    static func fresh(_ seed: UInt8) throws -> FreshIdentifiers {
        try #require(FreshIdentifiers(random: (0..<32).map { $0 &+ seed }))
    }

    static func day(_ number: Int32 = 20_600) throws -> Day { try #require(Day(number: number)) }

    static func batchID(_ seed: UInt8) throws -> BatchID {
        BatchID(try #require(RandomID(random: (0..<16).map { $0 &+ seed })))
    }
}

/// A machine of consent whose commits go to a store as the telemetry thread's do.
struct StoredConsent {
    var consent = Consent()
    private var nextRequest: UInt64 = 1

    init(_ facts: ConsentFacts, owners: Set<KeyReference> = [Sample.owner]) throws {
        _ = consent.handle(.boot(facts, try Sample.context(), owners: owners), at: Sample.moment)
    }

    /// Gives an input, and carries out every commit that follows; the answers.
    @discardableResult
    mutating func tell(_ input: ConsentInput, _ store: ConsentStore) throws -> [ConsentAnswer] {
        var answers: [ConsentAnswer] = []
        var effects = consent.handle(input, at: Sample.moment)
        while !effects.isEmpty {
            switch effects.removeFirst() {
            case .commit(let id, let state, let records):
                try store.commit(state, records)
                effects += consent.handle(.committed(id, stored: true), at: Sample.moment)
            case .answer(_, let answer): answers.append(answer)
            default: break
            }
        }
        return answers
    }

    @discardableResult
    mutating func ask(
        _ request: ConsentRequest, by actor: ConsentActor = .key(Sample.owner), _ store: ConsentStore
    ) throws -> ConsentAnswer {
        nextRequest += 1
        let answers = try tell(.request(request, by: actor, id: ConsentRequestID(nextRequest)), store)
        return try #require(answers.first)
    }

    /// Shown, accepted and given.
    mutating func agree(_ switches: Set<ConsentSwitch>, _ seed: UInt8, _ store: ConsentStore) throws {
        let manifest = try Sample.context().manifest
        var echo = PolicyEcho(sha256: manifest.identity.sha256, language: "en", purposes: [])
        try #require(try ask(.show(language: "en"), store) == .done)
        try #require(try ask(.accept(echo, isAdult: true), store) == .done)
        echo.purposes = manifest.scope(of: switches).purposes
        try #require(try ask(.give(switches, echo, try Sample.fresh(seed)), store) == .done)
    }
}

/// Opens a store that must work.
func openConsent(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> ConsentStore {
    switch ConsentStore.open(at: path) {
    case .ready(let store, let report):
        if case .quarantined(_, let damage) = report {
            Issue.record("set aside: \(damage)", sourceLocation: sourceLocation)
        }
        return store
    case .unavailable(let error): throw error
    }
}

func openTelemetry(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> TelemetryStore {
    switch TelemetryStore.open(at: path) {
    case .ready(let store, let report):
        if case .quarantined(_, let damage) = report {
            Issue.record("set aside: \(damage)", sourceLocation: sourceLocation)
        }
        return store
    case .unavailable(let error): throw error
    }
}

/// Every file in a directory that holds the bytes.
func files(in directory: String, holding needle: some Collection<UInt8>) throws -> [String] {
    let wanted = Array(needle)
    return try TemporaryDirectory.allNames(directory).filter { name in
        guard let content = try bytes(of: directory + "/" + name) else { return false }
        return content.indices.contains { start in
            content.count - start >= wanted.count && content[start] == wanted[0]
                && content[start..<(start + wanted.count)].elementsEqual(wanted)
        }
    }
}
