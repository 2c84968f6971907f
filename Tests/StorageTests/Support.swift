import Glibc
import LockCore
import Storage
import TelemetryPolicy
import Testing

let bootID = "0b9c2f1e-6a1d-4d52-9b57-2f6a3c1d8e44"

/// The seed of a random test: MORTISE_SEED, or the one given. Printed with every failure.
func seed(_ standard: UInt64) -> UInt64 {
    guard let text = getenv("MORTISE_SEED") else { return standard }
    return UInt64(String(cString: text)) ?? standard
}

/// SplitMix64: small, seeded, the same everywhere.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// Opens a store that must work.
func openStore(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> LockStore {
    switch LockStore.open(at: path, bootID: bootID) {
    case .ready(let store, let report):
        if case .quarantined(_, let damage) = report {
            Issue.record("set aside: \(damage)", sourceLocation: sourceLocation)
        }
        return store
    case .unavailable(let error): throw error
    }
}

/// What opening came to, for comparison.
enum Opened: Hashable {
    case opened
    case created
    case quarantined(StoreDamage)
    case unavailable(StoreError)

    init(_ opened: OpenedStore) {
        switch opened {
        case .ready(_, .opened): self = .opened
        case .ready(_, .created): self = .created
        case .ready(_, .quarantined(_, let damage)): self = .quarantined(damage)
        case .unavailable(let error): self = .unavailable(error)
        }
    }

    var isQuarantined: Bool { if case .quarantined = self { true } else { false } }
    var error: StoreError? { if case .unavailable(let error) = self { error } else { nil } }
}

extension AuditEvent {
    /// An event that is told apart by its number.
    static func sample(_ number: Int64, unixSeconds: Int64? = nil, isTimeTrusted: Bool = false) -> AuditEvent {
        AuditEvent(
            action: number.isMultiple(of: 2) ? .lock : .unlock, origin: .key(UInt32(truncatingIfNeeded: number)),
            outcome: .done(number.isMultiple(of: 2) ? .locked : .unlocked), at: Instant(nanoseconds: number),
            unixSeconds: unixSeconds, isTimeTrusted: isTimeTrusted)
    }
}

/// Every record that the store keeps, read page by page; fails unless they are dense.
func allRecords(_ store: LockStore, sourceLocation: SourceLocation = #_sourceLocation) throws -> [AuditRecord] {
    var records: [AuditRecord] = []
    var since: Int64 = 0
    while true {
        let page = try store.entries(since: since, limit: 500)
        guard let last = page.records.last else {
            #expect(records.first?.seq ?? 1 == page.first, sourceLocation: sourceLocation)
            #expect(records.last?.seq ?? 0 == page.last, sourceLocation: sourceLocation)
            #expect(Int64(records.count) == page.last - page.first + 1, sourceLocation: sourceLocation)
            return records
        }
        records += page.records
        since = last.seq
    }
}

/// What the chain over a store's log shows.
func chainVerdict(_ store: LockStore, _ witnesses: [AuditCheckpoint] = []) throws -> AuditVerdict {
    var verifier = AuditVerifier(after: try store.auditAnchor(), witnesses: witnesses)
    if let verdict = verifier.begin() { return verdict }
    var position: UInt64 = 0
    while true {
        let entries = try store.chainEntries(since: position, limit: 500)
        if entries.isEmpty { return verifier.end() }
        for entry in entries {
            position = entry.link.number
            if let verdict = verifier.take(entry, hashedBy: AuditChaining.hash) { return verdict }
        }
    }
}

/// A store with something in every table: settings, calibration, closed motions, an open one, and a log of several pages.
func makeFullStore(_ path: String) throws {
    let store = try openStore(path)
    try store.saveSettings(fullSettings)
    try store.saveCalibration(fullCalibration)
    for number in 1...70 as ClosedRange<Int64> {
        let id = try store.nextMotion()
        try store.begin(Motion(id: id, target: .locked, origin: .local(user: 1000)))
        try store.finish(id, .sample(number))
    }
    for number in 71...240 as ClosedRange<Int64> { try store.finish(nil, .sample(number)) }
    try store.begin(Motion(id: try store.nextMotion(), target: .unlocked, origin: .insideButton))
}

let fullSettings = Settings(mode: .passage, autoRelockMilliseconds: 30_000, doorAjarMilliseconds: nil)
let fullCalibration = Calibration(extendNanoseconds: 412_000_000, retractNanoseconds: 398_000_000)
