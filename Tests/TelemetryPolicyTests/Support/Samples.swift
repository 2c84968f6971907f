import TelemetryPolicy

/// Policies, details, names and values that tests and walks share. What is optional in the code is precondition here.
enum Samples {
    static let owner = KeyReference(1)
    static let other = KeyReference(2)
    /// 2026-11-23, noon.
    static let noon: Int64 = 1_795_435_200

    static let policy = must(PolicyManifest.current)
    /// Another text with the same permissions.
    static let reworded = PolicyManifest(
        identity: must(PolicyIdentity(date: "2027-01-01", sha256: String(repeating: "ab", count: 32))),
        languages: ["en", "de"], permissions: policy.permissions)
    /// Another text, which permits no service failures.
    static let narrower = PolicyManifest(
        identity: must(PolicyIdentity(date: "2027-02-01", sha256: String(repeating: "cd", count: 32))),
        languages: ["en"], permissions: policy.permissions.filter { $0.key != .serviceFailures })

    static let details = ProcessingDetails(
        controller: "Example Locks", contact: "privacy@example.org", erasureEndpoint: "https://example.org/erase",
        storagePlace: "Germany", jurisdiction: "Germany", recipients: [])
    static var otherDetails: ProcessingDetails {
        var details = details
        details.controller = "Another Company"
        return details
    }
    static var incompleteDetails: ProcessingDetails {
        var details = details
        details.contact = nil
        return details
    }

    static let context = PolicyContext(manifest: policy, details: details)

    static func fresh(_ number: UInt64) -> FreshIdentifiers {
        must(FreshIdentifiers(random: bytes(number, tag: 1) + bytes(number, tag: 2)))
    }

    static func batchID(_ number: UInt64) -> BatchID { BatchID(must(RandomID(random: bytes(number, tag: 3)))) }

    static func bytes(_ number: UInt64, tag: UInt8) -> [UInt8] {
        // Clear of the bits that a UUID's version and variant take.
        [tag] + (0..<5).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } + [UInt8](repeating: 0, count: 10)
    }

    static func echo(_ manifest: PolicyManifest = policy, _ purposes: Set<Purpose> = []) -> PolicyEcho {
        PolicyEcho(sha256: manifest.identity.sha256, language: "en", purposes: purposes)
    }

    static func version(_ major: Int, _ minor: Int, _ patch: Int) -> Version {
        must(Version(major: major, minor: minor, patch: patch))
    }

    static func level(_ percent: Int) -> BatteryLevel { must(BatteryLevel(percent: percent)) }
    static func count(_ count: Int) -> DailyCount { must(DailyCount(count)) }
    static func cell(_ text: String) -> Geohash { must(Geohash(text: text)) }
    static func day(_ text: String) -> Day { must(Day(text: text)) }

    /// A value of each item that has values.
    static let values: [ItemID: ItemValue] = [
        .deviceModel: .deviceModel(.virtualBoard), .osVersion: .osVersion(version(13, 0, 0)),
        .softwareVersion: .softwareVersion(version(0, 5, 0)), .battery: .battery(level(80)),
        .serviceFailures: .serviceFailure(.stalled, count(1)), .location: .location(cell("u33db")),
    ]

    private static func must<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("a sample is none") }
        return value
    }
}

extension KeyReference {
    /// A key by its number alone, where no other has the same.
    init(_ number: UInt32) { self.init(number: number, fingerprint: 0xfeed_0000 + UInt64(number)) }
}
