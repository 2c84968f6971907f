import Testing

@testable import TelemetryPolicy

@Suite("What is recorded is small")
struct ValueTests {
    /// What must never come out of anything.
    static let canaries = [
        "SN-4F2A-99817736", "10000000d4c3b2a1", "DC:A6:32:01:02:03", "dca632010203", "HomeSweetHome-5G",
        "Anna's iPhone",
        "52.520008,13.404954", "52.520008", "13.404954", "Front door key of Jo", "192.168.178.42", "u33dc0cpke4q",
    ]

    @Test("Nothing but a small version comes out of an os-release", arguments: canaries)
    func osReleaseCanary(_ canary: String) {
        let file = """
            PRETTY_NAME="\(canary)"
            NAME=\(canary)
            BUILD_ID="\(canary)"
            # VERSION_ID=\(canary)
            VERSION_ID="13.2"
            HOME_URL="\(canary)"
            """
        #expect(Version(osRelease: file.utf8)?.text == "13.2.0")
        for text in ["VERSION_ID=\(canary)", "VERSION_ID=\"\(canary)\"", "VERSION_ID='\(canary)'", canary] {
            let version = Version(osRelease: text.utf8)?.text ?? ""
            #expect(!version.contains(canary), "\(version)")
            // Coordinates that look like a version lose what would make them a position: more than four digits.
            #expect(version.utf8.count <= 14)
        }
    }

