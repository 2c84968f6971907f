import Testing

@testable import TelemetryPolicy

/// Receipts and the export, read by another parser than the writer's.
@Suite("What owners can take with them")
struct ExportTests {
    @Test(
        "JSON says any text so that others read the same, and so that no terminal is moved by it",
        arguments: [
            "", "plain", "\"quoted\" and \\ and /",
            "line\nfeed\ttab\r\u{0}\u{1f}", "\u{7f}\u{9b}31m", "\u{2028}\u{2029}",
            "\u{202e}evil", "Müller, 東京, 🔒, e\u{301}", "\u{feff}", "</script>",
        ])
    func text(_ text: String) throws {
        let bytes = JSONText.object(["name \(text)": .list([.text(text), .null])]).bytes
        #expect(try ParsedJSON(bytes: bytes) == .object(["name \(text)": .list([.text(text), .null])]))
        let shown = String(decoding: bytes, as: UTF8.self).unicodeScalars
        #expect(shown.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !(0x7f...0x9f).contains($0.value)) })
        #expect(!shown.contains("\u{202e}"))
    }

    @Test("JSON says numbers, nothing and what is empty as others read them")
    func scalars() throws {
        let value = JSONText.object([
            "a": .number(-9_007_199_254_740_992), "b": .bool(true), "c": .bool(false), "d": .list([]),
            "e": .object([] as [JSONText.Member]), "f": .number(nil), "g": .text(nil as String?),
        ])
        let parsed = try ParsedJSON(bytes: value.bytes)
        #expect(
            parsed
                == .object([
                    "a": .number(-9_007_199_254_740_992), "b": .bool(true), "c": .bool(false), "d": .list([]),
                    "e": .object([:]), "f": .null, "g": .null,
                ]))
        #expect(
            String(decoding: JSONText.list([.number(1), .list([])]).bytes, as: UTF8.self) == "[\n  1,\n  []\n]\n")
    }

    @Test("Bytes are said in base 64 as others read them", arguments: 0...66)
    func base64(_ count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count) }
        #expect(ParsedJSON.text(Base64.text(of: bytes)).base64 == bytes)
    }

    @Test("A receipt has every field of the consent record, word for word")
    func receipt() throws {
        let rig = ConsentRig()
        rig.agree()
        let given = try #require(rig.ledger.first { $0.status == .given && $0.cause == .decided })
        #expect(String(decoding: ConsentReceipt.bytes(of: given), as: UTF8.self) == Self.expectedReceipt)
        // The same value is the same bytes, whatever a set's order is in another process.
        #expect(ConsentReceipt.bytes(of: given) == ConsentReceipt.bytes(of: given))
    }

    @Test("Every row of a long history makes a receipt that others can read, each with the same fields")
    func receipts() throws {
        let rig = GateTableTests.full()
        rig.ask(.eraseOnServer(Samples.fresh(5)))
        rig.withdraw([.location], by: .local(user: 1_000))
        rig.handle(.policy(PolicyContext(manifest: Samples.reworded, details: Samples.otherDetails)))
        rig.now.unixSeconds = nil
        rig.pass(days: 31)
        rig.handle(.owners([Samples.other]))
        rig.now.unixSeconds = 3
        rig.now.isTrusted = false
        rig.ask(.show(language: "de"), by: .key(Samples.other))
        rig.ask(.refuse, by: .local(user: 0))
        #expect(
            rig.ledger.map(\.cause) == [
                .accepted, .decided, .erasedOnServer, .withdrawn, .policyChanged, .ownerRemoved, .shown, .refused,
            ])
        #expect(rig.ledger.map(\.number) == Array(1...8))
        let parsed = try rig.ledger.map { try ParsedJSON(bytes: ConsentReceipt.bytes(of: $0)) }
        let names = try #require(parsed.first?["record"]?.names)
        #expect(names.count == 15)
        for receipt in parsed { #expect(receipt["record"]?.names == names) }
        #expect(parsed[3]["record"]?["entity"]?["path"]?.text == "on the lock")
        #expect(parsed[3]["record"]?["entity"]?["entity_id"]?.text == "user 1000")
        #expect(parsed[5]["record"]?["event_time"] == .object(["utc": .null, "is_trusted": .bool(false)]))
        #expect(
            parsed[6]["record"]?["event_time"]
                == .object(["utc": .text("1970-01-01T00:00:03Z"), "is_trusted": .bool(false)]))
    }

    @Test("An export has the history, every record, every batch's very bytes and the counters, and changes nothing")
    func export() throws {
        let rig = QueueTests.Rig()
        rig.record(.osVersion(Samples.version(13, 2, 0)))
        rig.record(.battery(Samples.level(80)))
        rig.record(.serviceFailure(.stalled, Samples.count(3)))
        let batch = try #require(rig.lease())
        _ = rig.begin(batch)
        rig.report(batch, .rejected)
        rig.record(.location(Samples.cell("u33dc")))
        rig.consent.ask(.eraseOnServer(Samples.fresh(5)))
        let (consent, queue) = (rig.consent.consent, rig.queue)
        let noted = [DatedValue(.deviceModel(.virtualBoard), on: Samples.day("2026-11-23"))]
        let export = TelemetryExport(
            consent, history: rig.consent.ledger, queue: queue, noted: noted, at: rig.consent.now)
        let parsed = try ParsedJSON(bytes: export.bytes)
        #expect(export.bytes == export.bytes)
        #expect(rig.consent.consent == consent && rig.queue == queue)

        #expect(
            parsed.names == [
                "schema", "schema_version", "exported", "policy", "processing", "consent", "erasure_requests",
                "history",
                "records", "batches", "noted_in_memory", "remembered", "counters",
            ])
        #expect(parsed["exported"]?["utc"]?.text == "2026-11-23T12:00:00Z")
        #expect(parsed["history"]?.list.count == rig.consent.ledger.count)
        #expect(parsed["records"]?.list.compactMap { $0["value"]?.text } == ["13.2.0", "80", "stalled 3", "u33dc"])
        #expect(parsed["records"]?.list.compactMap { $0["day"]?.text } == Array(repeating: "2026-11-23", count: 4))
        #expect(parsed["batches"]?.list.map { $0["state"]?.text } == ["quarantined"])
        #expect(parsed["batches"]?.list.first?["bytes_base64"]?.base64 == batch.bytes)
        let batchID = try #require(parsed["batches"]?.list.first?["batch_id"])
        #expect(parsed["records"]?.list.filter { $0["batch_id"] == batchID }.count == 1)
        #expect(parsed["noted_in_memory"]?.list.map { $0["value"]?.text } == ["virtual-board"])
        #expect(parsed["erasure_requests"]?.list.count == 1)
        #expect(parsed["consent"]?["given"]?["install_id"]?.text == consent.state.grant?.installID.id.text)
        #expect(parsed["consent"]?["diagnostics"]?.text == "given")

        let counters = try #require(parsed["counters"])
        let places = ["acknowledged", "queued", "leased", "parked", "quarantined", "expired", "erased"]
        let dropped = try #require(counters["dropped"])
        #expect(dropped.names == ["quota", "headroom", "superseded", "rejected"])
        let sum =
            places.compactMap { counters[$0]?.number }.reduce(0, +)
            + dropped.names.compactMap { dropped[$0]?.number }.reduce(0, +)
        #expect(counters["recorded"]?.number == 4)
        #expect(sum == 4)
    }

    @Test("An export before anything was agreed to says so, and one of an unreadable ledger says that")
    func emptyExports() throws {
        for (rig, ledger) in [
            (ConsentRig(), "read"),
            (ConsentRig(.unreadable(startingAt: ConsentEpoch(.max))), "unreadable, which means no"),
        ] {
            let parsed = try ParsedJSON(
                bytes: TelemetryExport(rig.consent, history: [], queue: TelemetryQueue(), noted: [], at: rig.now).bytes)
            #expect(parsed["consent"]?["ledger"]?.text == ledger)
            #expect(parsed["consent"]?["given"] == .null)
            #expect(parsed["consent"]?["diagnostics"]?.text == "unknown")
            #expect(parsed["records"] == .list([]))
        }
    }

    private static let expectedReceipt = """
        {
          "schema": "mortise-consent-receipt",
          "record": {
            "schema_version": 1,
            "record_id": 2,
            "event_state": "given",
            "event_type": "decided",
            "event_time": {
              "utc": "2026-11-23T12:00:00Z",
              "is_trusted": true
            },
            "entity": {
              "entity_id": "key 1 00000000feed0001",
              "path": "channel"
            },
            "switches": [
              "diagnostics"
            ],
            "privacy_notice": {
              "date": "2021-02-15",
              "sha256": "0f585311e081eb16a7dbe1c53ba24b60d2c078de62105f83fd20a9f95bfec30f"
            },
            "language": "en",
            "at_least_18": null,
            "purposes": [
              "improvement",
              "safety",
              "service",
              "support",
              "technical"
            ],
            "pii_information": [
              {
                "item": "device-model",
                "purposes": [
                  "safety",
                  "service",
                  "support",
                  "technical"
                ],
                "retention_period": "30 days (ours)"
              },
              {
                "item": "os-version",
                "purposes": [
                  "safety",
                  "support",
                  "technical"
                ],
                "retention_period": "30 days (ours)"
              },
              {
                "item": "software-version",
                "purposes": [
                  "safety",
                  "support",
                  "technical"
                ],
                "retention_period": "30 days (ours)"
              },
              {
                "item": "install-id",
                "purposes": [
                  "service",
                  "support",
                  "technical"
                ],
                "retention_period": "until consent is withdrawn"
              },
              {
                "item": "battery",
                "purposes": [
                  "support",
                  "technical"
                ],
                "retention_period": "30 days (ours)"
              },
              {
                "item": "service-failures",
                "purposes": [
                  "improvement",
                  "support",
                  "technical"
                ],
                "retention_period": "30 days (ours)"
              },
              {
                "item": "day",
                "purposes": [],
                "retention_period": "as the item it dates"
              }
            ],
            "pii_controller": {
              "name": "Example Locks",
              "contact": "privacy@example.org",
              "erasure_endpoint": "https://example.org/erase",
              "storage_location": "Germany",
              "jurisdiction": "Germany",
              "recipients": []
            },
            "withdrawal_method": "On the phone, by any owner, where it was given; or on the lock: mortise consent withdraw. At once, without a network, free.",
            "consent_epoch": "1001"
          }
        }

        """
}
