import FoundationEssentials
import OTLPMetrics
import TelemetryPolicy
import Testing

struct MetricsRequestTests {
    /// The rows of `Vectors/make-vectors.py`.
    private static let rows = [
        row(1, .deviceModel(.virtualBoard), "2026-11-20"), row(2, .osVersion(version(13, 2, 0)), "2026-11-20"),
        row(3, .softwareVersion(version(0, 5, 0)), "2026-11-20"), row(4, .battery(level(100)), "2026-11-20"),
        row(5, .serviceFailure(.stalled, count(3)), "2026-11-20"), row(6, .battery(level(85)), "2026-11-21"),
        row(7, .location(must(Geohash(text: "u33db"))), "2026-11-21"),
        row(8, .serviceFailure(.driverFault, count(25)), "2026-11-21"),
    ]
    private static let installID = InstallID(must(RandomID(random: (1...16).map { UInt8($0) })))

    @Test func `A request is, to the byte, what OpenTelemetry's own package makes of the same points`() throws {
        let vector = try String(
            decoding: Data(
                contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/request.hex")),
            as: UTF8.self)
        let bytes = MetricsRequest.bytes(Self.installID, Self.rows)
        #expect(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\n" == vector)
    }

    @Test func `All that a request holds can be read back, and is in the list of names`() throws {
        let decoded = try #require(DecodedRequest(MetricsRequest.bytes(Self.installID, Self.rows)))
        #expect(decoded.points.count == Self.rows.count)
        #expect(
            decoded.resource.map { "\($0.name)=\($0.value)" } == [
                "service.name=mortise", "app.installation.id=01020304-0506-4708-890a-0b0c0d0e0f10",
            ])
        for point in decoded.points {
            #expect(OTLPName(rawValue: point.metric) != nil)
            for attribute in point.attributes { #expect(OTLPName(rawValue: attribute.name) != nil) }
        }
        #expect(decoded.points.filter { $0.metric == "hw.battery.charge" }.map(\.value) == ["1.0", "0.85"])
        #expect(decoded.points.filter { $0.metric == "mortise.service.failures" }.map(\.value) == ["3", "10"])
        #expect(Set(decoded.points.map(\.day.text)) == ["2026-11-20", "2026-11-21"])
    }

    @Test(arguments: rows) func `Each value makes one point of its own item`(_ row: Row) throws {
        let decoded = try #require(DecodedRequest(MetricsRequest.bytes(Self.installID, [row])))
        let point = try #require(decoded.points.first)
        #expect(decoded.points.count == 1)
        let items = ([point.metric] + point.attributes.map(\.name)).compactMap { OTLPName(rawValue: $0)?.item }
        #expect(Set(items) == [row.value.item])
    }

    @Test func `Every item that has values has names, and no name is of an item that has none`() {
        let named = Set(OTLPName.allCases.compactMap(\.item))
        #expect(named == Set(ItemID.allCases).subtracting([.day]))
    }

    @Test func `A batch of the greatest size fits the bound of its bytes`() {
        let rows = (0..<QueueLimits.batchRows).map {
            Self.row(UInt64($0 + 1), .serviceFailure(.journalUnavailable, Self.count(10)), "2026-11-20")
        }
        #expect(MetricsRequest.bytes(Self.installID, rows).count <= QueueLimits.batchBytes)
    }

    @Test func `Bytes that hold anything else are not read as if they did not`() {
        let bytes = MetricsRequest.bytes(Self.installID, Self.rows)
        // A field that OTLP does not have yet.
        #expect(DecodedRequest(bytes + [0xfa, 0x07, 0x00]) == nil)
        for length in 1..<bytes.count { #expect(DecodedRequest(Array(bytes.prefix(length))) == nil) }
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            // It cannot be read, or what it says differs: nothing is passed over.
            #expect(DecodedRequest(other) != DecodedRequest(bytes))
        }
    }

    private static func row(_ sequence: UInt64, _ value: ItemValue, _ day: String) -> Row {
        Row(sequence: sequence, epoch: ConsentEpoch(7), value: value, day: must(Day(text: day)))
    }
    private static func version(_ major: Int, _ minor: Int, _ patch: Int) -> Version {
        must(Version(major: major, minor: minor, patch: patch))
    }
    private static func level(_ percent: Int) -> BatteryLevel { must(BatteryLevel(percent: percent)) }
    private static func count(_ count: Int) -> DailyCount { must(DailyCount(count)) }
    private static func must<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("a sample is none") }
        return value
    }
}
