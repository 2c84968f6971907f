internal import LockCore
internal import SystemdRuntime

/// The properties of `org.mortise.Lock1`: their names, types and values.
struct StatusProperties {
    var status: Status
    var store: StoreCondition
    /// A factory reset has been announced at the inside button, and is carried out unless the button is pressed again.
    var isResetAnnounced = false

    /// The alarm of the machine of keys, beside the bolt's (``Alarm``).
    static let reset = "reset"

    /// Name and signature of every property that changes, in the order of the documentation.
    static let changing: [(name: String, signature: String)] = [
        ("State", "s"), ("Fault", "s"), ("Position", "s"), ("Door", "s"), ("BatteryState", "s"),
        ("BatteryPercent", "i"), ("BatteryMillivolts", "i"), ("Alarms", "as"), ("Mode", "s"), ("AutoRelock", "t"),
        ("DoorAjar", "t"), ("RelockDeadline", "t"), ("Calibrated", "b"), ("ExtendTime", "t"), ("RetractTime", "t"),
        ("JournalAvailable", "b"), ("StoreState", "s"), ("StoreDetail", "s"),
    ]

    func value(of name: String) -> BusValue {
        let settings = status.settings
        return switch name {
        case "State": .string(status.state.name)
        case "Fault": .string(status.state.cause?.rawValue ?? "")
        case "Position": .string(status.position.rawValue)
        case "Door": .string(status.isDoorOpen.map { $0 ? "open" : "closed" } ?? "absent")
        case "BatteryState": .string(battery.state)
        case "BatteryPercent": .int32(battery.percent)
        case "BatteryMillivolts": .int32(battery.millivolts)
        case "Alarms": .strings(status.alarms.list.map(\.rawValue) + (isResetAnnounced ? [Self.reset] : []))
        case "Mode": .string(settings.mode.rawValue)
        case "AutoRelock": .uint64(UInt64(clamping: settings.autoRelockMilliseconds ?? 0))
        case "DoorAjar": .uint64(UInt64(clamping: settings.doorAjarMilliseconds ?? 0))
        case "RelockDeadline": .uint64(UInt64(clamping: status.relockDeadline?.nanoseconds ?? 0))
        case "Calibrated": .bool(status.calibration != nil)
        case "ExtendTime": .uint64(UInt64(clamping: status.calibration?.extendNanoseconds ?? 0))
        case "RetractTime": .uint64(UInt64(clamping: status.calibration?.retractNanoseconds ?? 0))
        case "JournalAvailable": .bool(status.isJournalAvailable)
        case "StoreState": .string(store.state.rawValue)
        default: .string(store.detail)
        }
    }

    private var battery: (state: String, percent: Int32, millivolts: Int32) {
        switch status.battery {
        case .unknown: ("unknown", -1, -1)
        case .unreadable: ("unreadable", -1, -1)
        case .level(let percent, let millivolts): ("level", Int32(clamping: percent), Int32(clamping: millivolts))
        }
    }

    /// The names of the properties whose values differ.
    func changes(since old: StatusProperties) -> [String] {
        Self.changing.map(\.name).filter { value(of: $0) != old.value(of: $0) }
    }
}
