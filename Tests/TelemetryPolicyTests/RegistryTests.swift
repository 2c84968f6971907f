import Testing

@testable import TelemetryPolicy

@Suite("The registry")
struct RegistryTests {
    @Test("has an entry for every item, and each says everything")
    func complete() {
        #expect(Registry.entries.map(\.item) == ItemID.allCases)
        for entry in Registry.entries {
            for text in [entry.title, entry.source, entry.recorded, entry.precision, entry.reason] {
                #expect(text.isEmpty == false)
            }
        }
    }

    typealias Line = (
        item: ItemID, category: TelemetryPolicy.Category, purposes: Set<Purpose>, by: ConsentSwitch?, kept: Retention,
        erasure: ErasureRule
    )

    /// What the requirements' table says, written down once more by hand.
    static let table: [Line] = [
        (.deviceModel, .device, [.service, .technical, .support, .safety], .diagnostics, .days(30), .byInstallID),
        (.osVersion, .device, [.technical, .support, .safety], .diagnostics, .days(30), .byInstallID),
        (.softwareVersion, .software, [.technical, .support, .safety], .diagnostics, .days(30), .byInstallID),
        (.installID, .device, [.service, .technical, .support], .diagnostics, .untilWithdrawn, .rotated),
        (.battery, .device, [.technical, .support], .diagnostics, .days(30), .byInstallID),
        (.serviceFailures, .serviceLog, [.technical, .support, .improvement], .diagnostics, .days(30), .byInstallID),
        (.day, .serviceLog, [], nil, .asDatedItem, .byInstallID),
        (.location, .location, [.service], .location, .untilWithdrawn, .byInstallID),
    ]

    @Test("says of each item what the requirements say, and has no other")
    func requirements() {
        #expect(Registry.entries.count == Self.table.count)
        for (entry, row) in zip(Registry.entries, Self.table) {
            #expect(entry.item == row.item)
            #expect(entry.category == row.category, "\(row.item.rawValue)")
            #expect(entry.ownPurposes == row.purposes, "\(row.item.rawValue)")
            #expect(entry.consentSwitch == row.by, "\(row.item.rawValue)")
            #expect(entry.retention == row.kept, "\(row.item.rawValue)")
            #expect(entry.erasure == row.erasure, "\(row.item.rawValue)")
            #expect(entry.expires.text == "2028-12-31", "\(row.item.rawValue)")
        }
    }

    @Test("names every stored field of a record: one more would be a record without an entry")
    func fields() {
        let row = Row(
            sequence: 1, epoch: ConsentEpoch(1), value: .battery(Samples.level(5)), day: Samples.day("2026-11-23"))
        #expect(Set(Mirror(reflecting: row).children.compactMap(\.label)) == Set(RowField.allCases.map(\.rawValue)))
        let dated = RowField.allCases.flatMap { field -> [ItemID] in
            if case .items(let items) = field.meaning { items } else { [] }
        }
        // The install id is no field of a record: a batch has it.
        #expect(Set(dated) == Set(ItemID.allCases).subtracting([.installID]))
    }

    @Test("lets no value hold text", arguments: Samples.values.keys.sorted { $0.rawValue < $1.rawValue })
    func noText(_ item: ItemID) throws {
        func check(_ value: Any) {
            let mirror = Mirror(reflecting: value)
            #expect(!(value is String) && !(value is [UInt8]) && !(value is Double))
            // An enumeration's name is a code of a closed list.
            for child in mirror.children { check(child.value) }
        }
        check(try #require(Samples.values[item]))
    }

    @Test("asks for nothing that the policy does not permit", arguments: Registry.entries)
    func permitted(_ entry: RegistryEntry) { #expect(Samples.policy.permits(entry)) }

    @Test("is for no purpose of marketing: there is no word for it")
    func marketing() {
        #expect(
            Purpose.allCases.map(\.rawValue).sorted() == ["improvement", "safety", "service", "support", "technical"])
    }

    @Test("knows the policy by its date and hash")
    func identity() {
        #expect(Samples.policy.identity.date.text == "2021-02-15")
        #expect(
            Samples.policy.identity.sha256Text == "0f585311e081eb16a7dbe1c53ba24b60d2c078de62105f83fd20a9f95bfec30f")
        #expect(PolicyIdentity(date: "2021-02-30", sha256: String(repeating: "0", count: 64)) == nil)
        #expect(PolicyIdentity(date: "2021-02-15", sha256: String(repeating: "0", count: 63)) == nil)
        #expect(PolicyIdentity(date: "2021-02-15", sha256: String(repeating: "G", count: 64)) == nil)
    }

    @Test("says what is missing of controller, contact and the rest")
    func details() {
        #expect(ProcessingDetails().missing.count == 6)
        #expect(Samples.details.missing == [])
        #expect(Samples.details.complaints == [])
        var details = Samples.details
        details.erasureEndpoint = "http://example.org"
        details.controller = ""
        details.contact = "two\nlines"
        details.recipients = Array(repeating: String(repeating: "x", count: 300), count: 17)
        #expect(details.complaints.count == 3 + 1 + 17)
        #expect(!details.isComplete)
    }
}
