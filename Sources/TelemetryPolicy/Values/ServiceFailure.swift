/// Failures of the hardware and of the lock's own services: a list of its own, not the list of fault codes.
///
/// Nothing here tells of presence or access. Left out on purpose are forcedOpen, tampered, doorOpen, busy and cancelled (the policy's
/// requirements name them), every refusal (it would count who came to the door), overheated (it counts strokes) and lowBattery (the
/// battery has an item of its own). The raw value is stable: it is stored and sent.
package enum ServiceFailure: String, Hashable, Sendable, CaseIterable {
    case blocked
    case driverFault
    case journalUnavailable
    case notMoving
    case powerLost
    case sensorConflict
    case sensorStuck
    case stalled
    case storeUnavailable
    case timeout
}

/// How often on one day: 1 to 10, where 10 is ten or more. Ours: with a broken motor every attempt fails, so that an exact count would
/// count the attempts; that it happens all the time is all that support needs.
package struct DailyCount: Hashable, Comparable, Sendable {
    package let value: UInt8

    package static let values: ClosedRange<Int> = 1...10

    /// nil: it did not happen.
    package init?(_ count: Int) {
        guard count >= Self.values.lowerBound else { return nil }
        value = UInt8(min(count, Self.values.upperBound))
    }

    package static func < (left: DailyCount, right: DailyCount) -> Bool { left.value < right.value }
}
