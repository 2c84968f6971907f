/// What a record can say: one of these and nothing else. No case holds text.
package enum ItemValue: Hashable, Sendable {
    case deviceModel(DeviceModel)
    case osVersion(Version)
    case softwareVersion(Version)
    case battery(BatteryLevel)
    case serviceFailure(ServiceFailure, DailyCount)
    case location(Geohash)

    /// The registry's entry for it. A new case does not compile without one.
    package var item: ItemID {
        switch self {
        case .deviceModel: .deviceModel
        case .osVersion: .osVersion
        case .softwareVersion: .softwareVersion
        case .battery: .battery
        case .serviceFailure: .serviceFailures
        case .location: .location
        }
    }

    /// What stays the same when a later value of the same day corrects this one: the item, and of failures the code too.
    package var series: Series {
        if case .serviceFailure(let failure, _) = self { return Series(item: item, failure: failure) }
        return Series(item: item, failure: nil)
    }

    package struct Series: Hashable, Sendable {
        package let item: ItemID
        package let failure: ServiceFailure?
    }

    /// Whether a later value of the same day takes its place: a count that has risen, a battery that has fallen.
    var isCorrected: Bool { item == .serviceFailures || item == .battery }

    /// Whether it is a higher count of the same failure: on one day a count only rises.
    func outcounts(_ other: ItemValue) -> Bool {
        guard case .serviceFailure(let failure, let count) = self,
            case .serviceFailure(let otherFailure, let otherCount) = other
        else { return false }
        return failure == otherFailure && count > otherCount
    }

    /// The stored form, closed and short: every value is read back from it and from nothing else.
    package var text: String {
        switch self {
        case .deviceModel(let model): model.rawValue
        case .osVersion(let version), .softwareVersion(let version): version.text
        case .battery(let level): "\(level.percent)"
        case .serviceFailure(let failure, let count): "\(failure.rawValue) \(count.value)"
        case .location(let cell): cell.text
        }
    }

    /// Reads what ``text`` wrote; nil: anything that it would not have written. A store's bytes are not trusted.
    package init?(_ item: ItemID, text: String) {
        let value: ItemValue? =
            switch item {
            case .deviceModel: DeviceModel(rawValue: text).map(Self.deviceModel)
            case .osVersion: Version(parsing: text.utf8).map(Self.osVersion)
            case .softwareVersion: Version(parsing: text.utf8).map(Self.softwareVersion)
            case .battery: Digits.value(of: text.utf8).flatMap(BatteryLevel.init(percent:)).map(Self.battery)
            case .serviceFailures: Self.failure(text)
            case .location: Geohash(text: text).map(Self.location)
            case .installID, .day: nil
            }
        guard let value, value.text == text else { return nil }
        self = value
    }

    private static func failure(_ text: String) -> ItemValue? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let failure = ServiceFailure(rawValue: String(parts[0])),
            let count = Digits.value(of: parts[1].utf8).flatMap(DailyCount.init)
        else { return nil }
        return .serviceFailure(failure, count)
    }
}
