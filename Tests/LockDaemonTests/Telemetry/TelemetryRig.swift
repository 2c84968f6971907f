import LockCore
import OTLPMetrics
import Testing

@testable import LockDaemon
@testable import TelemetryPolicy

/// A telemetry keeper in a directory of its own, whose time goes by as the test says.
final class TelemetryRig {
    static let owner = KeyReference(number: 1, fingerprint: 0x0102_0304_0506_0708)
    static let other = KeyReference(number: 2, fingerprint: 0x1112_1314_1516_1718)
    static let details = ProcessingDetails(
        controller: "Lock Company", contact: "privacy@lock.example", erasureEndpoint: "https://lock.example/erase",
        storagePlace: "Germany", jurisdiction: "Germany", recipients: [])
    /// 2026-11-23T12:00:00Z.
    static let noon: Int64 = 1_795_435_200

    let directory: TemporaryDirectory
    private(set) var answers: [TelemetryAnswer] = []
    var now = Instant.zero + .seconds(10)
    private(set) var keeper: TelemetryKeeper?
    private var nextNumber: UInt64 = 1
    private var drawn: UInt8 = 0

    init(in directory: TemporaryDirectory? = nil) throws {
        self.directory = try directory ?? TemporaryDirectory()
        start()
    }

    /// A new keeper, as after a boot; the one before is gone without a word.
    func start() {
        keeper = nil
        keeper = TelemetryKeeper(
            directory: directory.path, startedAt: now,
            random: { [unowned self] in
                drawn &+= 1
                return (0..<32).map { $0 &* 7 &+ drawn }
            }, encode: MetricsRequest.bytes, tell: { [unowned self] in answers.append($0) })
    }

    /// All that a daemon says at its start.
    func begin(owners: Set<KeyReference>? = [owner]) throws {
        let manifest = try #require(PolicyManifest.current)
        tell(.clock(CivilReading(at: now, unixSeconds: Self.noon, isTrusted: true)))
        tell(.policy(PolicyContext(manifest: manifest, details: Self.details)))
        tell(.owners(owners))
        tell(.facts([.deviceModel(.virtualBoard)] + version("13.1.0").map { [.osVersion($0)] }.flatMap(\.self)))
    }

    private func version(_ text: String) -> [Version] { [Version(parsing: text.utf8)].compactMap(\.self) }

    func tell(_ message: TelemetryMessage) { keeper?.handle(message, at: now) }

    /// Lets time go by, and calls the keeper when it has asked for it; how often that was.
    @discardableResult
    func pass(_ duration: Duration) -> Int {
        let end = now + duration
        var calls = 0
        while let due = keeper?.deadline(at: now), due <= end, calls < 10_000 {
            now = max(now, due)
            keeper?.timeOut(at: now)
            calls += 1
        }
        now = end
        return calls
    }

    func number() -> UInt64 {
        nextNumber += 1
        return nextNumber
    }

    @discardableResult
    func ask(_ request: ConsentRequest, by actor: ConsentActor = .key(owner)) throws -> ConsentAnswer {
        let number = number()
        tell(.ask(request, by: actor, number))
        let found = answers.compactMap { if case .answered(number, let answer) = $0 { answer } else { nil } }
        try #require(found.count == 1, "\(found)")
        return found[0]
    }

    func fresh() throws -> FreshIdentifiers { try #require(keeper?.fresh()) }

    func agree(_ switches: Set<ConsentSwitch> = [.diagnostics]) throws {
        let manifest = try #require(PolicyManifest.current)
        var echo = PolicyEcho(sha256: manifest.identity.sha256, language: "en", purposes: [])
        try #require(try ask(.show(language: "en")) == .done)
        try #require(try ask(.accept(echo, isAdult: true)) == .done)
        echo.purposes = manifest.scope(of: switches).purposes
        try #require(try ask(.give(switches, echo, try fresh())) == .done)
    }

    func status() throws -> TelemetryStatus {
        let number = number()
        tell(.status(number))
        return try #require(
            answers.compactMap { if case .status(number, let status) = $0 { status } else { nil } }.first)
    }

    func lease() throws -> Result<Batch, TelemetryRefusal> {
        let number = number()
        tell(.lease(number))
        return try #require(answers.compactMap { if case .leased(number, let batch) = $0 { batch } else { nil } }.first)
    }

    func begin(_ batch: Batch) throws -> Result<[UInt8], TelemetryRefusal> {
        let number = number()
        tell(.begin(batch.id, number))
        return try #require(answers.compactMap { if case .mayGo(number, let bytes) = $0 { bytes } else { nil } }.first)
    }

    func report(_ batch: Batch, _ outcome: TransferOutcome) throws -> Bool {
        let number = number()
        tell(.report(batch.id, outcome, number))
        let found: [Bool] = answers.compactMap { if case .reported(number, let isKnown) = $0 { isKnown } else { nil } }
        try #require(found.count == 1)
        return found[0]
    }

    func document(_ message: (UInt64) -> TelemetryMessage) throws -> Result<[UInt8], TelemetryRefusal> {
        let number = number()
        tell(message(number))
        return try #require(
            answers.compactMap { if case .document(number, let result) = $0 { result } else { nil } }.first)
    }

    func preview() throws -> TelemetryPreview {
        let number = number()
        tell(.preview(number))
        let found = answers.compactMap { if case .preview(number, let result) = $0 { result } else { nil } }
        return try #require(found.first).get()
    }

    var problems: [String] { answers.compactMap { if case .problem(let words) = $0 { words } else { nil } } }
    var hasWork: Bool { answers.contains { if case .hasWork = $0 { true } else { false } } }
}
