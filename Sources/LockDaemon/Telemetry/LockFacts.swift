internal import LockCore
package import TelemetryPolicy

/// What the lock is, as far as telemetry may say it: a model from a closed list and three numbers of each version.
package enum LockFacts {
    /// - Parameters:
    ///   - compatible: the board profile's name for the board.
    ///   - osRelease: the content of `os-release` (its manual page has the format).
    ///   - software: the program's version.
    /// - Returns: of what can be said. What is in no list and is no version is left out.
    package static func values(compatible: String?, osRelease: [UInt8], software: String) -> [ItemValue] {
        [
            compatible.flatMap(DeviceModel.init(compatible:)).map(ItemValue.deviceModel),
            osVersion(osRelease).map(ItemValue.osVersion),
            Version(parsing: software.utf8).map(ItemValue.softwareVersion),
        ].compactMap(\.self)
    }

    /// `VERSION_ID`; nil: there is none, or it is no version.
    static func osVersion(_ osRelease: [UInt8]) -> Version? {
        let key = Array("VERSION_ID=".utf8)
        for line in osRelease.prefix(byteLimit).split(separator: UInt8(ascii: "\n")) where line.starts(with: key) {
            var value = line.dropFirst(key.count)
            if let quote = value.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                guard value.count >= 2, value.last == quote else { return nil }
                value = value.dropFirst().dropLast()
            }
            return Version(parsing: value)
        }
        return nil
    }

    /// A file of distributions has some hundred bytes.
    private static let byteLimit = 16 << 10
}

extension ServiceFailure {
    /// nil: it is no failure of the hardware or of a service, or it would tell of presence or access.
    init?(_ code: FaultCode) { self.init(rawValue: code.rawValue) }
}
