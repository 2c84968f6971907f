import Glibc
import Testing

@testable import LockCore

@Suite("A drive time-out in hardware")
struct DriveTimeOutTests {
    /// The board's own cap, as after a stroke that took longer than the adapted one.
    private static func slow(_ answers: [DriveAnswer]) -> Rig {
        var configuration = DeviceConfiguration()
        configuration.stroke.uncalibratedCap = configuration.stroke.capMaximum
        var rig = Rig(.retracted, configuration: configuration)
        rig.answers = answers
        rig.lock()
        rig.rest()
        return rig
    }

    @Test("must be longer than an attempt and the backing off after it: the sleep line stays up over both")
    func longest() {
        let rig = Self.slow(Array(repeating: .runsToCap(left: true), count: 6))
        #expect(rig.longestAwake == rig.device.configuration.stroke.longestAwake)
        #expect(rig.longestAwake == .milliseconds(3322))
    }

    @Test("begins anew with each attempt: the sleep line falls before the pause")
    func falls() {
        let rig = Self.slow(Array(repeating: .runsToCap(left: true), count: 6))
        let wakes = rig.effects.filter { $0 == .wakeDriver }.count
        #expect(wakes == rig.drives.filter { $0 == .extend }.count)
        #expect(!rig.isAwake)
    }

    @Test("is told of in the board guide with this sum and these seconds")
    func guide() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let guide = try Self.contents("/\(root)/board/README.md")
        let longest = StrokeTiming().longestAwake
        let tenths = Int(longest / .milliseconds(100))
        // With the tenth that a resistor and a capacitor are wrong by, rounded up.
        let advised = Int((longest * 11 / 10) / .milliseconds(100)) + 1
        #expect(guide.contains("2 × `cap-maximum` + 2 × `brake` + 2 × `dead-time` + `wake`"))
        #expect(guide.contains("\(tenths / 10).\(tenths % 10) s with the defaults"))
        #expect(guide.contains("so \(advised / 10).\(advised % 10) s"))
    }

    private static func contents(_ path: String) throws -> String {
        let file = try #require(fopen(path, "r"), "\(path)")
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 17)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