    @Test("No parser makes a value of it", arguments: canaries)
    func parserCanary(_ canary: String) {
        #expect(Version(parsing: canary.utf8) == nil)
        #expect(DeviceModel(compatible: canary) == nil)
        #expect(DeviceModel(rawValue: canary) == nil)
        #expect(ServiceFailure(rawValue: canary) == nil)
        #expect(Geohash(text: canary) == nil)
        #expect(Day(text: canary) == nil)
        for item in ItemID.allCases { #expect(ItemValue(item, text: canary) == nil) }
    }

    @Test(
        "An os-release is read leniently",
        arguments: [
            ("VERSION_ID=13", "13.0.0"), ("VERSION_ID=\"24.04\"", "24.4.0"), ("VERSION_ID='6.12.47'", "6.12.47"),
            ("  VERSION_ID=7.1\r", "7.1.0"), ("VERSION_ID=1.0\nVERSION_ID=2.0", "2.0.0"),
            ("VERSION_ID=2026.11.2-rc1", "2026.11.2"), ("VERSION_ID=5.10~beta", "5.10.0"),
        ])
    func lenient(_ text: String, _ version: String) { #expect(Version(osRelease: text.utf8)?.text == version) }

    @Test(
        "An os-release without a version gives none",
        arguments: [
            "", "VERSION_ID=", "VERSION_ID=\"\"", "VERSION_ID=n/a", "VERSION_ID=1.2.3.4", "VERSION_ID=12345",
            "VERSION_ID=1..2",
            "VERSION_ID=13a", "VERSION_ID=-1", "VERSION=13", "VERSION_ID=١٣", "VERSION_ID=\"13",
        ])
    func none(_ text: String) { #expect(Version(osRelease: text.utf8) == nil) }

    @Test("An os-release of random bytes or of any length is survived")
    func fuzz() {
        var random = SplitMix(seed: 7)
        let letters = Array("VERSION_ID=\"'\n.0123456789 -+\0\u{ff}".utf8)
        for _ in 0..<5_000 {
            let file = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                letters[Int.random(in: 0..<letters.count, using: &random)]
            }
            if let version = Version(osRelease: Array("VERSION_ID=".utf8) + file) {
                #expect(version.major <= 9_999 && version.minor <= 9_999 && version.patch <= 9_999)
            }
        }
        #expect(Version(osRelease: [UInt8](repeating: 0x41, count: Version.osReleaseLimit + 1)) == nil)
    }

    @Test("A battery has 21 levels, and never one above the truth")
    func battery() {
        let levels = (0...100).compactMap(BatteryLevel.init(percent:))
        #expect(levels.count == 101)
        #expect(Set(levels).count == 21)
        for (percent, level) in levels.enumerated() {
            #expect(level.percent % 5 == 0)
            #expect((0..<5).contains(percent - Int(level.percent)))
        }
        #expect(BatteryLevel(percent: -1) == nil)
        #expect(BatteryLevel(percent: 101) == nil)
    }

    @Test("Of ten failures or more only that is said")
    func counts() {
        #expect(DailyCount(0) == nil)
        #expect((1...50).compactMap { DailyCount($0)?.value }.max() == 10)
        #expect(DailyCount(Int.max)?.value == 10)
    }

    @Test("Failures tell nothing of presence or access")
    func failures() {
        let known = Set(ServiceFailure.allCases.map(\.rawValue))
        let forbidden: Set<String> = [
            "forcedOpen", "tampered", "doorOpen", "busy", "cancelled", "lockedOut", "notAllowed", "outOfSchedule",
            "expired", "usedUp", "revoked", "noSuchKey", "pairingClosed", "overheated", "lowBattery",
        ]
        #expect(known.isDisjoint(with: forbidden))
    }

    @Test("A position is snapped to its cell, by published examples")
    func snapping() {
        #expect(Geohash(snappingLatitude: 52.520008, longitude: 13.404954)?.text == "u33dc")
        #expect(Geohash(snappingLatitude: 57.64911, longitude: 10.40744)?.text == "u4pru")
        #expect(Geohash(snappingLatitude: -25.382708, longitude: -49.265506)?.text == "6gkzw")
        #expect(Geohash(snappingLatitude: 90, longitude: 180)?.text == "zzzzz")
        #expect(Geohash(snappingLatitude: -90, longitude: -180)?.text == "00000")
        #expect(Geohash(snappingLatitude: .nan, longitude: 0) == nil)
        #expect(Geohash(snappingLatitude: 91, longitude: 0) == nil)
        #expect(Geohash(snappingLatitude: 0, longitude: -.infinity) == nil)
    }

    @Test("A cell holds no more than its five characters, wherever in it the position was")
    func cells() {
        var random = SplitMix(seed: 3)
        for _ in 0..<2_000 {
            let (latitude, longitude) = (
                Double.random(in: -89...89, using: &random), Double.random(in: -179...179, using: &random)
            )
            guard let cell = Geohash(snappingLatitude: latitude, longitude: longitude) else {
                Issue.record("no cell for \(latitude), \(longitude)")
                return
            }
            #expect(cell.text.utf8.count == 5)
            #expect(Geohash(text: cell.text) == cell)
            let next = Geohash(snappingLatitude: latitude + 0.01, longitude: longitude + 0.01)
            #expect(next?.touches(cell) == true)
            let far = Geohash(snappingLatitude: -latitude + 40, longitude: longitude)
            #expect(far == nil || abs(40 - 2 * latitude) < 0.2 || far?.touches(cell) == false)
        }
        for text in ["", "u33d", "u33dbc", "u33da", "U33DB", "u33dl", "ú33d"] { #expect(Geohash(text: text) == nil) }
    }

    @Test("Every value is read back from what it writes, and from nothing else")
    func values() {
        for (item, value) in Samples.values {
            #expect(value.item == item)
            #expect(ItemValue(item, text: value.text) == value)
            for changed in [
                value.text + " ", " " + value.text, value.text + "\0", value.text.uppercased() + "X", "0" + value.text,
            ] {
                #expect(ItemValue(item, text: changed) == nil, "\(changed)")
            }
        }
        #expect(ItemValue(.battery, text: "83") == nil)
        #expect(ItemValue(.serviceFailures, text: "stalled 11") == nil)
        #expect(ItemValue(.serviceFailures, text: "forcedOpen 1") == nil)
        #expect(ItemValue(.day, text: "2026-11-23") == nil)
    }

    @Test("Days are the calendar's")
    func days() {
        #expect(Samples.day("2024-02-29").number == 19_782)
        #expect(Day(text: "2023-02-29") == nil)
        #expect(Day(text: "2026-1-01") == nil)
        #expect(Day(text: "2100-01-01") == nil)
        #expect(Day(unixSeconds: 0) == nil)
        #expect(Day(unixSeconds: .max) == nil)
        #expect(Day(unixSeconds: .min) == nil)
        #expect(Day(unixSeconds: 1_795_435_200)?.text == "2026-11-23")
        for number in stride(from: Int32(0), through: 47_481, by: 37) {
            #expect(Day(number: number).flatMap { Day(text: $0.text) }?.number == number)
        }
    }

    @Test("An id is random, and a fresh one is no other")
    func ids() {
        #expect(RandomID(random: [UInt8](repeating: 0, count: 16)) == nil)
        #expect(RandomID(random: [1, 2, 3]) == nil)
        let id = RandomID(random: Array(0..<16))
        #expect(id?.text == "00010203-0405-4607-8809-0a0b0c0d0e0f")
        #expect(id.flatMap { RandomID(bytes: $0.bytes) } == id)
        #expect(RandomID(bytes: Array(0..<16)) == nil)
        #expect(FreshIdentifiers(random: Array(0..<16) + Array(0..<16)) == nil)
    }
}
